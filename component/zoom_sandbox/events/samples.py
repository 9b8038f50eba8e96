"""An event out of nothing: the body of any event that Zoom knows, from its sample, with some values set."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from zoom_facts import find_event
from zoom_sandbox.events.schema_fit import fit_to_schema
from zoom_sandbox.events.webhook import suggest_event_names


def compose_event(event: str, account_id: str, now: float, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an event at a time, in epoch seconds, in an account.

    Where Zoom's sample contradicts its schema, it is mended; an event known by name alone has an empty object.
    `changes` maps paths such as `payload.object.topic` or `payload.object.recording_files.0.status` to values, which
    go in as they are. Raises ValueError for an unknown event, and for a path that leads through a plain value.
    """
    facts = find_event(event)
    if facts is None:
        raise ValueError(f"There is no event {event!r}{suggest_event_names(event)}.")
    head = {"event": event, "event_ts": int(now * 1000)}
    body: dict[str, Any] = {**head, "payload": {"account_id": account_id, "object": {}}}
    if facts.schema is not None:
        sample = facts.sample if isinstance(facts.sample, dict) else {}
        body = fit_to_schema({**copy.deepcopy(sample), **head}, facts.schema, fill=True)
        payload = body.get("payload")
        if isinstance(payload, dict) and "account_id" in payload:
            payload["account_id"] = account_id
    for path, value in changes.items():
        _put(body, path, value)
    return body


def parse_value_like(body: Mapping[str, Any], path: str, text: str) -> Any:
    """What a text means at a path: a number or a truth where the body has one there, else the text itself."""
    here: Any = body
    for step in path.split("."):
        if isinstance(here, list) and step.isascii() and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            here = here.get(step) if isinstance(here, dict) else None
    if isinstance(here, bool):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(here, int) and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    return text


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path; objects on the way are made where there are none."""
    *way, last = path.split(".")
    here: Any = body
    for step in way:
        here = here.setdefault(step, {}) if isinstance(here, dict) else _item(here, step, path)
    if isinstance(here, dict) and last:
        here[last] = value
    else:
        _item(here, last, path)
        here[int(last)] = value


def _item(here: Any, step: str, path: str) -> Any:
    if isinstance(here, list) and step.isascii() and step.isdigit() and int(step) < len(here):
        return here[int(step)]
    size = f"a list of {len(here)}" if isinstance(here, list) else "a plain value"
    raise ValueError(f"The path {path!r} cannot be followed: before {step!r} stands {size}.")
