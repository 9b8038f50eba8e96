"""Turn a stored event into test data: a body without secrets, or a test spec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.json_output import to_json
from zoom_component.redaction.redactor import MASK, mask

__all__ = ["build_test_spec", "mask_event_body", "select_stable_fields"]

# Fields that differ from run to run or that identify people.
_CHANGING = re.compile(
    r"(?:\A|_)(?:id|uuid|ids|url|urls|time|at|date|ts|timestamp|email|operator|number|meeting_number|pmi)\Z"
)


def mask_event_body(body: Any) -> Any:
    """Return the body with its secrets masked: download tokens, passcodes, tokens in URLs."""
    return mask(body)


def select_stable_fields(value: Any) -> Any:
    """Return the value without fields that differ between runs.

    These are ids, times, URLs, personal data and masked values.
    """
    if isinstance(value, Mapping):
        stable = {name: select_stable_fields(inner) for name, inner in value.items() if not _CHANGING.search(str(name))}
        return {name: inner for name, inner in stable.items() if inner != MASK and inner not in ({}, [])}
    if isinstance(value, list):
        return [select_stable_fields(inner) for inner in value]
    return value


def build_test_spec(
    name: str, body: Mapping[str, Any], action: str, inputs: Mapping[str, Any], *, as_json: bool = False
) -> str:
    """Return a test spec that runs an action and expects the event, in YAML or JSON."""
    expected: dict[str, Any] = {"event": body.get("event", "")}
    if payload := select_stable_fields(mask_event_body(body.get("payload") or {})):
        expected["payload"] = payload
    step = {"run": action, **({"inputs": dict(inputs)} if inputs else {}), "expect": {"events": [expected]}}
    document = {"name": name, "steps": [step]}
    if as_json:
        return to_json(document, ensure_ascii=False, indent=2) + "\n"
    import yaml

    header = "# From a stored event, without ids, times, addresses and secrets.\n"
    return header + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
