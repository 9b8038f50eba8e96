"""Build the JSON Schema of a listeners.yaml from its model."""

from __future__ import annotations

import json

from zoom_component.events.listeners.model import ListenersModel
from zoom_component.spec.model_schema import build_model_schema

__all__ = ["build_schemas"]


def build_schemas() -> dict[str, str]:
    """Return the schema as text, by its path below the root."""
    schema = build_model_schema(ListenersModel, "listeners.schema.json", "Listeners")
    # A listener has exactly one of these keys.
    schema["$defs"]["ListenerModel"]["oneOf"] = [{"required": [kind]} for kind in ("call", "command", "forward", "run")]
    return {"spec/listeners.schema.json": json.dumps(schema, ensure_ascii=False, indent=1, allow_nan=False) + "\n"}
