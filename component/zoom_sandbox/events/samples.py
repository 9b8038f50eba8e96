"""Compose the body of any documented event from its sample, with some values set."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from zoom_facts import find_event
from zoom_sandbox.event_patterns import suggest_event_names
from zoom_sandbox.events.schema_fit import fit_to_schema


def compose_event(event: str, account_id: str, now: float, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an event of an account, at a time in epoch seconds.

    A sample that contradicts its schema is corrected; an event that is only known by name has an empty object.
    `changes` maps paths such as `payload.object.topic` or `payload.object.recording_files.0.status` to values, which
    are set without a check. Raises ValueError for an unknown event, and for a path that leads through a scalar.
    """
    facts = find_event(event)
    if facts is None:
        raise ValueError(f'expected the name of an event, got "{event}"{suggest_event_names(event)}')
    head = {"event": event, "event_ts": int(now * 1000)}
    body: dict[str, Any] = {**head, "payload": {"account_id": account_id, "object": {}}}
    if facts.schema is not None:
        sample = facts.sample if isinstance(facts.sample, dict) else {}
        body = fit_to_schema({**copy.deepcopy(sample), **head}, facts.schema, fill=True)
        payload = body.get("payload")
        if isinstance(payload, dict) and "account_id" in payload:
            payload["account_id"] = account_id
    for path, value in changes.items():
        _set_value(body, path, value)
    return body


def parse_value_like(body: Mapping[str, Any], path: str, text: str) -> Any:
    """Return a text as a number or boolean, when the body has one at the path, else the text itself."""
    current: Any = body
    for step in path.split("."):
        if isinstance(current, list) and _is_index(step, current):
            current = current[int(step)]
        else:
            current = current.get(step) if isinstance(current, dict) else None
    if isinstance(current, bool):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(current, int) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return text


def _set_value(body: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path, and create missing objects on the way."""
    *parents, last = path.split(".")
    current: Any = body
    for step in parents:
        current = current.setdefault(step, {}) if isinstance(current, dict) else _get_item(current, step, path)
    if isinstance(current, dict) and last:
        current[last] = value
    else:
        _get_item(current, last, path)
        current[int(last)] = value


def _get_item(current: Any, step: str, path: str) -> Any:
    if isinstance(current, list) and _is_index(step, current):
        return current[int(step)]
    if isinstance(current, list):
        count = len(current)
        where = f"a list of {count} item{'' if count == 1 else 's'}"
    else:
        where = "a scalar"
    raise ValueError(f'the path "{path}" does not exist: "{step}" would be inside {where}')


def _is_index(step: str, items: list[Any]) -> bool:
    return step.isascii() and step.isdigit() and int(step) < len(items)
