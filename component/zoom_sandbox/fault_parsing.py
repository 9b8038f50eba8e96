"""Faults as a file or the admin API writes them: a list, an item a fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from zoom_sandbox.documents import SandboxInputError, describe_unknown_name
from zoom_sandbox.events.delivery_fault import DeliveryFault
from zoom_sandbox.events.webhook import check_pattern
from zoom_sandbox.faults import ANY, RETRY_AFTER_FORMATS, Fault
from zoom_sandbox.router import path_templates

API = "/v2"
HTML_BODY = "<!doctype html><title>Service unavailable</title><h1>Back soon</h1>"
_RANGE = re.compile(r"([1-9]\d{0,5})(?:-([1-9]\d{0,5}))?")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", ANY)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000


def _is_share(value: Any) -> bool:
    return _is_number(value) and value <= 1


def _is_status(value: Any) -> bool:
    return isinstance(value, int) and 100 <= value <= 599


# Word: what it has to be, in words and as a test.
_WORDS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "on": ("text such as GET /users/{userId}, or *", lambda value: isinstance(value, str)),
    "calls": ("a number, a range such as 2-4, or a list of them", lambda value: bool(_calls(value))),
    "probability": ("a number from 0 to 1", _is_share),
    "seed": ("a whole number", lambda value: isinstance(value, int)),
    "status": ("a status from 100 to 599", _is_status),
    "body": ("text or JSON", lambda value: True),
    "headers": ("a mapping of texts", lambda value: isinstance(value, dict)),
    "retry_after": ("seconds", _is_number),
    "retry_form": (f"one of {', '.join(RETRY_AFTER_FORMATS)}", lambda value: value in RETRY_AFTER_FORMATS),
    "delay": ("seconds", _is_number),
    "drop": ("true or false", lambda value: isinstance(value, bool)),
    "html": ("true or false", lambda value: isinstance(value, bool)),
    "truncate": ("true or false", lambda value: isinstance(value, bool)),
    "repeat_page": ("true or false", lambda value: isinstance(value, bool)),
    "revoke": ("true or false", lambda value: isinstance(value, bool)),
}
# Of a delivery to a webhook.
_TROUBLE: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "webhook": ("an event or a pattern, such as meeting.*", lambda value: isinstance(value, str)),
    "copies": ("a whole number; 2 is a duplicate, 0 a loss", lambda value: _is_count(value)),
    "late": ("a whole number of later events that overtake it", lambda value: _is_count(value)),
    **{word: _WORDS[word] for word in ("calls", "probability", "seed")},
}
_EFFECTS = ("status", "delay", "drop", "html", "truncate", "repeat_page", "revoke")


def parse_faults(document: Any) -> list[Fault | DeliveryFault]:
    """The faults of a document: a list, or `{faults: [...]}`. Raises Mistake with everything that is wrong."""
    rows = document.get("faults") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise SandboxInputError(["faults: a list is expected, an item a fault"])
    wrong = [f"faults[{at}]: {sentence}" for at, row in enumerate(rows) for _, sentence in find_fault_problems(row)]
    if wrong:
        raise SandboxInputError(wrong)
    return [_trouble(row) if "webhook" in row else _fault(row) for row in rows]


def parse_operation(text: str) -> tuple[str, str]:
    """Method and path template of `GET /users/{userId}`, `/users` or `*`. Raises Mistake for what is no operation's."""
    method, _, path = text.strip().rpartition(" ")
    method = method.strip().upper() or ANY
    path = path.removeprefix(API)
    if method not in _METHODS:
        raise SandboxInputError([f"{method} is no method; the methods are {', '.join(_METHODS)}"])
    if path != ANY and not path.startswith("/oauth/") and path not in path_templates():
        near = get_close_matches(path, path_templates(), n=1)
        wanted = near[0] if near else "a template such as /users/{userId}, or *"
        raise SandboxInputError([f"No operation has the path {path}. Give {wanted}."])
    return method, path


def find_fault_problems(row: Any) -> list[tuple[str, str]]:
    """What is wrong with one fault: for each mistake the word that it is about ("" for the whole), and a sentence."""
    if not isinstance(row, Mapping):
        return [("", "a mapping is expected, such as {on: GET /users, status: 503}")]
    if "webhook" in row:
        return _trouble_mistakes(row)
    wrong = _wrong_words(row, _WORDS)
    if not wrong:
        try:
            parse_operation(row.get("on", ANY))
        except SandboxInputError as mistake:
            wrong += [("on", sentence) for sentence in mistake.messages]
    if not any(row.get(name) for name in _EFFECTS):
        wrong.append(("", f"it does nothing; give one of {', '.join(_EFFECTS)}"))
    return wrong


def _wrong_words(
    row: Mapping[str, Any], words: Mapping[str, tuple[str, Callable[[Any], bool]]]
) -> list[tuple[str, str]]:
    wrong = [(str(name), describe_unknown_name(str(name), words)) for name in row if name not in words]
    for name, (wanted, right) in words.items():
        if name in row and not right(row[name]):
            wrong.append((name, f"{name} is {row[name]!r}; expected is {wanted}"))
    return wrong


def _trouble_mistakes(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong = _wrong_words(row, _TROUBLE)
    if not wrong:
        try:
            check_pattern(row["webhook"])
        except ValueError as problem:
            wrong.append(("webhook", str(problem)))
    if row.get("copies", 1) == 1 and not row.get("late"):
        wrong.append(("", "it does nothing; give copies (2 is a duplicate, 0 a loss) or late"))
    return wrong


def _trouble(row: Mapping[str, Any]) -> DeliveryFault:
    plain = {name: value for name, value in row.items() if name not in ("webhook", "calls")}
    return DeliveryFault(row["webhook"], calls=_calls(row.get("calls", [])), **plain)


def _fault(row: Mapping[str, Any]) -> Fault:
    method, path = parse_operation(row.get("on", ANY))
    plain = {name: value for name, value in row.items() if name not in ("on", "calls", "html", "headers")}
    if row.get("html"):
        plain = {"status": 200, "body": HTML_BODY, **plain}
    headers = {str(name): str(value) for name, value in row.get("headers", {}).items()}
    return Fault(method, path, calls=_calls(row.get("calls", [])), headers=headers, **plain)


def _calls(value: Any) -> frozenset[int]:
    """The numbers of the calls; empty when the value is no such thing."""
    found: set[int] = set()
    for part in value if isinstance(value, list) else [value]:
        span = _RANGE.fullmatch(str(part))
        if span is None:
            return frozenset()
        found |= set(range(int(span[1]), int(span[2] or span[1]) + 1))
    return frozenset(found)
