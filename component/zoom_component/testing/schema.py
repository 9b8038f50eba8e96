"""The JSON Schema of a test spec, from its model."""

from __future__ import annotations

import json
from typing import Any

from zoom_component.spec.model_schema import model_schema
from zoom_component.testing.model import SpecFile

__all__ = ["FILE", "schema", "schemas"]

FILE = "spec/test.schema.json"


def schemas() -> dict[str, str]:
    """The schema's text by its path below the root."""
    return {FILE: json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"}


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a test spec."""
    return model_schema(SpecFile, "test.schema.json", "A test spec")
