"""Export the toolkit catalogue: the actions and triggers that have a slug.

The specs hold what the catalogue has differently, under `toolkit`. The order is the catalogue's: parts by name, inputs
by the length of their names.
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
_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "object": "object", "stringArray": "string[]"}
_FORMATS = {"email": "email", "date-time": "date-time", "instant": "date-time"}
_LIST = "object[]"


def build_toolkit_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    """Return `toolkit`, `actions` and `triggers` of the catalogue as JSON values."""
    about = catalogue.component()
    tools = [catalogue.action(slug) for slug in sorted(catalogue.slugs(), key=title_from_slug)]
    triggers = [catalogue.trigger(key) for key in catalogue.trigger_keys()]
    polling = {spec.slug: spec for spec in triggers if spec.slug}
    return {
        "toolkit": {"slug": about["key"], "name": about["label"]},
        "actions": [_export_action(tool) for tool in tools],
        "triggers": [_export_trigger(slug, polling[slug]) for slug in sorted(polling)],
    }


def _export_action(tool: ActionSpec) -> dict[str, Any]:
    inputs = sorted(
        (spec for spec in tool.inputs.values() if is_listed(spec)), key=lambda spec: (len(spec.key), spec.key)
    )
    label: str = (tool.toolkit or {}).get("rateLimit") or tool.rate_limit or ""
    return {
        "slug": tool.key,
        "name": tool.label,
        "description": tool.description,
        "inputs": [_export_input(spec) for spec in inputs],
        "outputs": [dict(output) for output in OUTPUTS],
        "rate_limit_label": None if label in ("", "none") else label.lower(),
        "scopes_named": list(tool.scopes),
        "facts": [text.strip() for text in (tool.plan, tool.notes) if text],
    }


def _export_input(spec: Input) -> dict[str, Any]:
    toolkit = spec.toolkit or {}
    presentation = toolkit.get("choices", "closed" if _toolkit_type(spec) == "string" else "documented")
    choices = _toolkit_choices(spec)
    exported: dict[str, Any] = {
        "name": spec.key,
        "type": toolkit.get("type") or _toolkit_type(spec),
        "required": spec.required,
        "enum": choices if presentation == "closed" else None,
        "format": _toolkit_format(spec),
    }
    path = (spec.target or "").partition(".")
    if path[0] == "body" and "." in path[2]:
        exported["path"] = path[2]
    if choices and presentation == "documented":
        exported["documented_values"] = choices
    if limits := "; ".join(_describe_limits(spec)):
        exported["limits"] = limits
    if spec.comments:
        exported["description"] = spec.comments.strip()
    if spec.example is not ABSENT:
        exported["example"] = spec.example
    return exported


def _toolkit_type(spec: Input) -> str:
    return _LIST if spec.wire_type == "array" else _TYPES.get(spec.wire_type, "string")


def _toolkit_format(spec: Input) -> str | None:
    name = (spec.toolkit or {}).get("format") or _FORMATS.get(spec.format or "")
    return None if name == "none" else name


def _toolkit_choices(spec: Input) -> list[Any] | None:
    """Return the choices in the catalogue, in its type."""
    values = (spec.toolkit or {}).get("values") or spec.model
    return [int(value) if spec.wire_type == "integer" else value for value in values] if values else None


def _describe_limits(spec: Input) -> Iterator[str]:
    if spec.minimum is not None and spec.maximum is not None:
        yield f"{spec.minimum} to {spec.maximum}"
    elif spec.minimum is not None or spec.maximum is not None:
        yield f"{spec.minimum} or more" if spec.maximum is None else f"{spec.maximum} at most"
    if spec.max_length is not None:
        yield f"{spec.max_length} characters at most"
    if spec.wire_type == "commaSeparated":
        yield "joined by commas"
    if spec.depends_on:
        yield f"only along with {spec.depends_on}"
    if spec.conflicts_with:
        yield f"not together with {spec.conflicts_with}"


def _export_trigger(slug: str, spec: TriggerSpec) -> dict[str, Any]:
    inputs = {to_snake_case(key): spec for key, spec in sorted(spec.inputs.items())}
    exported: dict[str, Any] = {
        "slug": slug,
        "name": spec.label,
        "description": spec.description,
        "config": [_export_setting(name, spec) for name, spec in inputs.items()],
        "payload": [_export_field(name, spec) for name, spec in sorted(spec.payload.items())],
    }
    return {
        **exported,
        **(_export_poll(spec.poll) if spec.poll else {}),
        "defaults": {name: coerce(spec.default, spec) for name, spec in inputs.items() if spec.default is not ABSENT},
        "ranges": {
            name: [spec.minimum, spec.maximum]
            for name, spec in inputs.items()
            if spec.maximum is not None and name != "interval"
        },
        "facts": [spec.notes.strip()] if spec.notes else [],
    }


def _export_setting(name: str, spec: Input) -> dict[str, Any]:
    exported = {
        "name": name,
        "type": (spec.toolkit or {}).get("type") or _toolkit_type(spec),
        "required": spec.required,
    }
    if (spec.toolkit or {}).get("choices") != "hidden" and (choices := _toolkit_choices(spec)):
        exported["documented_values"] = choices
    return {**exported, "description": spec.comments.strip()} if spec.comments else exported


def _export_field(name: str, spec: PayloadField) -> dict[str, Any]:
    exported = {"name": name, "type": spec.type, "required": spec.required}
    return {**exported, "description": spec.comments.strip()} if spec.comments else exported


def _export_poll(poll: PollSpec) -> dict[str, Any]:
    if poll.snapshot is None:
        return {"kind": "new item", "event_types": None, "excluded": [], "item_id": "+".join(poll.identity)}
    return {
        "kind": "snapshot difference",
        "event_types": [each.event for each in poll.types],
        "excluded": [] if poll.snapshot.compare else list(poll.snapshot.ignore),
    }
