"""Test `serve` as a process: disconnecting ends the work, and other machines need an API key."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from zoom_sandbox import Sandbox

START = "from zoom_component.cli.main import main; raise SystemExit(main())"


def build_environment(zoom: Sandbox, home: Path) -> dict[str, str]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("ZOOM_", "PRISMATIC_"))}
    return {
        **inherited,
        "ZOOM_TOKEN": zoom.issue_token(),
        "ZOOM_BASE_URL": zoom.api_url,
        "ZOOM_COMPONENT_STATE": str(home),
    }


@contextmanager
def run_server(zoom: Sandbox, home: Path, *more: str) -> Iterator[str]:
    command = [sys.executable, "-c", START, "serve", "--port", "0", "--json", "--no-key", *more]
    with subprocess.Popen(command, env=build_environment(zoom, home), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def count_list_calls(zoom: Sandbox) -> int:
    return len([request for request in zoom.requests if request.path == "/v2/users"])


def disconnect_early(zoom: Sandbox, url: str) -> None:
    """Request a list, and disconnect when its first page is requested from Zoom."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n"
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(f"{head}content-length: 2\r\n\r\n{{}}".encode())
        deadline = time.monotonic() + 30
        while not count_list_calls(zoom):
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.parametrize("path", ["/actions/listUsers", "/actions/listUsers/items"])
def test_calls_to_zoom_end_when_the_caller_disconnects(tmp_path: Path, path: str) -> None:
    with Sandbox(users=3000) as zoom, run_server(zoom, tmp_path) as url:
        zoom.add_fault("GET", "/users", delay=0.3)
        disconnect_early(zoom, f"{url}{path}")
        time.sleep(0.5)
        count = count_list_calls(zoom)
        time.sleep(1)
        assert count_list_calls(zoom) == count < 11  # the list has 11 pages


def test_a_server_may_ignore_empty_values_on_updates(tmp_path: Path) -> None:
    change = {"userId": "Ada-Sandbox-0000000002", "dept": "Sales", "company": "", "location": None}
    bodies = {
        (): {"dept": "Sales", "company": "", "location": None},
        ("--empty-is-absent", "--null-is-absent"): {"dept": "Sales"},
    }
    for options, body in bodies.items():
        with Sandbox() as zoom, run_server(zoom, tmp_path, *options) as url:
            assert httpx.post(f"{url}/actions/updateUser", json=change).status_code == 200
            assert zoom.requests[-1].json() == body


def test_other_machines_need_an_api_key(tmp_path: Path) -> None:
    with Sandbox() as zoom:
        command = [sys.executable, "-c", START, "serve", "--host", "0.0.0.0"]
        environment = build_environment(zoom, tmp_path)
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 2
    assert "--host: a key is required on this address: set ZOOM_COMPONENT_API_KEY" in result.stderr


def send_raw(url: str, line: str, host: str) -> int:
    """Send a GET request with this target, and return the status."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(f"GET {line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
        return int(connection.recv(65_536).split()[1])


def test_a_forward_proxy_may_send_a_whole_url(tmp_path: Path) -> None:
    # https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2: the host of the target replaces the Host header.
    with Sandbox() as zoom, run_server(zoom, tmp_path) as url:
        host = urlsplit(url).netloc
        for target in (f"{url}/actions", "http://localhost/actions?effect=read", "//actions", "/%61ctions", "/actions"):
            assert send_raw(url, target, host) == 200, target
        for target in ("http://evil.example/actions", "http://127.0.0.1@evil.example/actions"):
            assert send_raw(url, target, host) == 403, target
        assert send_raw(url, f"{url}/nothing", host) == 404
        assert send_raw(url, "http://localhost/actions", "evil.example") == 200
