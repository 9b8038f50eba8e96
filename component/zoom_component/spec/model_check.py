"""Holds a document against its model and says every wrong word with its place and the right ones beside it."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from zoom_component.spec.diagnostics import join_choices, suggest
from zoom_component.spec.yaml12 import Pointer, YamlDocument

__all__ = ["validate_document"]


def validate_document(located: YamlDocument, model: type[BaseModel]) -> bool:
    """Adds a fault for each word of `located` that `model` does not allow. True when there was none."""
    if not isinstance(located.value, Mapping):
        located.add((), f"expected keys and values here: {join_choices(_list_keys(model))}")
        return False
    try:
        model.model_validate(located.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _add_diagnostic(located, model, detail)
        return False
    return True


def _add_diagnostic(located: YamlDocument, model: type[BaseModel], detail: ErrorDetails) -> None:
    pointer = _pointer(located.value, detail["loc"])
    kind, came = detail["type"], detail["input"]
    name = _nearest_key(pointer)
    if detail["loc"][-1] == "[key]":
        located.add(pointer, f"{_describe_value(came)} cannot be a key; {_KEY_WORDS}", at_key=True)
    elif kind == "extra_forbidden":
        words = _list_keys(_model_at(model, pointer[:-1]) or model)
        located.add(pointer, f"the word {name!r} is not known here; {suggest(name, words)}", at_key=True)
    elif kind == "missing":
        inside = f" in {_nearest_key(pointer[:-1])}" if len(pointer) > 1 else ""
        located.add(pointer[:-1], f"the word {name!r} is missing{inside}", at_key=True)
    elif kind == "literal_error":
        accepted = [part.strip().strip("'") for part in _expected_values(detail).replace(" or ", ", ").split(",")]
        located.add(pointer, f"{name} cannot be {_describe_value(came)}; {suggest(str(came), accepted)}")
    elif kind == "string_pattern_mismatch":
        located.add(pointer, f"{name} cannot be {_describe_value(came)}; {_PATTERNS.get(name, _KEY_WORDS)}")
    else:
        accepted_form = _EXPECTED.get(kind, detail["msg"]).format(**detail.get("ctx", {}))
        located.add(pointer, f"{name}: came {_describe_value(came)}; {accepted_form}")


_KEY_WORDS = "a key begins with a small letter and holds letters and digits only, as in createMeeting"
_PATTERNS = {
    "path": "a path begins with / and has neither spaces nor ? nor #, as in /users/{userId}/meetings",
    "slug": "a slug is written in capitals with underscores, as in APP_LIST_THINGS",
    "send": "write path, query.name, body.name, body.group.name, body.group.* or header.Name",
}
_EXPECTED = {
    "string_type": "accepted: text (put it in quotes)",
    "bool_type": "accepted: true or false",
    "int_type": "accepted: a whole number",
    "list_type": "accepted: a list",
    "dict_type": "accepted: keys and values",
    "model_type": "accepted: keys and values",
    "too_short": "accepted: at least one item",
    "greater_than_equal": "accepted: {ge} or more",
    "less_than_equal": "accepted: {le} at most",
}


def _nearest_key(pointer: Pointer) -> str:
    """The nearest key of a place: an item of a list goes by the list's name."""
    return next((step for step in reversed(pointer) if isinstance(step, str)), "")


def _expected_values(detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("expected", ""))


def _describe_value(came: Any) -> str:
    if isinstance(came, str):
        return repr(came)
    if came is None:
        return "nothing (null)"
    if isinstance(came, bool):
        return "true" if came else "false"
    if isinstance(came, Mapping):
        return "keys and values"
    return "a list" if isinstance(came, list) else str(came)


def _pointer(value: Any, loc: tuple[str | int, ...]) -> Pointer:
    """The part of pydantic's location that stands in the document (it adds `[key]` and names of unions)."""
    pointer: list[str | int] = []
    for at, step in enumerate(loc):
        last = at == len(loc) - 1
        if step == "[key]" and last:
            break
        found, inner = _step_into(value, step)
        if not found and not last:
            continue
        value = inner
        pointer.append(step)
    return tuple(pointer)


def _step_into(value: Any, step: str | int) -> tuple[bool, Any]:
    if isinstance(value, Mapping) and step in value:
        return True, value[step]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return True, value[step]
    return False, None


def _list_keys(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(model: type[BaseModel], pointer: Pointer) -> type[BaseModel] | None:
    """The model that governs the mapping at `pointer`."""
    current: Any = model
    for step in pointer:
        if isinstance(current, type) and issubclass(current, BaseModel):
            named = {info.alias or name: info.annotation for name, info in current.model_fields.items()}
            current = _unwrap(named.get(str(step)))
        else:
            current = _unwrap(get_args(current)[-1]) if get_args(current) else None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _unwrap(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(arg for arg in get_args(annotation) if arg is not type(None))
    return annotation
