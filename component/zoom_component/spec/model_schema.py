"""The JSON Schema of a model whose words describe themselves: what an editor checks while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

__all__ = ["build_model_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def build_model_schema(model: type[BaseModel], name: str, title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of file; `name` is that of the schema's own file."""
    made = model.model_json_schema(by_alias=True)
    parts = made.pop("$defs")
    whole = {"$schema": _DIALECT, "$id": name, "title": title, **_tidy(made)}
    whole["$defs"] = {part: _tidy(known) for part, known in sorted(parts.items())}
    return whole


def _tidy(part: dict[str, Any]) -> dict[str, Any]:
    """A model's schema without the titles that repeat a word; nobody writes null for what may be left out."""
    tidied = {word: value for word, value in part.items() if word not in ("title", "properties")}
    tidied["properties"] = {
        word: {"title": word, **_tidy_property(known)} for word, known in part["properties"].items()
    }
    return tidied


def _tidy_property(known: dict[str, Any]) -> dict[str, Any]:
    told = {word: value for word, value in known.items() if word != "title"}
    if told.get("default", 0) is None:
        del told["default"]
    others = [other for other in told.get("anyOf", []) if other != {"type": "null"}]
    if len(others) == 1:
        del told["anyOf"]
        told.update(others[0])
    elif others:
        told["anyOf"] = others
    if "patternProperties" in told:
        told["additionalProperties"] = False
    return told
