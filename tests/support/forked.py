"""Run functions in forked children of the test process."""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

__all__ = ["Child", "fork_child", "run_in_child"]

_HANG_SECONDS = 60


class Child(NamedTuple):
    """Represent a running child."""

    pid: int
    pipe: int

    def finish(self) -> Any:
        """Return what the function returned, or fail with what it raised. Wait until the child has ended."""
        with os.fdopen(self.pipe) as file:
            text = file.read()
        _, status = os.waitpid(self.pid, 0)
        assert status == 0, f"the child ended with {status}: {text}"
        outcome = json.loads(text)
        assert "error" not in outcome, outcome["error"]
        return outcome["value"]


def fork_child(function: Callable[[], Any]) -> Child:
    """Start a function in a forked child. It returns something that JSON can express."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return Child(pid, reader)
    signal.alarm(_HANG_SECONDS)  # a child that hangs must not outlive its test
    try:
        outcome = {"value": function()}
    except BaseException:
        outcome = {"error": traceback.format_exc()}
    with os.fdopen(writer, "w") as file:
        json.dump(outcome, file)
    os._exit(0)


def run_in_child(function: Callable[[], Any]) -> Any:
    """Return what a function returns in a forked child."""
    return fork_child(function).finish()
