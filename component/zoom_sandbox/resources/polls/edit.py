"""What a request's body says about a poll."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.stores import store_of
from zoom_sandbox.resources.polls import faults
from zoom_sandbox.shapes import answer_schema, fitting

_CHOICES = ("single", "multiple", "rank_order")


def given(call: Call) -> dict[str, Any]:
    """The body's part of a poll. Refuses a question to choose from that has no choice."""
    path = store_of(call).kind.one_path
    found: dict[str, Any] = fitting(call.body, answer_schema("POST", f"{path}/polls", "201"))
    wrong = [
        index
        for index, question in enumerate(found.get("questions", ()))
        if question.get("type") in _CHOICES and len(question.get("answers", ())) < 2
    ]
    if wrong:
        raise faults.no_choice(wrong)
    return {name: value for name, value in found.items() if name not in ("id", "status")}
