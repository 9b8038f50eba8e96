"""The toolkit catalogue: the actions that have a slug, as its tools, and the triggers that have one.

All of it follows from the specs; what the catalogue tells otherwise stands in them, under `toolkit`. Its parts stand by
name and their inputs by the length of their names, as the catalogue has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zoom_component.client.request.values import coerce
from zoom_component.spec.api_names import to_snake_case
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ABSENT, ActionSpec, Input, PayloadField, PollSpec, TriggerSpec
from zoom_component.spec.toolkit import is_listed, title_from_slug

__all__ = ["OUTPUTS", "build_toolkit_catalogue"]

OUTPUTS = (
    {"name": "data", "type": "object", "required": True},
    {"name": "error", "type": "string", "required": False},
    {"name": "successful", "type": "boolean", "required": True},
)
_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "object": "object", "strings": "string[]"}
_FORMATS = {"email": "email", "date-time": "date-time", "instant": "date-time"}
_LIST = "object[]"


def build_toolkit_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    """`toolkit`, `actions` and `triggers` of the catalogue as JSON values."""
    about = catalogue.component()
    tools = [catalogue.action(slug) for slug in sorted(catalogue.slugs(), key=title_from_slug)]
    triggers = [catalogue.trigger(key) for key in catalogue.trigger_keys()]
    polling = {spec.slug: spec for spec in triggers if spec.slug}
    return {
        "toolkit": {"slug": about["key"], "name": about["label"]},
        "actions": [_action(tool) for tool in tools],
        "triggers": [_trigger(slug, polling[slug]) for slug in sorted(polling)],
    }


def _action(tool: ActionSpec) -> dict[str, Any]:
    inputs = sorted(
        (spec for spec in tool.inputs.values() if is_listed(spec)), key=lambda spec: (len(spec.key), spec.key)
    )
    label: str = (tool.toolkit or {}).get("rateLimit") or tool.rate_limit or ""
    return {
        "slug": tool.key,
        "name": tool.label,
        "description": tool.description,
        "inputs": [_input(spec) for spec in inputs],
        "outputs": [dict(output) for output in OUTPUTS],
        "rate_limit_label": None if label in ("", "none") else label.lower(),
        "scopes_named": list(tool.scopes),
        "facts": [text.strip() for text in (tool.plan, tool.notes) if text],
    }


def _input(spec: Input) -> dict[str, Any]:
    told = spec.toolkit or {}
    how = told.get("model", "closed" if _type(spec) == "string" else "told")
    choices = _choices(spec)
    made: dict[str, Any] = {
        "name": spec.key,
        "type": told.get("type") or _type(spec),
        "required": spec.required,
        "enum": choices if how == "closed" else None,
        "format": _format(spec),
    }
    path = (spec.target or "").partition(".")
    if path[0] == "body" and "." in path[2]:
        made["path"] = path[2]
    if choices and how == "told":
        made["documented_values"] = choices
    if limits := "; ".join(_limits(spec)):
        made["limits"] = limits
    if spec.comments:
        made["description"] = spec.comments.strip()
    if spec.example is not ABSENT:
        made["example"] = spec.example
    return made


def _type(spec: Input) -> str:
    return _LIST if spec.wire_type == "list" else _TYPES.get(spec.wire_type, "string")


def _format(spec: Input) -> str | None:
    told = (spec.toolkit or {}).get("format") or _FORMATS.get(spec.format or "")
    return None if told == "none" else told


def _choices(spec: Input) -> list[Any] | None:
    """The choices that the catalogue names, in the type that it names."""
    found = (spec.toolkit or {}).get("values") or spec.model
    return [int(value) if spec.wire_type == "integer" else value for value in found] if found else None


def _limits(spec: Input) -> Iterator[str]:
    if spec.minimum is not None and spec.maximum is not None:
        yield f"{spec.minimum} to {spec.maximum}"
    elif spec.minimum is not None or spec.maximum is not None:
        yield f"{spec.minimum} or more" if spec.maximum is None else f"{spec.maximum} at most"
    if spec.max_length is not None:
        yield f"{spec.max_length} characters at most"
    if spec.wire_type == "commas":
        yield "joined by commas"
    if spec.depends_on:
        yield f"only along with {spec.depends_on}"
    if spec.conflicts_with:
        yield f"not together with {spec.conflicts_with}"


def _trigger(slug: str, spec: TriggerSpec) -> dict[str, Any]:
    inputs = {to_snake_case(key): known for key, known in sorted(spec.inputs.items())}
    made: dict[str, Any] = {
        "slug": slug,
        "name": spec.label,
        "description": spec.description,
        "config": [_setting(name, known) for name, known in inputs.items()],
        "payload": [_field(name, known) for name, known in sorted(spec.payload.items())],
    }
    return {
        **made,
        **(_poll(spec.poll) if spec.poll else {}),
        "defaults": {
            name: coerce(known.default, known) for name, known in inputs.items() if known.default is not ABSENT
        },
        "ranges": {
            name: [known.minimum, known.maximum]
            for name, known in inputs.items()
            if known.maximum is not None and name != "interval"
        },
        "facts": [spec.notes.strip()] if spec.notes else [],
    }


def _setting(name: str, spec: Input) -> dict[str, Any]:
    made = {"name": name, "type": (spec.toolkit or {}).get("type") or _type(spec), "required": spec.required}
    if (spec.toolkit or {}).get("model") != "untold" and (choices := _choices(spec)):
        made["documented_values"] = choices
    return {**made, "description": spec.comments.strip()} if spec.comments else made


def _field(name: str, known: PayloadField) -> dict[str, Any]:
    made = {"name": name, "type": known.type, "required": known.required}
    return {**made, "description": known.comments.strip()} if known.comments else made


def _poll(poll: PollSpec) -> dict[str, Any]:
    """How a trigger finds what it tells. Fields are left out only where all others are compared."""
    if poll.snapshot is None:
        return {"kind": "new item", "event_types": None, "excluded": [], "item_id": "+".join(poll.identity)}
    return {
        "kind": "snapshot difference",
        "event_types": [each.event for each in poll.types],
        "excluded": [] if poll.snapshot.compare else list(poll.snapshot.ignore),
    }
