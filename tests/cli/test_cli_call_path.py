"""Test how many files of the project one call from the command line enters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.cli.lines import Cli

import zoom_component
from zoom_component.cli.main import main
from zoom_sandbox import Sandbox

ROOT = Path(zoom_component.__file__).parents[1]
CALL = ("run", "createMeeting", "-i", "userId=me", "-i", "topic=Daily")
# The aim is 25. Lower the limit with every file that is no longer needed; never raise it.
LIMIT = 29
_OPTIMIZED = 0x1  # the flag of functions; the bodies of modules and classes do not have it


@contextmanager
def record_files() -> Iterator[set[str]]:
    """Collect the files below component/ whose functions run in this thread during the block."""
    files: set[str] = set()

    def record(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_flags & _OPTIMIZED and code.co_filename.startswith(str(ROOT)):
            files.add(Path(code.co_filename).relative_to(ROOT).as_posix())

    sys.setprofile(record)
    try:
        yield files
    finally:
        sys.setprofile(None)


def test_a_call_enters_few_files(
    cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
    monkeypatch.setenv("ZOOM_BASE_URL", zoom.api_url)
    # The first call imports the modules and compiles the specs; neither is part of a call.
    assert cli(*CALL).code == 0
    with record_files() as files:
        assert main(CALL) == 0
    assert '"topic":"Daily"' in capsys.readouterr().out
    assert "zoom_component/client/session.py" in files
    assert len(files) <= LIMIT, sorted(files)
