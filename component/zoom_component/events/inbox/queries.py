"""Translate an EventQuery into an SQL condition and its parameters."""

from __future__ import annotations

import json
import re
from typing import Any

from zoom_component.events.inbox.protocols import EventQuery

__all__ = ["pattern_to_regex", "postgres_conditions", "sqlite_conditions"]

_ANY, _ONE = re.escape("*"), re.escape("?")


def sqlite_conditions(query: EventQuery) -> tuple[str, list[Any]]:
    """Return the condition for SQLite, with `?` placeholders, and its parameters."""
    conditions: list[tuple[str, list[Any]]] = []
    if query.ids:
        conditions.append(("id in (select value from json_each(?))", [json.dumps(query.ids, allow_nan=False)]))
    if query.patterns:
        alternatives = " or ".join("event glob ?" for _ in query.patterns)
        conditions.append((f"({alternatives})", list(query.patterns)))
    return _join_conditions([*conditions, *_common_conditions(query)], "?")


def postgres_conditions(query: EventQuery) -> tuple[str, list[Any]]:
    """Return the condition for PostgreSQL, with `%s` placeholders, and its parameters."""
    conditions: list[tuple[str, list[Any]]] = []
    if query.ids:
        conditions.append(("id = any(?)", [list(query.ids)]))
    if query.patterns:
        conditions.append(("event ~ any(?)", [[pattern_to_regex(pattern) for pattern in query.patterns]]))
    return _join_conditions([*conditions, *_common_conditions(query)], "%s")


def pattern_to_regex(pattern: str) -> str:
    """Return a pattern such as `meeting.*` as a regular expression of PostgreSQL."""
    return f"^{re.escape(pattern).replace(_ANY, '.*').replace(_ONE, '.')}$"


def _common_conditions(query: EventQuery) -> list[tuple[str, list[Any]]]:
    conditions: list[tuple[str, list[Any]]] = []
    for value, condition in (
        (query.since, "received >= ?"),
        (query.until, "received < ?"),
        (query.before_id, "id < ?"),
        (query.source or None, "source = ?"),
        (query.object_id or None, "object_id = ?"),
    ):
        if value is not None:
            conditions.append((condition, [value]))
    if query.state or query.listener:
        parts = [("listener = ?", query.listener), ("state = ?", query.state)]
        inner = " and ".join(part for part, value in parts if value)
        exists = f"exists (select 1 from work where work.event = events.id and {inner})"  # noqa: S608 - no value in it
        conditions.append((exists, [value for _, value in parts if value]))
    return conditions


def _join_conditions(conditions: list[tuple[str, list[Any]]], placeholder: str) -> tuple[str, list[Any]]:
    condition = " and ".join(["true", *(part for part, _ in conditions)]).replace("?", placeholder)
    return condition, [value for _, values in conditions for value in values]
