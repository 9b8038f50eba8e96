"""Test a receiver that has no file descriptors left: its log stays short, and it recovers."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers

from zoom_component.accept_errors import limit_accept_errors

# Its start needs more descriptors than it keeps, so the limit is set when it is ready.
LISTEN = """
import resource, sys
from zoom_component.cli import receiver
from zoom_component.cli.main import main
report = receiver._report_ready
def limit(url, console):
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    report(url, console)
receiver._report_ready = limit
sys.exit(main(sys.argv[1:]))
"""


def _post(port: int) -> int:
    body = build_event_body()
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/", body, build_signed_headers(body, int(time.time())))
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_receiver_without_descriptors_logs_little_and_recovers(tmp_path: Path) -> None:
    listen = ["listen", "--port", "0", "--secret", SECRET, "--quiet", "--json", "--inbox", str(tmp_path / "inbox.db")]
    errors = tmp_path / "errors"
    with errors.open("wb") as file, ExitStack() as stack:
        process = subprocess.Popen([sys.executable, "-c", LISTEN, *listen], stdout=subprocess.PIPE, stderr=file)
        stack.callback(process.wait)
        stack.callback(process.kill)
        assert process.stdout is not None
        stack.callback(process.stdout.close)
        port = int(process.stdout.readline().split(b":")[-1].split(b"/")[0])
        assert _post(port) == 200
        waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
        while b"No connection can be accepted" not in errors.read_bytes():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1.2)  # for a second try
        for each in waiting:
            each.close()
        assert _post(port) == 200
    lines = errors.read_text().splitlines()
    assert sum("No connection can be accepted: Too many open files" in line for line in lines) == 1
    assert len(lines) < 10


def test_other_errors_of_the_loop_are_handled_as_before(caplog: pytest.LogCaptureFixture) -> None:
    log, seen = logging.getLogger("zoom_component.test"), list[str]()
    failure = {
        "message": "socket.accept() out of system resource",
        "exception": OSError(errno.EMFILE, "Too many open files"),
    }

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: seen.append(context["message"]))
        limit_accept_errors(loop, log)
        for _ in range(3000):
            loop.call_exception_handler(failure)
        loop.call_exception_handler({"message": "something else"})

    async def run_by_default() -> None:
        loop = asyncio.get_running_loop()
        limit_accept_errors(loop, log)
        loop.call_exception_handler({"message": "nobody handles this"})

    asyncio.run(run())
    assert seen == ["something else"]
    assert [record.message.split(".")[0] for record in caplog.records] == [
        "No connection can be accepted: Too many open files"
    ]
    asyncio.run(run_by_default())
    assert caplog.records[-1].message == "nobody handles this"
