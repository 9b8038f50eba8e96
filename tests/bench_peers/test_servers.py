"""Test the sender and the bare server of the comparison with peers, and how the CPU of a server is read."""

from __future__ import annotations

import hmac
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.peers.bench_run import REPOSITORY, BenchRun, open_run
from bench.peers.environments import PeerUnavailable
from bench.peers.receiver_jobs import build_rate_row
from bench.peers.server_runs import BARE, Load, Sender, read_cpu_seconds, run_competitor, run_load
from bench.peers.servers.deliveries import SECRET, build_delivery, build_event

BARE_APP = ([sys.executable, "-m", "bench.peers.servers.bare_app"], {"PYTHONPATH": str(REPOSITORY)})
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[BenchRun]:
    """Return a run whose peers are installed in the environment of the tests."""
    with open_run(REPOSITORY, 1) as opened:
        monkeypatch.setattr(opened, "find_python", lambda _peer: Path(sys.executable))
        yield opened


def test_each_event_is_new_and_later_than_the_one_before() -> None:
    first, second = (json.loads(build_event(number)) for number in (1, 2))
    assert first["event_ts"] < second["event_ts"]
    assert all(first["payload"]["object"][key] != second["payload"]["object"][key] for key in ("id", "uuid"))


def test_a_delivery_is_signed_as_zoom_signs_it() -> None:
    head, _, body = build_delivery(build_event(7), "/zoom").partition(b"\r\n\r\n")
    headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    message = b"v0:" + headers[b"x-zm-request-timestamp"] + b":" + body
    assert headers[b"x-zm-signature"].decode() == "v0=" + hmac.digest(SECRET.encode(), message, "sha256").hex()
    assert (head.split(b" ")[1], int(headers[b"content-length"])) == (b"/zoom", len(body))


@needs_proc
def test_the_sender_loads_a_server_whose_cpu_is_measured(run: BenchRun, tmp_path: Path) -> None:
    sender = Sender(run)
    try:
        with run_competitor(BARE, *BARE_APP, tmp_path / "log") as server:
            results = run_load(run, sender, [server, server._replace(name="ours")], Load("events", 50, 4, 2), "test")
            report = sender.send("rate", server.port, 20, 1000)
            with pytest.raises(PeerUnavailable, match=r"expected 5 answers with 201, got \{'200': 5\}"):
                sender.send("events", server.port, 5, 1, status=201)
    finally:
        sender.stop()
    assert [len(rounds) for rounds in results.values()] == [1, 1]
    assert all(rounds[0].cpu > 0 and rounds[0].wall > 0 for rounds in results.values())
    assert report["latencies"] == sorted(report["latencies"])
    row = build_rate_row("events", results, "ours")
    assert row.ours is not None
    assert row.ours.median == pytest.approx(results[BARE][0].cpu / results["ours"][0].cpu)


@needs_proc
def test_prepared_answers_are_found_by_method_and_path(run: BenchRun, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"POST /x": {"status": 201, "body": "[1]"}}), encoding="utf-8")
    requests = tmp_path / "requests.txt"
    requests.write_text(b"POST /x?a=b HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}".hex(), encoding="ascii")
    command, variables = BARE_APP
    sender = Sender(run)
    try:
        variables = {**variables, "BENCH_ANSWERS": str(answers)}
        with run_competitor(BARE, command, variables, tmp_path / "log") as server:
            assert sender.send("file", server.port, 3, 2, requests, status=201)["statuses"] == {"201": 3}
    finally:
        sender.stop()


def test_a_server_that_does_not_start_is_named_with_its_reason(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "import sys; sys.exit('no port is free')"]
    with (
        pytest.raises(PeerUnavailable, match="rivet did not start: no port is free"),
        run_competitor("rivet", program, {}, tmp_path / "log"),
    ):
        pass


@needs_proc
def test_the_cpu_time_of_a_process_grows_with_its_work() -> None:
    before = read_cpu_seconds(os.getpid())
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass
    assert read_cpu_seconds(os.getpid()) - before > 0.02
