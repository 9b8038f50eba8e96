"""Test the processes of the comparison with peers: contenders against the stand-in, and what happens when one fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.peers.bench_run import REPOSITORY
from bench.peers.environments import PeerUnavailable
from bench.peers.processes import Contender, RoundsProcess, Work, run_rounds, run_server, run_whole, run_whole_rounds

USERS = 600
HERE = REPOSITORY / "bench" / "peers"


def ignore(_text: str) -> None:
    """Take a note of the progress."""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """Return the base URL of a stand-in."""
    command = [sys.executable, "-m", "bench.peers.standin", str(USERS)]
    with run_server(command, {"PYTHONPATH": str(REPOSITORY)}) as (_, port):
        yield f"http://127.0.0.1:{port}/v2"


def build_contender(script: str, base_url: str, tmp_path: Path) -> Contender:
    variables = {
        "BENCH_URL": base_url,
        "ZOOM_BASE_URL": base_url,
        "ZOOM_TOKEN": "bench-token",
        "PYTHONPATH": str(REPOSITORY / "component"),
        "ZOOM_COMPONENT_CACHE": str(tmp_path / "cache"),
        "ZOOM_COMPONENT_STATE": str(tmp_path / "state"),
    }
    return Contender(script, [sys.executable, str(HERE / script)], variables)


@pytest.mark.parametrize(
    "script", ["httpx_client", "httpx_async_client", "http_client", "zoomus_client", "pyzoom_client"]
)
def test_a_peer_does_each_job(script: str, base_url: str, tmp_path: Path) -> None:
    works = (Work("create", 2, 2), Work("get", 20, 20), Work("list", 1, USERS))
    process = RoundsProcess(build_contender(f"contenders/{script}.py", base_url, tmp_path))
    try:
        costs = [process.run(work) for work in works]
    finally:
        process.stop()
    assert all(cost.cpu > 0 and cost.wall > 0 and cost.memory > 2**20 for cost in costs)


def test_the_project_does_the_same_jobs(base_url: str, tmp_path: Path) -> None:
    works = (Work("create", 2, 2), Work("get", 20, 20), Work("list", 1, USERS))
    for name, more in (("sync", (Work("stream", 1, USERS), Work("page", 1, 300))), ("async", ())):
        process = RoundsProcess(build_contender(f"contenders/project_{name}.py", base_url, tmp_path))
        try:
            for work in (*works, *more):
                process.run(work)
        finally:
            process.stop()


@pytest.mark.parametrize("program", ["httpx_create", "project_create_async"])
def test_a_program_creates_a_meeting(program: str, base_url: str, tmp_path: Path) -> None:
    cost = run_whole(build_contender(f"programs/{program}.py", base_url, tmp_path))
    assert cost.cpu > 0
    assert cost.memory > 2**20


def test_a_contender_that_does_other_work_is_not_measured(base_url: str, tmp_path: Path) -> None:
    contender = build_contender("contenders/http_client.py", base_url, tmp_path)
    broken = Contender("broken", [sys.executable, "-c", "raise SystemExit('no such client')"])
    dying = Contender("dying", [sys.executable, "-c", "print('ready'); input(); raise SystemExit('it died')"])
    results, missing = run_rounds([contender, broken, dying], Work("get", 20, 20, slices=2), 2, ignore)
    assert list(results) == [contender.name]
    assert len(results[contender.name]) == 2
    assert missing == {"broken": "broken failed: no such client", "dying": "dying failed: it died"}
    results, missing = run_rounds([contender], Work("get", 20, 21), 1, ignore)
    assert (results, missing) == ({}, {contender.name: f"{contender.name}: expected 21, got 20"})


def test_a_whole_process_that_fails_is_not_measured() -> None:
    good = Contender("good", [sys.executable, "-c", "pass"])
    bad = Contender("bad", [sys.executable, "-c", "import sys; sys.exit('it broke')"])
    prepared: list[int] = []
    results, missing = run_whole_rounds([good, bad], 2, ignore, lambda: prepared.append(1), repeats=2)
    assert (list(results), len(results["good"]), missing) == (["good"], 2, {"bad": "bad failed: it broke"})
    assert len(prepared) == 4
    with pytest.raises(PeerUnavailable, match="bad failed: it broke"):
        run_whole(bad)


def test_nothing_of_the_settings_of_the_caller_reaches_a_contender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_TOKEN", "a-real-token")
    environment = Contender("any", [], {"BENCH_URL": "x"}).build_environment()
    assert "ZOOM_TOKEN" not in environment
    assert (environment["BENCH_URL"], environment["PATH"]) == ("x", os.environ["PATH"])
