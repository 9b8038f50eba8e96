"""Convert the schema of inputs to the subset of JSON Schema for strict tools: every key required, null for absent.

Values that the subset cannot describe (objects and lists of any content) become JSON text, which a run accepts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["to_strict_schema"]

# https://platform.openai.com/docs/guides/structured-outputs lists the subset.
_KEYWORDS = ("type", "description", "enum", "pattern", "minimum", "maximum", "items")
_FORMATS = frozenset({"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"})


def to_strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the strict form of a schema of `build_inputs_schema` without rules."""
    required = set(schema.get("required", ()))
    properties = {name: _convert_property(part, name in required) for name, part in schema["properties"].items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _convert_property(part: Mapping[str, Any], required: bool) -> dict[str, Any]:
    strict = _as_json_text(part) or {word: part[word] for word in _KEYWORDS if word in part}
    if part.get("format") in _FORMATS and strict["type"] == "string":
        strict["format"] = part["format"]
    if description := " ".join(
        filter(None, [strict.get("description", part.get("description", "")), *_describe_limits(part)])
    ):
        strict["description"] = description
    if not required:
        strict["type"] = [strict["type"], "null"]
        if "enum" in strict:
            strict["enum"] = [*strict["enum"], None]
    return strict


def _as_json_text(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the schema of JSON text for an input of any content; None for other inputs."""
    if "type" not in part:
        return {"type": "string", "description": f"{part.get('description', '')} Give it as JSON text.".strip()}
    is_free = part["type"] == "object" or (part["type"] == "array" and not part.get("items"))
    if not is_free:
        return None
    kind = "object" if part["type"] == "object" else "list"
    return {"type": "string", "description": f"{part.get('description', '')} Give a JSON {kind} as text.".strip()}


def _describe_limits(part: Mapping[str, Any]) -> list[str]:
    """Return, as sentences, the limits that the subset cannot express."""
    sentences = []
    if "minLength" in part:
        sentences.append(f"At least {part['minLength']} characters.")
    if "maxLength" in part:
        sentences.append(f"At most {part['maxLength']} characters.")
    if "default" in part:
        sentences.append(f"Null means {json.dumps(part['default'], allow_nan=False)}.")
    return sentences
