"""Make the JSON Schema of a model, for editors: each key with its meaning and an example."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

__all__ = ["DIALECT", "build_model_schema"]

_SCHEMA_KEY = {
    "title": "$schema",
    "type": "string",
    "description": "The path of this schema, for editors.",
    "examples": ["../../spec/action.schema.json"],
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def build_model_schema(model: type[BaseModel], name: str, title: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a kind of file. `name` is the name of the schema's own file."""
    schema = model.model_json_schema(by_alias=True)
    parts = schema.pop("$defs", {})
    whole = {"$schema": DIALECT, "$id": name, "title": title, **_tidy(schema)}
    # A JSON file has no comments, so this key is where it names its schema.
    whole["properties"] = {"$schema": _SCHEMA_KEY, **whole["properties"]}
    if parts:
        whole["$defs"] = {part: _tidy(inner) for part, inner in sorted(parts.items())}
    return whole


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a model without the titles that only repeat a name."""
    tidied = {keyword: value for keyword, value in schema.items() if keyword not in ("title", "properties")}
    if "properties" in schema:
        tidied["properties"] = {
            key: {"title": key, **_tidy_property(part)} for key, part in schema["properties"].items()
        }
    return tidied


def _tidy_property(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a key without null: authors leave a key out, so no editor has to offer null."""
    tidied = {keyword: value for keyword, value in schema.items() if keyword != "title"}
    if tidied.get("default", 0) is None:
        del tidied["default"]
    alternatives = [each for each in tidied.get("anyOf", []) if each != {"type": "null"}]
    if len(alternatives) == 1:
        del tidied["anyOf"]
        tidied.update(alternatives[0])
    elif alternatives:
        tidied["anyOf"] = alternatives
    if "patternProperties" in tidied:
        tidied["additionalProperties"] = False
    return tidied
