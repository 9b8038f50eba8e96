"""Define what the models of all spec files share: the base class, the types of keys, and the meanings of values.

Pydantic is imported to check files, never to run an action.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

__all__ = ["FILE_KEY", "FILE_LABEL", "NOTES", "SLUG", "Day", "Key", "Slug", "SpecModel", "ValueMeanings"]

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

FILE_KEY = "The name that callers use. The file has the same name."
FILE_LABEL = "The name that a designer shows."
SLUG = "The name in the toolkit catalogue. Callers can use it in place of the key."
NOTES = "Markdown that the documentation shows."


class SpecModel(BaseModel):
    """Refuse unknown keys, and never change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ValueMeanings:
    """Hold what each value of a closed list means; editors show it from `enumDescriptions`."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self.meanings = meanings

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core_schema)
        return {**schema, "enumDescriptions": [self.meanings[value] for value in schema["enum"]]}
