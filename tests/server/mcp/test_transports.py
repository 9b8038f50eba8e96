"""Test the MCP server over stdio and HTTP, as a process."""

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
from tests.server.mcp.test_server import get_value

from zoom_sandbox import Sandbox

START = "from zoom_component.cli.main import main; raise SystemExit(main())"


@pytest.fixture
def zoom() -> Iterator[Sandbox]:
    with Sandbox(users=3000) as sandbox:
        yield sandbox


def build_environment(zoom: Sandbox, home: Path, **more: str) -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("ZOOM_", "PRISMATIC_"))}
    own = {"ZOOM_TOKEN": zoom.issue_token(), "ZOOM_BASE_URL": zoom.api_url, "ZOOM_COMPONENT_STATE": str(home)}
    return {**inherited, **own, **more}


def test_a_client_starts_the_command_and_uses_stdio(zoom: Sandbox, tmp_path: Path) -> None:
    command = ["-c", START, "mcp", "--only", "read"]
    started = StdioServerParameters(command=sys.executable, args=command, env=build_environment(zoom, tmp_path))

    async def main() -> None:
        async with Client(started) as client:
            assert "createMeeting" not in {tool.name for tool in (await client.list_tools()).tools}
            assert get_value(await client.call_tool("getUser", {"userId": "me"}))["data"]["email"]

    anyio.run(main)


@contextmanager
def run_server(zoom: Sandbox, home: Path, *, arguments: Sequence[str] = (), **more: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    access = [] if "ZOOM_COMPONENT_API_KEY" in more else ["--no-key"]
    command = [sys.executable, "-c", START, "mcp", "--http", "--port", str(port), *access, *arguments]
    with subprocess.Popen(command, env=build_environment(zoom, home, **more), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        try:
            assert b"Serving tools at" in process.stderr.readline()
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()


def test_a_client_uses_http_and_cancels_a_long_list(zoom: Sandbox, tmp_path: Path) -> None:
    zoom.add_fault("GET", "/users", delay=0.4)

    async def main(url: str) -> None:
        async with Client(url) as client:
            assert get_value(await client.call_tool("getUser", {"userId": "me"}))["data"]["email"]
            has_progress = anyio.Event()

            async def record(progress: float, total: float | None, message: str | None) -> None:
                has_progress.set()

            async with anyio.create_task_group() as group:

                async def list_users() -> None:
                    await client.call_tool("listUsers", {"maxItems": 10_000}, progress_callback=record)

                group.start_soon(list_users)
                with anyio.fail_after(20):
                    await has_progress.wait()
                group.cancel_scope.cancel()
            count = len(list_page_requests(zoom))
            await anyio.sleep(1.2)
            assert len(list_page_requests(zoom)) <= count + 1 < 11  # the list has 11 pages

    with run_server(zoom, tmp_path) as url:
        anyio.run(main, url)


def list_page_requests(zoom: Sandbox) -> list[Any]:
    return [request for request in zoom.requests if request.path == "/v2/users"]


def test_with_an_api_key_requests_need_it(zoom: Sandbox, tmp_path: Path) -> None:
    with run_server(zoom, tmp_path, ZOOM_COMPONENT_API_KEY="test-api-key") as url:
        for headers in ({}, {"authorization": "Bearer another"}):
            assert httpx.post(url, json={}, headers=headers).status_code == 401
        answer = httpx.post(url, json={}, headers={"authorization": "Bearer test-api-key"})
        assert answer.status_code != 401


def test_requests_of_foreign_pages_are_refused(zoom: Sandbox, tmp_path: Path) -> None:
    with run_server(zoom, tmp_path) as url:
        assert httpx.post(url, json={}, headers={"host": "evil.example"}).status_code in (403, 421)
        assert httpx.post(url, json={}, headers={"origin": "http://evil.example"}).status_code == 403


def test_a_long_body_is_refused_and_responses_are_not_cached(zoom: Sandbox, tmp_path: Path) -> None:
    def stream_body() -> Iterator[bytes]:
        for _ in range(60):
            yield b" " * 100_000

    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    with run_server(zoom, tmp_path) as url:
        assert httpx.post(url, content=b" " * 5_000_001, headers=headers).status_code == 413
        with contextlib.suppress(httpx.WriteError):  # the server may stop reading before all of it is sent
            assert httpx.post(url, content=stream_body(), headers=headers).status_code == 413
        assert httpx.post(url, content=b"{}", headers=headers).headers["cache-control"] == "no-store"
        assert httpx.post(url, content=b"{}", headers={"content-type": "text/plain"}).status_code == 415


def test_other_machines_need_an_api_key(tmp_path: Path, zoom: Sandbox) -> None:
    command = [sys.executable, "-c", START, "mcp", "--http", "--host", "0.0.0.0"]
    start = time.monotonic()
    result = subprocess.run(command, env=build_environment(zoom, tmp_path), capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "ZOOM_COMPONENT_API_KEY" in result.stderr
    assert time.monotonic() - start < 20
