"""Fill the tables of spec/README.md from the models. The text around the tables is written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from zoom_component.spec import (
    action_model,
    connection_model,
    data_source_model,
    input_model,
    shared_inputs_model,
    trigger_model,
)
from zoom_component.spec.flow_yaml import format_flow
from zoom_component.spec.model_types import SpecModel, ValueMeanings
from zoom_component.tools.export.markdown import format_table, inline_code

__all__ = [
    "LANGUAGE_MODELS",
    "fill_language_page",
    "format_key_example",
    "list_literals",
    "list_value_meanings",
    "model_keys",
]

_MODULES = (
    action_model, input_model, shared_inputs_model, connection_model, trigger_model, data_source_model,
)  # fmt: skip
LANGUAGE_MODELS: Mapping[str, type[BaseModel]] = {
    name: known
    for module in _MODULES
    for name, known in vars(module).items()
    if isinstance(known, type) and issubclass(known, SpecModel) and known is not SpecModel
}
_PART = re.compile(r"(<!-- (keys|values): (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def fill_language_page(text: str) -> str:
    """Return the page with every table rebuilt.

    `<!-- keys: InputModel -->` marks the table of the keys of a model, and `<!-- values: InputModel wireType -->` the
    table of the values of a key. Each table ends with `<!-- end -->`. Raise ValueError for an unknown model.
    """
    return _PART.sub(lambda match: f"{match[1]}{_build_table(match)}\n{match[5]}", text)


def model_keys(name: str) -> dict[str, FieldInfo]:
    """Return the fields of a model by key, as authors write the keys."""
    return {info.alias or field: info for field, info in LANGUAGE_MODELS[name].model_fields.items()}


def format_key_example(name: str, key: str) -> str:
    """Return the example of a key as YAML. Raise LookupError if its field has none."""
    examples = model_keys(name)[key].examples
    if not examples:
        raise LookupError(f"{name}.{key} has no example")
    return f"{key}: {format_flow(examples[0])}"


def list_value_meanings(name: str, key: str) -> dict[str, str]:
    """Return the meaning of each value of a closed list; nothing if the values have no meanings."""
    info = model_keys(name)[key]
    meanings = next(_find_meanings((info.annotation, *info.metadata)), None)
    return dict(meanings.meanings) if meanings else {}


def list_literals(name: str, key: str) -> list[str]:
    """Return the values of a closed list; nothing if the key accepts any value of its type."""
    return list(_find_literals(model_keys(name)[key].annotation))


def _find_literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for inner in get_args(annotation):
            yield from _find_literals(inner)


def _find_meanings(parts: tuple[Any, ...]) -> Iterator[ValueMeanings]:
    for part in parts:
        if isinstance(part, ValueMeanings):
            yield part
        else:
            yield from _find_meanings(get_args(part))


def _build_table(match: re.Match[str]) -> str:
    name = match[3]
    if name not in LANGUAGE_MODELS:
        raise ValueError(f"unknown model {name}; expected one of {', '.join(LANGUAGE_MODELS)}")
    if match[2] == "keys":
        return format_table(["Key", "Example", "Meaning"], [_build_row(name, key) for key in model_keys(name)])
    meanings = list_value_meanings(name, match[4])
    return format_table(["Value", "Meaning"], [[f"`{value}`", meaning] for value, meaning in meanings.items()])


def _build_row(name: str, key: str) -> list[str]:
    # The descriptions are Markdown; only a pipe would end the cell.
    meaning = (model_keys(name)[key].description or "").replace("|", "\\|")
    return [f"`{key}`", inline_code(format_key_example(name, key)), meaning]
