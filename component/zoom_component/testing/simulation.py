"""Simulate what people do in Zoom's clients, as a test spec describes it, on a sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_sandbox import Sandbox

__all__ = ["ACTIVITIES", "find_mistakes", "simulate"]

ACTIVITIES = ("start", "join", "leave", "record", "summarize", "end")
_NEEDS_NAME = ("join", "leave")


def simulate(sandbox: Sandbox, activity: Mapping[str, Any]) -> None:
    """Run one activity. Raise ValueError if it is impossible at present, such as leaving before joining."""
    lifecycle = sandbox.lifecycle
    if "start" in activity:
        lifecycle.start(activity["start"])
    elif "join" in activity:
        lifecycle.join(activity["join"], activity["name"], activity.get("email") or "")
    elif "leave" in activity:
        lifecycle.leave(activity["leave"], activity["name"])
    elif "record" in activity:
        lifecycle.record(activity["record"], *(activity.get("files") or ()))
    elif "summarize" in activity:
        lifecycle.summarize(activity["summarize"], activity.get("overview") or "")
    else:
        lifecycle.end(activity["end"])


def find_mistakes(activity: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the keys of an activity."""
    names = [name for name in ACTIVITIES if name in activity]
    if len(names) != 1:
        yield f"expected one of {', '.join(ACTIVITIES)}, got {' and '.join(names) or 'none'}"
    elif names[0] in _NEEDS_NAME and not activity.get("name"):
        yield f"name is required: the person who takes part in {names[0]}"
