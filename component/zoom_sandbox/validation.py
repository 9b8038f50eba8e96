"""Validate a request's query and body against the facts about its operation, before the operation runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from zoom_facts import Operation, find_operation, find_operation_span
from zoom_sandbox.documents import check_json_depth
from zoom_sandbox.errors import FieldError, validation_error
from zoom_sandbox.messages import parse_json
from zoom_sandbox.multipart import FormPart, MalformedForm, parse_parts
from zoom_sandbox.times import is_day, is_time, parse_time, to_utc_day

PAGE_SIZE = "page_size"
_INTEGER = re.compile(r"[+-]?\d{1,19}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
FORM = "multipart/form-data"
_WEEKDAYS = {"type": "string", "pattern": "^[1-7](,[1-7])*$"}

_MESSAGES = {
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


def parse_query(operation: Operation, raw: Mapping[str, str]) -> dict[str, Any]:
    """Return the query with the operation's types and defaults. Unknown names are ignored, as Zoom does.

    An empty value counts as missing. Raises ApiError (400/300) with every invalid parameter.
    """
    query: dict[str, Any] = {}
    problems: list[FieldError] = []
    span = find_operation_span(operation.id)
    times = (span.from_param, span.to_param) if span is not None and span.values == "either" else ()
    for parameter in operation.query:
        name = parameter["name"]
        text = raw.get(name, "")
        if text == "":
            if "default" in parameter:
                query[name] = parameter["default"]
            elif parameter.get("required"):
                problems.append((name, _MESSAGES["required"]))
            continue
        if name in times and is_time(text):
            query[name] = text
            continue
        value, problem = _parse_parameter(parameter, text)
        if problem:
            problems.append((name, problem))
        query[name] = value
    if problems:
        raise validation_error(*problems)
    return query


def parse_body(operation: Operation, raw: bytes) -> dict[str, Any]:
    """Return the body as an object, or `{}` for an operation without a JSON body.

    Unknown fields stay; null counts as missing. Raises ApiError (400/300) for a body that is not a JSON object, and
    with every invalid field, as in `settings.alternative_hosts` or `registrants[0].email`.
    """
    if operation.body is None or operation.body_media_type != "application/json":
        return {}
    try:
        check_json_depth(raw.decode("utf-8"))
        body = _remove_nulls(parse_json(raw)) if raw.strip() else {}
    except (ValueError, RecursionError) as problem:
        raise validation_error(message="Request Body should be a valid JSON object.") from problem
    if not isinstance(body, dict) and operation.body.get("type") == "object":
        raise validation_error(message="Request Body should be a valid JSON object.")
    _check_body(operation, body)
    return body if isinstance(body, dict) else {}


def parse_form(operation: Operation, content_type: str, raw: bytes) -> tuple[dict[str, Any], tuple[FormPart, ...]]:
    """Return a form's fields and its files. A body of another type counts as a form without fields.

    Raises ApiError (400/300) for a malformed form, and with every invalid field.
    """
    try:
        parts = parse_parts(content_type, raw) if content_type.lower().startswith(FORM) else []
    except MalformedForm as problem:
        raise validation_error(message=str(problem)) from problem
    files = tuple(part for part in parts if part.filename is not None)
    fields: dict[str, Any] = {part.name: part.text for part in parts if part.filename is None}
    properties = (operation.body or {}).get("properties", {})
    body = dict(fields)
    for name in {file.name for file in files}:
        names = [file.filename for file in files if file.name == name]
        is_list = len(names) > 1 or properties.get(name, {}).get("type") == "array"
        body[name] = names if is_list else names[0]
    _check_body(operation, body)
    return fields, files


def _parse_parameter(parameter: Mapping[str, Any], text: str) -> tuple[Any, str]:
    """Return the value of one query parameter, and what is wrong with it, or ""."""
    value: Any = text
    kind = parameter.get("type")
    if kind == "integer":
        if not _INTEGER.fullmatch(text):
            return None, "The value must be of type integer."
        value = _limit_page_size(parameter, int(text))
    elif kind == "boolean":
        if text.lower() not in ("true", "false"):
            return None, "The value must be true or false."
        value = text.lower() == "true"
    elif parameter.get("format") == "date" and is_time(text):
        # zoomus and others send a time where the documentation has a day: https://github.com/prschmid/zoomus
        value = to_utc_day(parse_time(text)).isoformat()
    return value, _find_query_problem(parameter, value)


def _find_query_problem(parameter: Mapping[str, Any], value: Any) -> str:
    if "enum" in parameter and value not in parameter["enum"]:
        return _MESSAGES["enum"].format(options=", ".join(map(str, parameter["enum"])))
    if isinstance(value, str):
        return _find_text_problem(parameter, value)
    minimum = parameter.get("minimum", 1 if parameter["name"] == PAGE_SIZE else None)
    maximum = _get_maximum(parameter)
    if maximum is not None and value > maximum:
        return _MESSAGES["maximum"].format(limit=maximum)
    if minimum is not None and value < minimum:
        return _MESSAGES["minimum"].format(limit=minimum)
    return ""


def _limit_page_size(parameter: Mapping[str, Any], number: int) -> int:
    """Return the number, or the largest page size for a page size above it, as Zoom does.

    Source: clients that request too much, https://github.com/singer-io/tap-zoom,
    https://github.com/Jericho/ZoomNet (its tests of chat), https://github.com/zoom/api/issues/36.
    """
    maximum = _get_maximum(parameter)
    is_too_large = parameter["name"] == PAGE_SIZE and maximum is not None and number > maximum
    return maximum if is_too_large and maximum is not None else number


def _get_maximum(parameter: Mapping[str, Any]) -> int | None:
    """Return the largest value; some operations only state it in prose (x-described-max)."""
    maximum: int | None = parameter.get("maximum", parameter.get("x-described-max"))
    return maximum


def _find_text_problem(parameter: Mapping[str, Any], text: str) -> str:
    if len(text) > parameter.get("maxLength", len(text)):
        return _MESSAGES["maxLength"].format(limit=parameter["maxLength"])
    if len(text) < parameter.get("minLength", 0):
        return _MESSAGES["minLength"].format(limit=parameter["minLength"])
    text_format = parameter.get("format")
    if text_format == "date" and not is_day(text):
        return "The value must be a day such as 2026-03-10."
    if text_format == "date-time" and not (is_time(text) or is_day(text)):
        return "The value must be a time such as 2026-03-10T09:00:00Z."
    return ""


def _check_body(operation: Operation, body: Any) -> None:
    """Raise ApiError (400/300) with every invalid field."""
    problems = _collect_problems(_get_validator(operation.method, operation.path).iter_errors(body))
    if problems:
        raise validation_error(*problems.items())


@lru_cache(maxsize=256)
def _get_validator(method: str, path: str) -> jsonschema_rs.Draft202012Validator:
    operation = find_operation(method, path)
    if operation is None:
        raise LookupError(f"The facts have no operation {method} {path}.")
    formats = {"date-time": is_time, "email": _is_email, "date": is_day}
    return jsonschema_rs.Draft202012Validator(
        _relax_schema(operation.body), validate_formats=True, formats=formats, ignore_unknown_formats=True
    )


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def _relax_schema(schema: Any, name: str = "") -> Any:
    """Return the schema as Zoom applies it: unknown fields are allowed, and one text may hold several weekdays.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (weekly_days)
    """
    if isinstance(schema, list):
        return [_relax_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if name == "weekly_days":
        return _WEEKDAYS
    return {
        key: {inner: _relax_schema(value, inner) for inner, value in part.items()}
        if key == "properties"
        else _relax_schema(part)
        for key, part in schema.items()
        if key != "additionalProperties"
    }


def _remove_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _remove_nulls(part) for key, part in value.items() if part is not None}
    return [_remove_nulls(part) for part in value] if isinstance(value, list) else value


def _collect_problems(errors: Iterable[jsonschema_rs.ValidationError]) -> dict[str, str]:
    """Return the invalid fields, each with the first message about it."""
    problems: dict[str, str] = {}
    for error in errors:
        facts = dict(error.kind.as_dict())
        path = list(error.instance_path)
        if "property" in facts:
            path.append(facts["property"])
        for name in ("types", "options"):
            if isinstance(facts.get(name), list):
                facts[name] = ", ".join(map(str, facts[name]))
        message = _MESSAGES.get(error.kind.name, "Invalid field.").format(**facts)
        problems.setdefault(_format_path(path), message)
    return problems


def _format_path(path: list[str | int]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
