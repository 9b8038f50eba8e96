"""A kept event as something that tests can hold: its body without secrets, or a test spec that expects it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.client.transport.redact import MASK, mask

__all__ = ["build_test_spec", "mask_event_body", "select_stable_fields"]

# What is another from run to run, and what names people and places.
_CHANGING = re.compile(
    r"(?:\A|_)(?:id|uuid|ids|url|urls|time|at|date|ts|timestamp|email|operator|number|meeting_number|pmi)\Z"
)


def mask_event_body(body: Any) -> Any:
    """The body as it came, its secrets masked: download tokens, passcodes, tokens in addresses."""
    return mask(body)


def select_stable_fields(value: Any) -> Any:
    """What can be expected to come again: without ids, times, addresses, people and masked values."""
    if isinstance(value, Mapping):
        kept = {name: select_stable_fields(inner) for name, inner in value.items() if not _CHANGING.search(str(name))}
        return {name: inner for name, inner in kept.items() if inner != MASK and inner not in ({}, [])}
    if isinstance(value, list):
        return [select_stable_fields(inner) for inner in value]
    return value


def build_test_spec(name: str, body: Mapping[str, Any], action: str, inputs: Mapping[str, Any]) -> str:
    """The text of a test spec: the action that causes the event, and the event as it is expected."""
    import yaml

    expected: dict[str, Any] = {"event": body.get("event", "")}
    if payload := select_stable_fields(mask_event_body(body.get("payload") or {})):
        expected["payload"] = payload
    step = {"run": action, **({"inputs": dict(inputs)} if inputs else {}), "expect": {"events": [expected]}}
    document = {"name": name, "steps": [step]}
    head = "# From an event that was kept; ids, times, addresses and secrets are left out.\n"
    return head + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
