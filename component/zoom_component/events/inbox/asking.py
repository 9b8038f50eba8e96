"""A question as the condition of a query, and the values that stand in it."""

from __future__ import annotations

import json
import re
from typing import Any

from zoom_component.events.inbox.store import Question

__all__ = ["conditions", "expression", "postgres_conditions"]

_ANY, _ONE = re.escape("*"), re.escape("?")


def conditions(question: Question) -> tuple[str, list[Any]]:
    """What holds for the events that fit, in SQLite's words."""
    found: list[tuple[str, list[Any]]] = []
    if question.ids:
        found.append(("id in (select value from json_each(?))", [json.dumps(question.ids)]))
    if question.events:
        each = " or ".join("event glob ?" for _ in question.events)
        found.append((f"({each})", list(question.events)))
    return _joined([*found, *_plain(question)], "?")


def postgres_conditions(question: Question) -> tuple[str, list[Any]]:
    """The same in PostgreSQL's words."""
    found: list[tuple[str, list[Any]]] = []
    if question.ids:
        found.append(("id = any(?)", [list(question.ids)]))
    if question.events:
        found.append(("event ~ any(?)", [[expression(pattern) for pattern in question.events]]))
    return _joined([*found, *_plain(question)], "%s")


def expression(pattern: str) -> str:
    """A pattern such as `meeting.*` as a regular expression of PostgreSQL."""
    return f"^{re.escape(pattern).replace(_ANY, '.*').replace(_ONE, '.')}$"


def _plain(question: Question) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
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
    return found


def _joined(found: list[tuple[str, list[Any]]], mark: str) -> tuple[str, list[Any]]:
    condition = " and ".join(["true", *(part for part, _ in found)]).replace("?", mark)
    return condition, [value for _, values in found for value in values]
