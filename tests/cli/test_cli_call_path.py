"""Test how many files, of the project and of the libraries that send, one call from the command line enters."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
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
# Lower a limit with every file that is no longer needed. Sent over httpx, they were 48 and 55.
LIMIT = 27
LIMIT_WITH_TOKEN_REQUEST = 32
SENDERS = tuple(f"{os.sep}{name}{os.sep}" for name in ("httpx", "httpcore", "h11", "anyio"))
_OPTIMIZED = 0x1  # the flag of functions; the bodies of modules and classes do not have it


@contextmanager
def record_files() -> Iterator[Counter[str]]:
    """Count the calls of functions in this thread during the block, by file and by `file:function`.

    Those of component/ count, and those of libraries that send HTTP.
    """
    files: Counter[str] = Counter()

    def record(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_flags & _OPTIMIZED:
            return
        if code.co_filename.startswith(str(ROOT)):
            file = Path(code.co_filename).relative_to(ROOT).as_posix()
            files.update((file, f"{file}:{code.co_name}"))
        elif any(name in code.co_filename for name in SENDERS):
            files[code.co_filename] += 1

    sys.setprofile(record)
    try:
        yield files
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("kind", ["access token", "client credentials"])
def test_a_call_enters_few_files(
    kind: str, cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "access token":
        monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
    else:
        for name in ("client_id", "client_secret", "account_id"):
            monkeypatch.setenv(f"ZOOM_{name.upper()}", getattr(zoom, name))
    monkeypatch.setenv("ZOOM_BASE_URL", zoom.api_url)
    # The first call imports the modules and compiles the specs; neither is part of a call.
    assert cli(*CALL).code == 0
    # A token that the first call stored would save the second one its request.
    shutil.rmtree(os.environ["ZOOM_COMPONENT_STATE"], ignore_errors=True)
    with record_files() as calls:
        assert main(CALL) == 0
    files = {name for name in calls if ":" not in name}
    assert calls["zoom_component/client/request/inputs.py:validate_inputs"] == 1
    assert '"topic":"Daily"' in capsys.readouterr().out
    assert "zoom_component/client/session.py" in files
    is_token_requested = "zoom_component/client/connections/token_endpoint.py" in files
    assert is_token_requested is (kind == "client credentials")
    assert len(files) <= (LIMIT_WITH_TOKEN_REQUEST if is_token_requested else LIMIT), sorted(files)
