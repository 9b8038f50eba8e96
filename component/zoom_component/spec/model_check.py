"""Validate a document against its model, and report every wrong key with its position and the correct keys."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from zoom_component.spec.diagnostics import describe_value, join_choices, quote, suggest
from zoom_component.spec.document import Pointer, SpecDocument

__all__ = ["validate_document"]


def validate_document(document: SpecDocument, model: type[BaseModel]) -> bool:
    """Add a diagnostic for each key and value that `model` does not allow. Return True if there is none."""
    if not isinstance(document.value, Mapping):
        document.add((), f"expected a mapping with the keys {join_choices(_list_keys(model))}")
        return False
    try:
        model.model_validate(document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _add_diagnostic(document, model, detail)
        return False
    return True


def _add_diagnostic(document: SpecDocument, model: type[BaseModel], detail: ErrorDetails) -> None:
    pointer = _pointer(document.value, detail["loc"])
    kind, value = detail["type"], detail["input"]
    name = _nearest_key(pointer)
    if detail["loc"][-1] == "[key]":
        document.add(pointer, f"invalid key {describe_value(value)}; {_KEY_FORM}", at_key=True, is_value_error=True)
    elif kind == "extra_forbidden":
        known = _list_keys(_model_at(model, pointer[:-1]) or model)
        document.add(pointer, f"unknown key {quote(name)}; {_advise(name, known, _MOVED_KEYS)}", at_key=True)
    elif kind == "missing":
        inside = f" in {_nearest_key(pointer[:-1])}" if len(pointer) > 1 else ""
        document.add(pointer[:-1], f"missing key {quote(name)}{inside}", at_key=True)
    elif kind == "literal_error":
        allowed = [part.strip().strip("'") for part in _allowed_values(detail).replace(" or ", ", ").split(",")]
        message = f"{name}: unknown value {describe_value(value)}; {_advise(str(value), allowed, _MOVED_VALUES)}"
        document.add(pointer, message, is_value_error=True)
    elif kind == "string_pattern_mismatch":
        message = f"{name}: {_FORMS.get(name, _KEY_FORM)}; got {describe_value(value)}"
        document.add(pointer, message, is_value_error=True)
    else:
        form = _EXPECTED.get(kind, detail["msg"]).format(**detail.get("ctx", {}))
        document.add(pointer, f"{name}: {form}, got {describe_value(value)}", is_value_error=True)


# The keys and values of earlier versions of the language, with those that replace them.
_MOVED_KEYS: Mapping[str, tuple[str, ...]] = {
    "accepts": ("schema",),
    "after": ("notBefore",),
    "along": ("dependsOn",),
    "becomes": ("changedTo",),
    "caution": ("warning",),
    "cut": ("maxLength",),
    "daily": ("dailyQuota",),
    "documented": ("documentedLabel",),
    "each": ("items",),
    "ends": ("date",),
    "every": ("everyAction",),
    "given": ("actionInputs", "inputs"),
    "gone": ("ignoreRemoved",),
    "holds": ("payloadKey",),
    "instead": ("replacement", "valueWhen"),
    "missing": ("onMissing",),
    "model": ("choices",),
    "moment": ("dateTime",),
    "most": ("maxPageSize",),
    "only": ("onlyFields",),
    "plain": ("humanize",),
    "scaffold": ("template",),
    "send": ("target",),
    "sends": ("wireType",),
    "size": ("pageSize",),
    "tells": ("report",),
    "unless": ("conflictsWith",),
    "zone": ("timeZone",),
}
_MOVED_VALUES: Mapping[str, tuple[str, ...]] = {
    "anything": ("any",),
    "commas": ("commaSeparated",),
    "fails": ("fail",),
    "list": ("array",),
    "pairs": ("keyValueObject",),
    "strings": ("stringArray",),
    "told": ("documented",),
    "untold": ("hidden",),
    "waits": ("wait",),
}
_KEY_FORM = "expected a lowercase letter, then only letters and digits, such as createMeeting"
_FIELD_FORM = "expected the name of a field, such as settings.host_video"
_FORMS = {
    "path": "expected a path that begins with / and has no spaces, ? or #, such as /users/{userId}/meetings",
    "slug": "expected capital letters and underscores, such as APP_LIST_THINGS",
    "target": "expected path, query.name, body.name, body.group.name, body.group.*, header.Name or none",
    "name": "expected a name without . [ ] { } and $",
    "date": "expected a date, such as 2027-01-31",
    **dict.fromkeys(("value", "compare", "ignore", "identity", "added", "onlyFields", "timeZone"), _FIELD_FORM),
}
_EXPECTED = {
    "string_type": "expected text (in quotes)",
    "bool_type": "expected true or false",
    "int_type": "expected an integer",
    "list_type": "expected a list",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "too_short": "expected at least one item",
    "greater_than_equal": "expected {ge} or more",
    "less_than_equal": "expected at most {le}",
}


def _advise(word: str, known: list[str], moved: Mapping[str, tuple[str, ...]]) -> str:
    """Return what to write in place of a word: its new name if it has one, or else a suggestion."""
    renamed = next((new for new in moved.get(word, ()) if new in known), None)
    return f"it is now called {quote(renamed)}" if renamed else suggest(word, known)


def _nearest_key(pointer: Pointer) -> str:
    """Return the last key of a pointer. An item of a list is called by the name of the list."""
    return next((step for step in reversed(pointer) if isinstance(step, str)), "")


def _allowed_values(detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("expected", ""))


def _pointer(value: Any, loc: tuple[str | int, ...]) -> Pointer:
    """Return the steps of pydantic's location that are in the document, without `[key]` and names of unions."""
    pointer: list[str | int] = []
    for at, step in enumerate(loc):
        last = at == len(loc) - 1
        if step == "[key]" and last:
            break
        exists, inner = _step_into(value, step)
        if not exists and not last:
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
    """Return the model of the mapping at `pointer`."""
    current: Any = model
    for step in pointer:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {info.alias or name: info.annotation for name, info in current.model_fields.items()}
            current = _unwrap(fields.get(str(step)))
        else:
            current = _unwrap(get_args(current)[-1]) if get_args(current) else None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _unwrap(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(arg for arg in get_args(annotation) if arg is not type(None))
    return annotation
