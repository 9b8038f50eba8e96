"""The same over the two transports that clients use, with processes and sockets."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters
from tests.server.mcp.test_agents import value

from zoom_sandbox import Sandbox

START = "from zoom_component.cli.main import main; raise SystemExit(main())"


@pytest.fixture
def served() -> Iterator[Sandbox]:
    with Sandbox(users=3000) as zoom:
        yield zoom


def surroundings(zoom: Sandbox, home: Path, **more: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("ZOOM_", "PRISMATIC_"))}
    own = {"ZOOM_TOKEN": zoom.issue_token(), "ZOOM_BASE_URL": zoom.api_url, "ZOOM_COMPONENT_STATE": str(home)}
    return {**kept, **own, **more}


def test_a_client_starts_the_command_and_talks_over_its_pipes(served: Sandbox, tmp_path: Path) -> None:
    command = ["-c", START, "mcp", "--only", "read"]
    started = StdioServerParameters(command=sys.executable, args=command, env=surroundings(served, tmp_path))

    async def main() -> None:
        async with Client(started) as client:
            assert "createMeeting" not in {tool.name for tool in (await client.list_tools()).tools}
            assert value(await client.call_tool("getUser", {"userId": "me"}))["data"]["email"]

    anyio.run(main)


@contextmanager
def listening(zoom: Sandbox, home: Path, *, words: Sequence[str] = (), **more: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    started = [sys.executable, "-c", START, "mcp", "--http", "--port", str(port), *words]
    with subprocess.Popen(started, env=surroundings(zoom, home, **more), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert b"Tools are at" in process.stderr.readline()
        try:
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()


def test_a_client_talks_over_http_and_ends_a_long_list(served: Sandbox, tmp_path: Path) -> None:
    served.add_fault("GET", "/users", delay=0.4)

    async def main(url: str) -> None:
        async with Client(url) as client:
            assert value(await client.call_tool("getUser", {"userId": "me"}))["data"]["email"]
            seen = anyio.Event()

            async def counted(progress: float, total: float | None, message: str | None) -> None:
                seen.set()

            async with anyio.create_task_group() as group:

                async def long() -> None:
                    await client.call_tool("listUsers", {"maxItems": 10_000}, progress_callback=counted)

                group.start_soon(long)
                with anyio.fail_after(20):
                    await seen.wait()
                group.cancel_scope.cancel()
            asked = len(pages(served))
            await anyio.sleep(1.2)
            assert len(pages(served)) <= asked + 1 < 11  # pages that there are

    with listening(served, tmp_path) as url:
        anyio.run(main, url)


def pages(zoom: Sandbox) -> list[Any]:
    return [request for request in zoom.requests if request.path == "/v2/users"]


def test_with_a_key_only_those_who_know_it_get_in(served: Sandbox, tmp_path: Path) -> None:
    with listening(served, tmp_path, ZOOM_COMPONENT_API_KEY="a-key-of-the-tests") as url:
        for headers in ({}, {"authorization": "Bearer another"}):
            assert httpx.post(url, json={}, headers=headers).status_code == 401
        answer = httpx.post(url, json={}, headers={"authorization": "Bearer a-key-of-the-tests"})
        assert answer.status_code != 401


def test_a_page_under_another_name_is_refused(served: Sandbox, tmp_path: Path) -> None:
    with listening(served, tmp_path) as url:
        assert httpx.post(url, json={}, headers={"host": "evil.example"}).status_code in (403, 421)
        assert httpx.post(url, json={}, headers={"origin": "http://evil.example"}).status_code == 403


def test_a_body_has_a_bound_and_an_answer_is_not_kept(served: Sandbox, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(60):
            yield b" " * 100_000

    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    with listening(served, tmp_path) as url:
        assert httpx.post(url, content=b" " * 5_000_001, headers=headers).status_code == 413
        with contextlib.suppress(httpx.WriteError):  # the server may stop to read before all of it is sent
            assert httpx.post(url, content=pieces(), headers=headers).status_code == 413
        assert httpx.post(url, content=b"{}", headers=headers).headers["cache-control"] == "no-store"
        assert httpx.post(url, content=b"{}", headers={"content-type": "text/plain"}).status_code == 415


def test_off_loopback_a_key_is_required(tmp_path: Path, served: Sandbox) -> None:
    words = [sys.executable, "-c", START, "mcp", "--http", "--host", "0.0.0.0"]
    began = time.monotonic()
    told = subprocess.run(words, env=surroundings(served, tmp_path), capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "ZOOM_COMPONENT_API_KEY" in told.stderr
    assert time.monotonic() - began < 20
