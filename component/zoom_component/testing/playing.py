"""What people do in Zoom's clients, as a test spec says it, done to the embedded Zoom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_sandbox import Sandbox

__all__ = ["ACTS", "mistakes", "play"]

ACTS = ("start", "join", "leave", "record", "summarize", "end")
_NAMED = ("join", "leave")


def play(sandbox: Sandbox, act: Mapping[str, Any]) -> None:
    """Does one thing. Raises ValueError for what cannot happen now, such as leaving what one did not join."""
    doing = sandbox.play
    if "start" in act:
        doing.start(act["start"])
    elif "join" in act:
        doing.join(act["join"], act["name"], act.get("email") or "")
    elif "leave" in act:
        doing.leave(act["leave"], act["name"])
    elif "record" in act:
        doing.record(act["record"], *(act.get("files") or ()))
    elif "summarize" in act:
        doing.summarize(act["summarize"], act.get("overview") or "")
    else:
        doing.end(act["end"])


def mistakes(act: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the words of one thing."""
    said = [word for word in ACTS if word in act]
    if len(said) != 1:
        yield f"one thing at a time: give one of {', '.join(ACTS)}"
    elif said[0] in _NAMED and not act.get("name"):
        yield f"who does it? {said[0]} needs a name"
