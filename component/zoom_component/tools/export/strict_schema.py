"""The schema of inputs in the part of JSON Schema that models can be held to: every key required, null for absent.

What that part cannot say (free objects, lists of anything) is asked for as JSON text, which a run takes as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["to_strict_schema"]

# https://platform.openai.com/docs/guides/structured-outputs lists what is understood.
_KEPT = ("type", "description", "enum", "pattern", "minimum", "maximum", "items")
_FORMATS = frozenset({"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"})


def to_strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The strict form of what `inputs_schema` gives without rules."""
    required = set(schema.get("required", ()))
    properties = {name: _property(part, name in required) for name, part in schema["properties"].items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _property(part: Mapping[str, Any], required: bool) -> dict[str, Any]:
    made = _as_text(part) or {word: part[word] for word in _KEPT if word in part}
    if part.get("format") in _FORMATS and made["type"] == "string":
        made["format"] = part["format"]
    if told := " ".join(filter(None, [made.get("description", part.get("description", "")), *_limits(part)])):
        made["description"] = told
    if not required:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


def _as_text(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """An input whose inside is free, asked for as JSON text; None for any other."""
    if "type" not in part:
        return {"type": "string", "description": f"{part.get('description', '')} Give it as JSON text.".strip()}
    free = part["type"] == "object" or (part["type"] == "array" and not part.get("items"))
    if not free:
        return None
    kind = "object" if part["type"] == "object" else "list"
    return {"type": "string", "description": f"{part.get('description', '')} Give a JSON {kind} as text.".strip()}


def _limits(part: Mapping[str, Any]) -> list[str]:
    """What the strict part has no words for, in words."""
    told = []
    if "minLength" in part:
        told.append(f"At least {part['minLength']} characters.")
    if "maxLength" in part:
        told.append(f"At most {part['maxLength']} characters.")
    if "default" in part:
        told.append(f"Null stands for {json.dumps(part['default'])}.")
    return told
