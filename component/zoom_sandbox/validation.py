"""What every operation checks before its own code runs, read from the facts: query values and the body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from zoom_facts import Operation, find_operation
from zoom_sandbox.errors import FieldError, validation_error
from zoom_sandbox.multipart import FormPart, MalformedForm, parse_parts
from zoom_sandbox.times import is_day, is_time, parse_time, to_utc_day

PAGE_SIZE = "page_size"
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
FORM = "multipart/form-data"
_WHICH_DAYS = {"type": "string", "pattern": "^[1-7](,[1-7])*$"}

_SENTENCES = {
    "type": "The value must be of type {types}.",
    "enum": "Only these values are accepted: {options}.",
    "maxLength": "At most {limit} characters are accepted.",
    "minLength": "At least {limit} characters are expected.",
    "maximum": "The largest value accepted is {limit}.",
    "minimum": "The smallest value accepted is {limit}.",
    "maxItems": "At most {limit} items are accepted.",
    "minItems": "At least {limit} items are expected.",
    "format": "The value must be a valid {format}.",
    "required": "This field is required.",
}


def parse_query(operation: Operation, given: Mapping[str, str]) -> dict[str, Any]:
    """The query in the operation's types, its defaults filled in; unknown names are left alone, as Zoom does.

    Refuses (400/300) with every field that is wrong. An empty value counts as not given.
    """
    typed: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for parameter in operation.query:
        name = parameter["name"]
        text = given.get(name, "")
        if text == "":
            if "default" in parameter:
                typed[name] = parameter["default"]
            elif parameter.get("required"):
                wrong.append((name, _SENTENCES["required"]))
            continue
        value, fault = _typed(parameter, text)
        if fault:
            wrong.append((name, fault))
        typed[name] = value
    if wrong:
        raise validation_error(*wrong)
    return typed


def parse_body(operation: Operation, raw: bytes) -> dict[str, Any]:
    """The body as an object that fits the operation's schema; `{}` where the operation takes none, or no JSON.

    Unknown fields are kept, null counts as absent. Refuses (400/300) what is not JSON, not an object, or wrong in a
    field; the fields are named with dots, list places in brackets.
    """
    if operation.body is None or operation.body_media_type != "application/json":
        return {}
    try:
        body = _without_nulls(json.loads(raw, parse_constant=_no_number)) if raw.strip() else {}
    except (ValueError, RecursionError) as problem:
        raise validation_error(message="Request Body should be a valid JSON object.") from problem
    if not isinstance(body, dict) and operation.body.get("type") == "object":
        raise validation_error(message="Request Body should be a valid JSON object.")
    if wrong := _body_faults(_body_rules(operation.method, operation.path).iter_errors(body)):
        raise validation_error(*wrong.items())
    return body if isinstance(body, dict) else {}


def parse_form(operation: Operation, content_type: str, raw: bytes) -> tuple[dict[str, Any], tuple[FormPart, ...]]:
    """A form's fields and its files, which fit the operation's schema; another body counts as a form without fields.

    Refuses (400/300) a form that is malformed or wrong in a field.
    """
    try:
        found = parse_parts(content_type, raw) if content_type.lower().startswith(FORM) else []
    except MalformedForm as problem:
        raise validation_error(message=str(problem)) from problem
    files = tuple(part for part in found if part.filename is not None)
    fields: dict[str, Any] = {part.name: part.text for part in found if part.filename is None}
    known = (operation.body or {}).get("properties", {})
    given = dict(fields)
    for name in {file.name for file in files}:
        names = [file.filename for file in files if file.name == name]
        several = len(names) > 1 or known.get(name, {}).get("type") == "array"
        given[name] = names if several else names[0]
    if wrong := _body_faults(_body_rules(operation.method, operation.path).iter_errors(given)):
        raise validation_error(*wrong.items())
    return fields, files


def _typed(parameter: Mapping[str, Any], text: str) -> tuple[Any, str]:
    """The value of one query parameter, and what is wrong with it ("" when nothing is)."""
    value: Any = text
    kind = parameter.get("type")
    if kind == "integer":
        if not _INTEGER.fullmatch(text):
            return None, "The value must be of type integer."
        value = _clipped(parameter, int(text))
    elif kind == "boolean":
        if text.lower() not in ("true", "false"):
            return None, "The value must be true or false."
        value = text.lower() == "true"
    elif parameter.get("format") == "date" and is_time(text):
        # zoomus and others send a time where the documents ask for a day: https://github.com/prschmid/zoomus
        value = to_utc_day(parse_time(text)).isoformat()
    return value, _query_fault(parameter, value)


def _query_fault(parameter: Mapping[str, Any], value: Any) -> str:
    if "enum" in parameter and value not in parameter["enum"]:
        return _SENTENCES["enum"].format(options=", ".join(map(str, parameter["enum"])))
    if isinstance(value, str):
        return _text_fault(parameter, value)
    least = parameter.get("minimum", 1 if parameter["name"] == PAGE_SIZE else None)
    most = _most(parameter)
    if most is not None and value > most:
        return _SENTENCES["maximum"].format(limit=most)
    if least is not None and value < least:
        return _SENTENCES["minimum"].format(limit=least)
    return ""


def _clipped(parameter: Mapping[str, Any], number: int) -> int:
    """A number as it came, but for a page size past the limit: Zoom gives the largest page then, and says its size.

    So say the clients that ask for too much: https://github.com/singer-io/tap-zoom,
    https://github.com/Jericho/ZoomNet (its tests of chat), https://github.com/zoom/api/issues/36.
    """
    most = _most(parameter)
    return most if parameter["name"] == PAGE_SIZE and most is not None and number > most else number


def _most(parameter: Mapping[str, Any]) -> int | None:
    """The limit; some operations state theirs in prose only (x-described-max)."""
    found: int | None = parameter.get("maximum", parameter.get("x-described-max"))
    return found


def _text_fault(parameter: Mapping[str, Any], text: str) -> str:
    if len(text) > parameter.get("maxLength", len(text)):
        return _SENTENCES["maxLength"].format(limit=parameter["maxLength"])
    if len(text) < parameter.get("minLength", 0):
        return _SENTENCES["minLength"].format(limit=parameter["minLength"])
    wanted = parameter.get("format")
    if wanted == "date" and not is_day(text):
        return "The value must be a day such as 2026-03-10."
    if wanted == "date-time" and not (is_time(text) or is_day(text)):
        return "The value must be a time such as 2026-03-10T09:00:00Z."
    return ""


@lru_cache(maxsize=256)
def _body_rules(method: str, path: str) -> jsonschema_rs.Draft202012Validator:
    operation = find_operation(method, path)
    if operation is None:
        raise LookupError(f"The facts have no operation {method} {path}.")
    formats = {"date-time": is_time, "email": _is_email, "date": is_day}
    return jsonschema_rs.Draft202012Validator(
        _tolerant(operation.body), validate_formats=True, formats=formats, ignore_unknown_formats=True
    )


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def _tolerant(schema: Any, name: str = "") -> Any:
    """The schema as Zoom applies it: unknown fields pass, and several weekdays may stand in one text.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (weekly_days)
    """
    if isinstance(schema, list):
        return [_tolerant(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if name == "weekly_days":
        return _WHICH_DAYS
    return {
        key: {inner: _tolerant(value, inner) for inner, value in part.items()}
        if key == "properties"
        else _tolerant(part)
        for key, part in schema.items()
        if key != "additionalProperties"
    }


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON.")


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


def _body_faults(errors: Iterable[jsonschema_rs.ValidationError]) -> dict[str, str]:
    """Each field that is wrong with the first sentence about it."""
    wrong: dict[str, str] = {}
    for error in errors:
        facts = dict(error.kind.as_dict())
        path = list(error.instance_path)
        if "property" in facts:
            path.append(facts["property"])
        for name in ("types", "options"):
            if isinstance(facts.get(name), list):
                facts[name] = ", ".join(map(str, facts[name]))
        sentence = _SENTENCES.get(error.kind.name, "Invalid field.").format(**facts)
        wrong.setdefault(_dotted(path), sentence)
    return wrong


def _dotted(path: list[str | int]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
