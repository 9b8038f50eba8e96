"""Provide the command line: in process for its output, as a process for pipes, signals and cold starts."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import START, Cli, CliResult

from zoom_component.cli.main import main
from zoom_sandbox import Sandbox


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Share compiled specs between all tests; compilation is tested elsewhere."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def isolate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    """Keep the settings and state of the machine away from each test, in an empty folder."""
    for name in [name for name in os.environ if name.startswith(("ZOOM_", "PRISMATIC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(cache))
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return a function that runs a command line in this process."""

    def run(*words: str, stdin: str | bytes = "", terminal: bool = False) -> CliResult:
        content = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
        code = main(words)
        caught = capsys.readouterr()
        return CliResult(code, caught.out, caught.err)

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a command line in its own process."""

    def run(*words: str, **how: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", START, *words], capture_output=True, text=True, timeout=60, check=False, **how
        )

    return run


@pytest.fixture(scope="module")
def zoom() -> Iterator[Sandbox]:
    """Run a sandbox with real HTTP on loopback."""
    with Sandbox(users=40) as running:
        yield running


@pytest.fixture
def at(zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Set a token of the sandbox, and return the flags that point there."""
    monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
    return ("--base-url", zoom.api_url)


@pytest.fixture
def zoom_without_scopes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ...]]:
    """Set a token of a sandbox whose app may only read meetings, and yield the flags that point there."""
    with Sandbox(scopes=["meeting:read"]) as running:
        monkeypatch.setenv("ZOOM_TOKEN", running.issue_token())
        yield ("--base-url", running.api_url)
