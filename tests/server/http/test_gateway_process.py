"""`serve` as a process: hanging up ends the work, and off this machine a key is required."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from zoom_sandbox import Sandbox

START = "from zoom_component.cli.main import main; raise SystemExit(main())"


def surroundings(zoom: Sandbox, home: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("ZOOM_", "PRISMATIC_"))}
    return {**kept, "ZOOM_TOKEN": zoom.issue_token(), "ZOOM_BASE_URL": zoom.api_url, "ZOOM_COMPONENT_STATE": str(home)}


@contextmanager
def serving(zoom: Sandbox, home: Path, *more: str) -> Iterator[str]:
    words = [sys.executable, "-c", START, "serve", "--port", "0", "--json", *more]
    with subprocess.Popen(words, env=surroundings(zoom, home), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def asked(zoom: Sandbox) -> int:
    return len([request for request in zoom.requests if request.path == "/v2/users"])


def hang_up(url: str) -> None:
    """Ask, and be gone after less than a second, in the middle of a list if it has begun."""
    with contextlib.suppress(httpx.TimeoutException), httpx.stream("POST", url, json={}, timeout=0.8) as answer:
        next(answer.iter_bytes(), None)


@pytest.mark.parametrize("path", ["/actions/listUsers", "/actions/listUsers/items"])
def test_who_hangs_up_ends_the_calls_to_zoom(tmp_path: Path, path: str) -> None:
    with Sandbox(users=3000) as zoom, serving(zoom, tmp_path) as url:
        zoom.add_fault("GET", "/users", delay=0.3)
        hang_up(f"{url}{path}")
        time.sleep(0.5)
        then = asked(zoom)
        time.sleep(1)
        assert asked(zoom) == then < 11


def test_off_this_machine_a_key_is_required(tmp_path: Path) -> None:
    with Sandbox() as zoom:
        words = [sys.executable, "-c", START, "serve", "--host", "0.0.0.0"]
        environment = surroundings(zoom, tmp_path)
        told = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 2
    assert "--host: off this machine a key is required: set ZOOM_COMPONENT_API_KEY" in told.stderr
