"""Build the JSON Schema of a test spec from its model."""

from __future__ import annotations

import json
from typing import Any

from zoom_component.spec.model_schema import build_model_schema
from zoom_component.testing.model import TestSpecModel

__all__ = ["SCHEMA_PATH", "build_schema", "build_schemas"]

SCHEMA_PATH = "spec/test.schema.json"


def build_schemas() -> dict[str, str]:
    """Return the schema as text, by its path below the root."""
    return {SCHEMA_PATH: json.dumps(build_schema(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"}


def build_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a test spec."""
    return build_model_schema(TestSpecModel, "test.schema.json", "A test spec")
