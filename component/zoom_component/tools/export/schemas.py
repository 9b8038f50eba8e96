"""The JSON Schemas of the five kinds of file, generated from the models: what an editor checks while one types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from zoom_component.spec.data_source_model import DataSourceFile
from zoom_component.spec.model import ActionFile, ConnectionFile, SharedInputsFile
from zoom_component.spec.trigger_model import TriggerFile
from zoom_component.tools.export.words import meaning

__all__ = ["FILE_MODELS", "build_file_schema", "file_schemas"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_MODELS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "action": ("An action", ActionFile),
    "inputs": ("Shared inputs", SharedInputsFile),
    "connection": ("A kind of connection", ConnectionFile),
    "trigger": ("A trigger", TriggerFile),
    "source": ("A data source", DataSourceFile),
}


def file_schemas() -> dict[str, str]:
    """The text of every schema by its path below the root, as `spec/action.schema.json`."""
    return {
        f"spec/{kind}.schema.json": json.dumps(build_file_schema(kind), ensure_ascii=False, indent=1) + "\n"
        for kind in FILE_MODELS
    }


def build_file_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one kind of file: "action", "inputs", "connection", "trigger" or "source"."""
    title, model = FILE_MODELS[kind]
    made = model.model_json_schema(by_alias=True)
    parts = made.pop("$defs", {})
    head = {"$schema": DIALECT, "$id": f"{kind}.schema.json", "title": title}
    whole = {**head, **_tidy(made, model.__name__)}
    if parts:
        whole["$defs"] = {name: _tidy(part, name) for name, part in sorted(parts.items())}
    return whole


def _tidy(part: Mapping[str, Any], model: str) -> dict[str, Any]:
    """A model's schema without the titles that repeat a word, and with a description for every word."""
    tidied = {word: value for word, value in part.items() if word not in ("title", "properties")}
    if "properties" in part:
        tidied["properties"] = {
            word: {"title": word, "description": meaning(model, word), **_told(known)}
            for word, known in part["properties"].items()
        }
    return tidied


def _told(known: Mapping[str, Any]) -> dict[str, Any]:
    """What may stand after a word. Leaving it out says null: nobody writes null, so no editor has to offer it."""
    told = {word: value for word, value in known.items() if word not in ("title", "description")}
    if told.get("default", 0) is None:
        del told["default"]
    if "patternProperties" in told:
        told["additionalProperties"] = False
    others = [other for other in told.get("anyOf", []) if other != {"type": "null"}]
    if len(others) == 1:
        del told["anyOf"]
        told.update(others[0])
    return told
