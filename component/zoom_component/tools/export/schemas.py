"""Make the JSON Schemas of the five kinds of spec files, which editors use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from zoom_component.spec.action_model import ActionFile
from zoom_component.spec.connection_model import ConnectionFile
from zoom_component.spec.data_source_model import DataSourceFile
from zoom_component.spec.model_schema import build_model_schema
from zoom_component.spec.shared_inputs_model import SharedInputsFile
from zoom_component.spec.trigger_model import TriggerFile

__all__ = ["FILE_MODELS", "build_file_schema", "file_schemas"]

FILE_MODELS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "action": ("An action", ActionFile),
    "inputs": ("Shared inputs", SharedInputsFile),
    "connection": ("A kind of connection", ConnectionFile),
    "trigger": ("A trigger", TriggerFile),
    "source": ("A data source", DataSourceFile),
}


def file_schemas() -> dict[str, str]:
    """Return the text of every schema by its path below the root, such as `spec/action.schema.json`."""
    return {
        f"spec/{kind}.schema.json": json.dumps(build_file_schema(kind), ensure_ascii=False, indent=1, allow_nan=False)
        + "\n"
        for kind in FILE_MODELS
    }


def build_file_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file: "action", "inputs", "connection", "trigger" or "source"."""
    title, model = FILE_MODELS[kind]
    return build_model_schema(model, f"{kind}.schema.json", title)
