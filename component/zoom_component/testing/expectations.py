"""Compare results, errors, requests and events with what a test spec expects. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from zoom_component.errors import ComponentError
from zoom_component.json_output import to_json
from zoom_component.json_schema import find_value_errors
from zoom_component.redaction.names import is_secret_name
from zoom_component.redaction.redactor import mask
from zoom_component.testing.exchanges import RecordedExchange
from zoom_component.testing.references import InvalidPath, get_value, parse_path

__all__ = [
    "Mismatch",
    "compare_error",
    "compare_events",
    "compare_requests",
    "compare_result",
    "compare_tokens",
    "is_subset",
    "make_diff",
]

_HIDDEN = "the difference is a secret, which is not printed"


class Mismatch(NamedTuple):
    """Represent an unmet expectation: its pointer below `expect`, a message, and the lines of a diff."""

    pointer: tuple[str | int, ...]
    message: str
    diff: tuple[str, ...] = ()


def compare_result(expect: Mapping[str, Any], data: Any) -> Iterator[Mismatch]:
    """Yield the expectations about the result that `data` does not meet."""
    if "equals" in expect and not is_equal(expect["equals"], data):
        yield Mismatch(("equals",), "the result differs", make_diff(expect["equals"], data))
    if "result" in expect and not is_subset(expect["result"], data):
        relevant = _select_expected_fields(expect["result"], data)
        yield Mismatch(
            ("result",), "the result does not contain the expected part", make_diff(expect["result"], relevant)
        )
    if "schema" in expect:
        yield from _compare_schema(expect["schema"], data)
    for path, expected in (expect.get("paths") or {}).items():
        try:
            got = get_value(data, path)
        except InvalidPath as error:
            yield Mismatch(("paths", path), f"{path}: {error}")
            continue
        if not is_equal(expected, got):
            is_secret = is_secret_name(str(parse_path(path)[-1]))
            yield Mismatch(("paths", path), f"{path} differs", (_HIDDEN,) if is_secret else make_diff(expected, got))


def compare_error(expect: Mapping[str, Any], error: ComponentError) -> Iterator[Mismatch]:
    """Yield the expectations about the error that `error` does not meet."""
    details = error.as_json()
    keys = [key for key in ("kind", "status", "code") if key in expect]
    expected, got = {key: expect[key] for key in keys}, {key: details.get(key) for key in keys}
    if not is_equal(expected, got):
        yield Mismatch(("error",), f"the error differs: {error.message}", make_diff(expected, got))
    message = expect.get("message")
    if message is not None and message not in error.message:
        yield Mismatch(("error", "message"), "the error message differs", make_diff(message, error.message))


def compare_requests(expected: Sequence[Mapping[str, Any]], sent: Sequence[RecordedExchange]) -> Iterator[Mismatch]:
    """Yield how the requests differ from the expected ones."""
    descriptions = [exchange.describe_request() for exchange in sent]
    if len(expected) != len(sent):
        pairs = zip_longest(expected, sent[: len(expected)])
        expected_descriptions = [
            exchange.describe_request()
            if exchange and is_subset(*_split_sides(fields, exchange))
            else _describe_expected_request(fields)
            for fields, exchange in pairs
        ]
        message = f"expected {_format_count(len(expected), 'request')}, got {len(sent)}"
        yield Mismatch(("requests",), message, _unified_diff(expected_descriptions, descriptions))
        return
    for number, (fields, exchange) in enumerate(zip(expected, sent, strict=True)):
        expected_fields, got = _split_sides(fields, exchange)
        if not is_subset(expected_fields, got):
            lines = make_diff(expected_fields, _select_expected_fields(expected_fields, got))
            yield Mismatch(("requests", number), f"request {number + 1} differs: {descriptions[number]}", lines)


def compare_tokens(expected: int, sent: Sequence[RecordedExchange]) -> Iterator[Mismatch]:
    """Yield a mismatch if the number of token requests is not the expected one."""
    if expected != len(sent):
        message = f"expected {_format_count(expected, 'token request')}, got {len(sent)}"
        yield Mismatch(("tokenRequests",), message)


def compare_events(expected: Sequence[Mapping[str, Any]], published: Sequence[Mapping[str, Any]]) -> Iterator[Mismatch]:
    """Yield how the published events differ from the expected ones."""
    names = [body["event"] for body in published]
    expected_names = [fields["event"] for fields in expected]
    if expected_names != names:
        yield Mismatch(("events",), "the published events differ", _unified_diff(expected_names, names))
        return
    for number, (fields, body) in enumerate(zip(expected, published, strict=True)):
        if fields.get("payload") is not None and not is_subset(fields["payload"], body["payload"]):
            relevant = _select_expected_fields(fields["payload"], body["payload"])
            message = f"the payload of {fields['event']} differs"
            yield Mismatch(("events", number), message, make_diff(fields["payload"], relevant))


def is_equal(expected: Any, got: Any) -> bool:
    """Return whether two JSON values are equal: true differs from 1, and 1 equals 1.0."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and expected.keys() == got.keys() and _all_fields(is_equal, expected, got)
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(is_equal, expected, got))
    return isinstance(expected, bool) is isinstance(got, bool) and bool(expected == got)


def is_subset(expected: Any, got: Any) -> bool:
    """Return whether `got` contains all of `expected`. Objects may have more fields; lists need the same length."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and expected.keys() <= got.keys() and _all_fields(is_subset, expected, got)
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(is_subset, expected, got))
    return is_equal(expected, got)


def make_diff(expected: Any, got: Any) -> tuple[str, ...]:
    """Return a unified diff of two JSON values, with secrets masked."""
    lines = _unified_diff(_to_lines(mask(expected)), _to_lines(mask(got)))
    return lines if lines or is_equal(expected, got) else (_HIDDEN,)


def _unified_diff(expected: Sequence[str], got: Sequence[str]) -> tuple[str, ...]:
    return tuple(difflib.unified_diff(expected, got, fromfile="expected", tofile="got", lineterm="", n=2))


def _to_lines(value: Any) -> list[str]:
    return to_json(value, ensure_ascii=False, indent=2, sort_keys=True).splitlines()


def _all_fields(compare: Any, expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    return all(compare(value, got[key]) for key, value in expected.items())


def _select_expected_fields(expected: Any, got: Any) -> Any:
    """Return the value without the fields that are not expected."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return {key: _select_expected_fields(value, got[key]) for key, value in expected.items() if key in got}
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [_select_expected_fields(*pair) for pair in zip(expected, got, strict=True)]
    return got


def _compare_schema(schema: Any, data: Any) -> Iterator[Mismatch]:
    for path, message in find_value_errors(schema, data):
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        yield Mismatch(("schema",), f"result{place} does not match the schema: {message[:300]}")


def _split_sides(expected: Mapping[str, Any], exchange: RecordedExchange) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the expected fields of a request, and the request's own fields."""
    got = {"method": exchange.method, "path": exchange.path, "query": exchange.group_query(), "body": exchange.body}
    return {key: expected[key] for key in got if key in expected}, got


def _describe_expected_request(expected: Mapping[str, Any]) -> str:
    return " ".join(str(expected[key]) for key in ("method", "path") if expected.get(key)) or "any request"


def _format_count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
