"""Measure the sandbox as a server: a get, a create and a page of 300, against prepared answers of the same size."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.peers.bench_run import BenchRun
from bench.peers.figures import summarize
from bench.peers.receiver_jobs import build_rate_row
from bench.peers.rows import Row, Target
from bench.peers.server_runs import (
    BARE,
    Load,
    RunningServer,
    Sender,
    build_bare_server,
    read_cpu_seconds,
    require_proc,
    run_competitor,
    run_load,
)

OURS = "project sandbox"
USERS = 30_000
CREATORS = 2000
CONNECTIONS = 16
BODY = b'{"topic":"Daily Meeting","duration":30}'


def measure_sandbox(run: BenchRun) -> list[Row]:
    """Return the rows of the sandbox. Each create is of another user, because a user may create 100 a day."""
    require_proc()
    with ExitStack() as stack:
        sender = Sender(run)
        stack.callback(sender.stop)
        command = run.build_command("sandbox", "--port", "0", "--json", "--users", str(USERS))
        log = run.folder / "sandbox.log"
        ours = stack.enter_context(run_competitor(OURS, command, run.build_project_variables(), log))
        client = _SandboxClient(ours)
        users = client.list_ids()
        meeting = client.call("POST", f"/v2/users/{users[0]}/meetings", BODY)
        get_path, page_path = f"/v2/meetings/{json.loads(meeting[1])['id']}", "/v2/users?page_size=300"
        requests = {
            "get": [client.build_request("GET", get_path)],
            "page": [client.build_request("GET", page_path)],
            "create": [client.build_request("POST", f"/v2/users/{user}/meetings", BODY) for user in users],
        }
        answers = {f"GET {get_path}": client.call("GET", get_path), "GET /v2/users": client.call("GET", page_path)}
        answers |= {f"POST /v2/users/{user}/meetings": meeting for user in users}
        command, variables = build_bare_server(run, _write_answers(run.folder, answers))
        bare = stack.enter_context(run_competitor(BARE, command, variables, run.folder / "prepared.log"))
        rows = []
        for name, count, slices, status, target in (
            ("get", 1000, 4, 200, Target(0.25, 0.35, higher=True)),
            ("create", 500, 4, 201, Target(0.15, 0.2, higher=True)),
            ("page", 50, 4, 200, Target(0.045, 0.08, higher=True)),
        ):
            file = run.folder / f"{name}.txt"
            file.write_text("\n".join(request.hex() for request in requests[name]), encoding="ascii")
            load = Load("file", count, CONNECTIONS, slices, status, str(file))
            results = run_load(run, sender, [bare, ours], load, f"sandbox {name}")
            rows.append(build_rate_row(f"sandbox: {name}", results, OURS, target))
    return rows


def measure_sandbox_starts(run: BenchRun) -> list[Row]:
    """Return the CPU seconds of a sandbox up to its first answer, with accounts of several sizes."""
    require_proc()
    rows = []
    for label, options in {
        "a default account": [],
        "30,000 users": ["--users", "30000"],
        "30,000 users and 200,000 meetings": ["--scale", "users=30000,meetings=200000"],
    }.items():
        seconds = []
        for number in range(run.rounds):
            run.report(f"sandbox with {label}: round {number + 1} of {run.rounds}")
            command = run.build_command("sandbox", "--port", "0", "--json", *options)
            with run_competitor(OURS, command, run.build_project_variables(), run.folder / "start.log") as server:
                _SandboxClient(server).call("GET", "/v2/users?page_size=1")
                seconds.append(read_cpu_seconds(server.pid))
        rows.append(Row(f"sandbox, start with {label}: CPU", "-", summarize(seconds), unit="s"))
    return rows


class _SandboxClient:
    """Call the sandbox with a token, and write requests as bytes for the sender."""

    def __init__(self, server: RunningServer) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port)
        basic = b64encode(b"sandbox-client:sandbox-secret").decode()
        self._headers = {"authorization": f"Basic {basic}", "content-type": "application/x-www-form-urlencoded"}
        form = b"grant_type=account_credentials&account_id=sandbox-account"
        token: dict[str, Any] = json.loads(self.call("POST", "/oauth/token", form)[1])
        self._headers = {"authorization": f"Bearer {token['access_token']}", "content-type": "application/json"}

    def call(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        """Return the status and the body of an answer."""
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()

    def build_request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """Return a whole request."""
        headers = "".join(f"{name}: {value}\r\n" for name, value in self._headers.items())
        length = f"content-length: {len(body)}\r\n" if body else ""
        return f"{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}{length}\r\n".encode() + body

    def list_ids(self) -> list[str]:
        """Return the ids of as many users as creates need."""
        ids: list[str] = []
        token = ""
        while len(ids) < CREATORS:
            page = json.loads(self.call("GET", f"/v2/users?page_size=300&next_page_token={token}")[1])
            ids += [user["id"] for user in page["users"]]
            token = page["next_page_token"]
        return ids[:CREATORS]


def _write_answers(folder: Path, answers: dict[str, tuple[int, str]]) -> Path:
    path = folder / "answers.json"
    document = {key: {"status": status, "body": body} for key, (status, body) in answers.items()}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
