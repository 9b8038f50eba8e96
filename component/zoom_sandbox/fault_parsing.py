"""Parse injected faults, which have the same fields in Python, in files and in the admin API.

A fault of the API has `method`, `path` and what goes wrong; a fault of a delivery has `event` and what goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any, TypedDict

from zoom_sandbox.documents import SandboxInputError, describe_unknown_field, format_value
from zoom_sandbox.event_patterns import check_pattern
from zoom_sandbox.faults import ANY, RETRY_AFTER_FORMATS, ApiFault, DeliveryFault
from zoom_sandbox.router import API_PREFIX, path_templates

HTML_BODY = "<!doctype html><title>Service unavailable</title><h1>Back soon</h1>"
_RANGE = re.compile(r"([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", ANY)


class FaultFields(TypedDict, total=False):
    """Name the fields of a fault beside `method` and `path`. See `ApiFault` and `DeliveryFault` for their meaning.

    `calls` may also be text such as `2-4`. `html` answers 200 with a page of HTML.
    """

    calls: Collection[int] | int | str
    probability: float
    random_seed: int
    status: int
    body: Any
    headers: Mapping[str, str]
    retry_after: float
    retry_after_format: str
    delay: float
    drop: bool
    html: bool
    truncate: bool
    repeat_page: bool
    revoke_token: bool
    event: str
    copies: int
    events_ahead: int


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000


def _is_share(value: Any) -> bool:
    return _is_number(value) and value <= 1


def _is_status(value: Any) -> bool:
    return isinstance(value, int) and 100 <= value <= 599


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


# Each field: what it has to be, as words and as a test.
_Rules = Mapping[str, tuple[str, Callable[[Any], bool]]]
_SELECTION: _Rules = {
    "calls": ("an integer, a range such as 2-4, or a list of them", lambda value: bool(_parse_calls(value))),
    "probability": ("a number from 0 to 1", _is_share),
    "random_seed": ("an integer", lambda value: isinstance(value, int)),
}
_API_FIELDS: _Rules = {
    "method": (f"one of {', '.join(_METHODS)}", lambda value: value in _METHODS),
    "path": ("a path template such as /users/{userId}, or *", _is_text),
    **_SELECTION,
    "status": ("an HTTP status from 100 to 599", _is_status),
    "body": ("text or JSON", lambda value: True),
    "headers": ("a mapping of names to texts", lambda value: isinstance(value, Mapping)),
    "retry_after": ("a number of seconds", _is_number),
    "retry_after_format": (f"one of {', '.join(RETRY_AFTER_FORMATS)}", lambda value: value in RETRY_AFTER_FORMATS),
    "delay": ("a number of seconds", _is_number),
    "drop": ("true or false", _is_boolean),
    "html": ("true or false", _is_boolean),
    "truncate": ("true or false", _is_boolean),
    "repeat_page": ("true or false", _is_boolean),
    "revoke_token": ("true or false", _is_boolean),
}
_DELIVERY_FIELDS: _Rules = {
    "event": ("the name or the pattern of an event, such as meeting.*", _is_text),
    **_SELECTION,
    "copies": ("an integer from 0 to 1000 (2 is a duplicate, 0 a loss)", _is_count),
    "events_ahead": ("an integer from 0 to 1000 (the later events to deliver first)", _is_count),
}
_EFFECTS = ("status", "delay", "drop", "html", "truncate", "repeat_page", "revoke_token")


def parse_faults(document: Any) -> list[ApiFault | DeliveryFault]:
    """Return the faults of a document: a list, or `{faults: [...]}`. Raises SandboxInputError with every problem."""
    rows = document.get("faults") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise SandboxInputError([f"faults: expected a list of faults, got {format_value(rows)}"])
    problems = [
        f"faults[{index}]{'.' if field else ': '}{message}"
        for index, row in enumerate(rows)
        for field, message in find_fault_problems(row)
    ]
    if problems:
        raise SandboxInputError(problems)
    return [_build_fault(row) for row in rows]


def parse_fault(row: Mapping[str, Any]) -> ApiFault | DeliveryFault:
    """Return the fault that the fields describe. Raises SandboxInputError with every problem."""
    problems = [message for _, message in find_fault_problems(row)]
    if problems:
        raise SandboxInputError(problems)
    return _build_fault(row)


def find_fault_problems(row: Any) -> list[tuple[str, str]]:
    """Return the problems of one fault, each as the field ("" for the whole fault) and a message.

    The message of a field begins with the field's name.
    """
    if not isinstance(row, Mapping):
        example = "{method: GET, path: /users, status: 503}"
        return [("", f"expected a mapping such as {example}, got {format_value(row)}")]
    is_delivery = "event" in row
    rules = _DELIVERY_FIELDS if is_delivery else _API_FIELDS
    problems = [(str(name), describe_unknown_field(str(name), rules)) for name in row if name not in rules]
    for name, (expected, is_valid) in rules.items():
        if name in row and not is_valid(row[name]):
            problems.append((name, f"{name}: expected {expected}, got {format_value(row[name])}"))
    if is_delivery:
        return problems + _find_delivery_problems(row, problems)
    return problems + _find_api_problems(row, problems)


def _find_api_problems(row: Mapping[str, Any], earlier: list[tuple[str, str]]) -> list[tuple[str, str]]:
    problems = []
    if not earlier and (message := _find_path_problem(_template(row))):
        problems.append(("path", message))
    if not any(row.get(name) for name in _EFFECTS):
        problems.append(("", f"the fault has no effect; add one of {', '.join(_EFFECTS)}"))
    return problems


def _find_delivery_problems(row: Mapping[str, Any], earlier: list[tuple[str, str]]) -> list[tuple[str, str]]:
    problems = []
    if not earlier:
        try:
            check_pattern(row["event"])
        except ValueError as problem:
            problems.append(("event", f"event: {problem}"))
    if row.get("copies", 1) == 1 and not row.get("events_ahead"):
        problems.append(("", "the fault has no effect; add copies (2 is a duplicate, 0 a loss) or events_ahead"))
    return problems


def _find_path_problem(path: str) -> str:
    """Return what is wrong with a path template, or "" for one that an operation has."""
    if path == ANY or path.startswith("/oauth/") or path in path_templates():
        return ""
    similar = get_close_matches(path, path_templates(), n=1)
    remedy = f'; did you mean "{similar[0]}"?' if similar else "; use a template such as /users/{userId}, or *"
    return f'path: no operation has the path "{path}"{remedy}'


def _template(row: Mapping[str, Any]) -> str:
    return str(row.get("path", ANY)).removeprefix(API_PREFIX)


def _build_fault(row: Mapping[str, Any]) -> ApiFault | DeliveryFault:
    fields = dict(row)
    fields["calls"] = _parse_calls(row.get("calls", []))
    if "event" in row:
        return DeliveryFault(**fields)
    if fields.pop("html", False):
        fields = {"status": 200, "body": HTML_BODY, **fields}
    fields["headers"] = {str(name): str(value) for name, value in row.get("headers", {}).items()}
    fields["path"] = _template(row)
    return ApiFault(**fields)


def _parse_calls(value: Any) -> frozenset[int]:
    """Return the numbers of the calls, or an empty set for a value that holds anything else."""
    parts = [value] if isinstance(value, str | int) or not isinstance(value, Collection) else value
    numbers: set[int] = set()
    for part in parts:
        match = _RANGE.fullmatch(str(part))
        if match is None:
            return frozenset()
        numbers |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(numbers)
