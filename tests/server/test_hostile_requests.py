"""Send hostile requests to the HTTP and the MCP server: no 5xx, nothing hangs, and genuine requests are answered then.

`ZOOM_TEST_HOSTILE_REQUESTS=20000` sends more; `make fuzz` also sends slowly and floods.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.support.hostile_http import Target, generate_requests, send_hostile

from zoom_sandbox import Sandbox

COUNT = int(os.environ.get("ZOOM_TEST_HOSTILE_REQUESTS", "160"))
JSON = ("content-type", "application/json")
ACCEPT = ("accept", "application/json, text/event-stream")
START = "from zoom_component.cli.main import main; raise SystemExit(main())"
MEETING = b'{"userId":"me","topic":"x","duration":30}'
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"createMeeting","arguments":%b}}'
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@contextmanager
def run_server(home: Path, *arguments: str) -> Iterator[tuple[str, str, Path]]:
    """Run a command without a key of its own; yield its URL, the key that it prints, and its output."""
    output = home / "stderr.txt"
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("ZOOM_", "PRISMATIC_"))}
    with Sandbox(users=3) as zoom, output.open("wb") as stderr:
        own = {"ZOOM_TOKEN": zoom.issue_token(), "ZOOM_BASE_URL": zoom.api_url, "ZOOM_COMPONENT_STATE": str(home)}
        command = [sys.executable, "-c", START, *arguments, "--port", "0"]
        with subprocess.Popen(command, env={**inherited, **own}, stderr=stderr) as process:
            try:
                while (url := re.search(r"Serving \w+ at (http://\S+)", output.read_text(encoding="utf-8"))) is None:
                    assert process.poll() is None
                key = re.search(r"authorization: Bearer (\S+)", output.read_text(encoding="utf-8"))
                assert key is not None
                yield url[1], key[1], output
                assert process.poll() is None
            finally:
                process.terminate()


def attack(url: str, targets: list[Target], output: Path) -> None:
    port = httpx.URL(url).port
    assert port is not None
    report = asyncio.run(send_hostile(port, generate_requests(7, COUNT, targets)))
    assert report.problems == []
    assert sum(report.statuses.values()) >= COUNT
    assert report.statuses["400"] > COUNT / 10
    text = output.read_text(encoding="utf-8")
    assert "Traceback" not in text
    assert len(text) < 10_000


def test_the_http_server_survives_hostile_requests_and_needs_its_key(tmp_path: Path) -> None:
    with run_server(tmp_path, "serve", "--audit-log", str(tmp_path / "calls.jsonl")) as (url, key, output):
        headers = {"authorization": f"Bearer {key}"}
        pairs = (JSON, ("authorization", f"Bearer {key}"))
        path = "/actions/createMeeting"
        for wrong in ({}, {"authorization": f"Bearer {key}x"}):
            assert httpx.post(f"{url}{path}", json=json.loads(MEETING), headers=wrong).status_code == 401
        assert httpx.get(f"{url}/actions").status_code == 200
        assert httpx.get(f"{url}/metrics").status_code == 401
        attack(url, [Target(path, pairs, MEETING), Target("/sources/selectUser", pairs, b"{}")], output)
        assert httpx.post(f"{url}{path}", json=json.loads(MEETING), headers=headers).status_code == 200
        last = json.loads((tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        assert (last["action"], last["outcome"], last["key"][:7]) == ("createMeeting", "ok", "sha256:")
        assert key not in (tmp_path / "calls.jsonl").read_text(encoding="utf-8")


def test_the_mcp_server_survives_hostile_requests_and_needs_its_key(tmp_path: Path) -> None:
    with run_server(tmp_path, "mcp", "--http", "--audit-log", str(tmp_path / "calls.jsonl")) as (url, key, output):
        headers = {"authorization": f"Bearer {key}", "accept": ACCEPT[1]}
        assert httpx.post(url, json=INITIALIZE, headers={"accept": ACCEPT[1]}).status_code == 401
        answer = httpx.post(url, json=INITIALIZE, headers=headers)
        assert answer.status_code == 200
        session = answer.headers["mcp-session-id"]
        pairs = (JSON, ACCEPT, ("authorization", f"Bearer {key}"), ("mcp-session-id", session))
        attack(url, [Target("/mcp", pairs, CALL % MEETING)], output)
        answer = httpx.post(
            url, content=CALL % MEETING, headers={**headers, "mcp-session-id": session, "content-type": JSON[1]}
        )
        assert '"join_url"' in answer.text.replace("\\", "")
        lines = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()]
        assert (lines[-1]["server"], lines[-1]["client"], lines[-1]["key"][:7]) == ("mcp", "127.0.0.1", "sha256:")
        assert (lines[-1]["action"], lines[-1]["outcome"]) == ("createMeeting", "ok")
