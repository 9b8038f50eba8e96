"""What came, held against what was expected: each difference with both sides, cut to what matters. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from zoom_component.client.transport.redact import is_secret_name, mask
from zoom_component.errors import ComponentError
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

_HIDDEN = "what differs is a secret, which is not shown"


class Mismatch(NamedTuple):
    """One expectation that was not met: its place below `expect`, a sentence, and both sides as lines of a diff."""

    pointer: tuple[str | int, ...]
    message: str
    diff: tuple[str, ...] = ()


def compare_result(expect: Mapping[str, Any], data: Any) -> Iterator[Mismatch]:
    """The expectations about the result that `data` does not meet."""
    if "equals" in expect and not is_equal(expect["equals"], data):
        yield Mismatch(("equals",), "the result is another", make_diff(expect["equals"], data))
    if "result" in expect and not is_subset(expect["result"], data):
        shown = _select_expected_fields(expect["result"], data)
        yield Mismatch(("result",), "the result lacks a part or has another", make_diff(expect["result"], shown))
    if "schema" in expect:
        yield from _compare_schema(expect["schema"], data)
    for path, wanted in (expect.get("paths") or {}).items():
        try:
            got = get_value(data, path)
        except InvalidPath as astray:
            yield Mismatch(("paths", path), f"{path}: {astray}")
            continue
        if not is_equal(wanted, got):
            hidden = is_secret_name(str(parse_path(path)[-1]))
            yield Mismatch(("paths", path), f"{path} is another", (_HIDDEN,) if hidden else make_diff(wanted, got))


def compare_error(expect: Mapping[str, Any], error: ComponentError) -> Iterator[Mismatch]:
    """The expectations about the error that `error` does not meet."""
    told = error.as_json()
    known = {word: told.get(word) for word in ("kind", "status", "code")}
    wanted = {word: expect[word] for word in known if word in expect}
    got = {word: known[word] for word in wanted}
    if not is_equal(wanted, got):
        yield Mismatch(("error",), f"another error came: {error.message}", make_diff(wanted, got))
    part = expect.get("message")
    if part is not None and part not in error.message:
        yield Mismatch(("error", "message"), "the error says something else", make_diff(part, error.message))


def compare_requests(expected: Sequence[Mapping[str, Any]], sent: Sequence[RecordedExchange]) -> Iterator[Mismatch]:
    """How the requests that were sent differ from those that were expected."""
    shown = [exchange.describe_request() for exchange in sent]
    if len(expected) != len(sent):
        pairs = zip_longest(expected, sent[: len(expected)])
        told = [
            each.describe_request()
            if each and is_subset(*_split_sides(want, each))
            else _describe_expected_request(want)
            for want, each in pairs
        ]
        message = f"{_format_count(len(expected), 'request')} expected, {_format_count(len(sent), 'request')} sent"
        yield Mismatch(("requests",), message, _unified_diff(told, shown))
        return
    for number, (want, exchange) in enumerate(zip(expected, sent, strict=True)):
        known, got = _split_sides(want, exchange)
        if not is_subset(known, got):
            lines = make_diff(known, _select_expected_fields(known, got))
            yield Mismatch(("requests", number), f"request {number + 1} is another: {shown[number]}", lines)


def compare_tokens(expected: int, sent: Sequence[RecordedExchange]) -> Iterator[Mismatch]:
    """How often a token was asked for, if it is not as often as was expected."""
    if expected != len(sent):
        message = (
            f"{_format_count(expected, 'token request')} expected, {_format_count(len(sent), 'token request')} sent"
        )
        yield Mismatch(("tokens",), message)


def compare_events(expected: Sequence[Mapping[str, Any]], announced: Sequence[Mapping[str, Any]]) -> Iterator[Mismatch]:
    """How the events that were announced differ from those that were expected."""
    names = [body["event"] for body in announced]
    expected_names = [want["event"] for want in expected]
    if expected_names != names:
        yield Mismatch(("events",), "other events were announced", _unified_diff(expected_names, names))
        return
    for number, (want, body) in enumerate(zip(expected, announced, strict=True)):
        if want.get("payload") is not None and not is_subset(want["payload"], body["payload"]):
            shown = _select_expected_fields(want["payload"], body["payload"])
            yield Mismatch(("events", number), f"{want['event']} is another", make_diff(want["payload"], shown))


def is_equal(expected: Any, got: Any) -> bool:
    """Equality of JSON: true is not 1, and 1 is 1.0."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and expected.keys() == got.keys() and _all_fields(is_equal, expected, got)
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(is_equal, expected, got))
    return isinstance(expected, bool) is isinstance(got, bool) and bool(expected == got)


def is_subset(expected: Any, got: Any) -> bool:
    """Whether all that is wanted is there. Objects may hold more; lists have to be as long, item by item."""
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and expected.keys() <= got.keys() and _all_fields(is_subset, expected, got)
    if isinstance(expected, list):
        return isinstance(got, list) and len(expected) == len(got) and all(map(is_subset, expected, got))
    return is_equal(expected, got)


def make_diff(expected: Any, got: Any) -> tuple[str, ...]:
    """A unified diff of two JSON values, their secrets masked."""
    lines = _unified_diff(_to_lines(mask(expected)), _to_lines(mask(got)))
    return lines if lines or is_equal(expected, got) else (_HIDDEN,)


def _unified_diff(expected: Sequence[str], got: Sequence[str]) -> tuple[str, ...]:
    return tuple(difflib.unified_diff(expected, got, fromfile="expected", tofile="got", lineterm="", n=2))


def _to_lines(value: Any) -> list[str]:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).splitlines()


def _all_fields(holds: Any, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    return all(holds(value, got[key]) for key, value in wanted.items())


def _select_expected_fields(wanted: Any, got: Any) -> Any:
    """What came, without the fields that nobody asked about."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return {key: _select_expected_fields(value, got[key]) for key, value in wanted.items() if key in got}
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [_select_expected_fields(*pair) for pair in zip(wanted, got, strict=True)]
    return got


def _compare_schema(schema: Any, data: Any) -> Iterator[Mismatch]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(schema).iter_errors(data):
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield Mismatch(("schema",), f"result{place} does not fit the schema: {error.message[:300]}")


def _split_sides(wanted: Mapping[str, Any], exchange: RecordedExchange) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is wanted of a request, and the request."""
    got = {"method": exchange.method, "path": exchange.path, "query": exchange.group_query(), "body": exchange.body}
    return {word: wanted[word] for word in got if word in wanted}, got


def _describe_expected_request(wanted: Mapping[str, Any]) -> str:
    return " ".join(str(wanted[word]) for word in ("method", "path") if wanted.get(word)) or "any request"


def _format_count(number: int, what: str) -> str:
    return f"{number} {what} was" if number == 1 else f"{number} {what}s were"
