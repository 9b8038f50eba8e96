"""A question as the condition of a query, and the values that stand in it."""

from __future__ import annotations

import json
from typing import Any

from zoom_component.inbox.store import Question

__all__ = ["conditions"]


def conditions(question: Question) -> tuple[str, list[Any]]:
    """What holds for the events that fit, in SQLite's words."""
    found: list[tuple[str, list[Any]]] = []
    if question.ids:
        found.append(("id in (select value from json_each(?))", [json.dumps(question.ids)]))
    if question.events:
        each = " or ".join("event glob ?" for _ in question.events)
        found.append((f"({each})", list(question.events)))
    for value, condition in (
        (question.since, "received >= ?"),
        (question.until, "received < ?"),
        (question.before, "id < ?"),
        (question.source or None, "source = ?"),
        (question.object_id or None, "object_id = ?"),
    ):
        if value is not None:
            found.append((condition, [value]))
    if question.state or question.listener:
        parts = [("listener = ?", question.listener), ("state = ?", question.state)]
        inner = " and ".join(part for part, value in parts if value)
        about = f"exists (select 1 from work where work.event = events.id and {inner})"  # noqa: S608 - no value in it
        found.append((about, [value for _, value in parts if value]))
    return " and ".join(["1", *(part for part, _ in found)]), [value for _, values in found for value in values]
