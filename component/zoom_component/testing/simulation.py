"""What people do in Zoom's clients, as a test spec says it, done to the embedded Zoom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_sandbox import Sandbox

__all__ = ["ACTIVITIES", "find_mistakes", "simulate"]

ACTIVITIES = ("start", "join", "leave", "record", "summarize", "end")
_NEEDS_NAME = ("join", "leave")


def simulate(sandbox: Sandbox, activity: Mapping[str, Any]) -> None:
    """Does one thing. Raises ValueError for what cannot happen now, such as leaving what one did not join."""
    doing = sandbox.lifecycle
    if "start" in activity:
        doing.start(activity["start"])
    elif "join" in activity:
        doing.join(activity["join"], activity["name"], activity.get("email") or "")
    elif "leave" in activity:
        doing.leave(activity["leave"], activity["name"])
    elif "record" in activity:
        doing.record(activity["record"], *(activity.get("files") or ()))
    elif "summarize" in activity:
        doing.summarize(activity["summarize"], activity.get("overview") or "")
    else:
        doing.end(activity["end"])


def find_mistakes(activity: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the words of one thing."""
    said = [word for word in ACTIVITIES if word in activity]
    if len(said) != 1:
        yield f"one thing at a time: give one of {', '.join(ACTIVITIES)}"
    elif said[0] in _NEEDS_NAME and not activity.get("name"):
        yield f"who does it? {said[0]} needs a name"
