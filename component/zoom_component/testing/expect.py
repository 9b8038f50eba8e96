"""What came, held against what was expected: each difference with both sides, cut to what matters. Pure."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from zoom_component.client.transport.redact import masked, names_secret
from zoom_component.errors import ComponentError
from zoom_component.testing.exchanges import Exchange
from zoom_component.testing.paths import Astray, at, steps

__all__ = [
    "Mismatch",
    "compare_error",
    "compare_events",
    "compare_requests",
    "compare_result",
    "compare_tokens",
    "diff",
    "subset",
]

_HIDDEN = "what differs is a secret, which is not shown"


class Mismatch(NamedTuple):
    """One expectation that was not met: its place below `expect`, a sentence, and both sides as lines of a diff."""

    at: tuple[str | int, ...]
    message: str
    diff: tuple[str, ...] = ()


def compare_result(expect: Mapping[str, Any], data: Any) -> Iterator[Mismatch]:
    """The expectations about the result that `data` does not meet."""
    if "equals" in expect and not same(expect["equals"], data):
        yield Mismatch(("equals",), "the result is another", diff(expect["equals"], data))
    if "result" in expect and not subset(expect["result"], data):
        shown = _cut(expect["result"], data)
        yield Mismatch(("result",), "the result lacks a part or has another", diff(expect["result"], shown))
    if "schema" in expect:
        yield from _schema(expect["schema"], data)
    for path, wanted in (expect.get("paths") or {}).items():
        try:
            got = at(data, path)
        except Astray as astray:
            yield Mismatch(("paths", path), f"{path}: {astray}")
            continue
        if not same(wanted, got):
            hidden = names_secret(str(steps(path)[-1]))
            yield Mismatch(("paths", path), f"{path} is another", (_HIDDEN,) if hidden else diff(wanted, got))


def compare_error(expect: Mapping[str, Any], error: ComponentError) -> Iterator[Mismatch]:
    """The expectations about the error that `error` does not meet."""
    told = error.as_json()
    known = {word: told.get(word) for word in ("kind", "status", "code")}
    wanted = {word: expect[word] for word in known if word in expect}
    got = {word: known[word] for word in wanted}
    if not same(wanted, got):
        yield Mismatch(("error",), f"another error came: {error.message}", diff(wanted, got))
    part = expect.get("message")
    if part is not None and part not in error.message:
        yield Mismatch(("error", "message"), "the error says something else", diff(part, error.message))


def compare_requests(wanted: Sequence[Mapping[str, Any]], sent: Sequence[Exchange]) -> Iterator[Mismatch]:
    """How the requests that were sent differ from those that were expected."""
    shown = [exchange.short() for exchange in sent]
    if len(wanted) != len(sent):
        pairs = zip_longest(wanted, sent[: len(wanted)])
        told = [each.short() if each and subset(*_sides(want, each)) else _short(want) for want, each in pairs]
        message = f"{_count(len(wanted), 'request')} expected, {_count(len(sent), 'request')} sent"
        yield Mismatch(("requests",), message, _unified(told, shown))
        return
    for number, (want, exchange) in enumerate(zip(wanted, sent, strict=True)):
        known, got = _sides(want, exchange)
        if not subset(known, got):
            lines = diff(known, _cut(known, got))
            yield Mismatch(("requests", number), f"request {number + 1} is another: {shown[number]}", lines)


def compare_tokens(wanted: int, sent: Sequence[Exchange]) -> Iterator[Mismatch]:
    """How often a token was asked for, if it is not as often as was expected."""
    if wanted != len(sent):
        message = f"{_count(wanted, 'token request')} expected, {_count(len(sent), 'token request')} sent"
        yield Mismatch(("tokens",), message)


def compare_events(wanted: Sequence[Mapping[str, Any]], heard: Sequence[Mapping[str, Any]]) -> Iterator[Mismatch]:
    """How the events that were announced differ from those that were expected."""
    names = [body["event"] for body in heard]
    expected = [want["event"] for want in wanted]
    if expected != names:
        yield Mismatch(("events",), "other events were announced", _unified(expected, names))
        return
    for number, (want, body) in enumerate(zip(wanted, heard, strict=True)):
        if want.get("payload") is not None and not subset(want["payload"], body["payload"]):
            shown = _cut(want["payload"], body["payload"])
            yield Mismatch(("events", number), f"{want['event']} is another", diff(want["payload"], shown))


def same(wanted: Any, got: Any) -> bool:
    """Equality of JSON: true is not 1, and 1 is 1.0."""
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and wanted.keys() == got.keys() and _each(same, wanted, got)
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(map(same, wanted, got))
    return isinstance(wanted, bool) is isinstance(got, bool) and bool(wanted == got)


def subset(wanted: Any, got: Any) -> bool:
    """Whether all that is wanted is there. Objects may hold more; lists have to be as long, item by item."""
    if isinstance(wanted, Mapping):
        return isinstance(got, Mapping) and wanted.keys() <= got.keys() and _each(subset, wanted, got)
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) == len(got) and all(map(subset, wanted, got))
    return same(wanted, got)


def diff(expected: Any, got: Any) -> tuple[str, ...]:
    """A unified diff of two JSON values, their secrets masked."""
    lines = _unified(_lines(masked(expected)), _lines(masked(got)))
    return lines if lines or same(expected, got) else (_HIDDEN,)


def _unified(expected: Sequence[str], got: Sequence[str]) -> tuple[str, ...]:
    return tuple(difflib.unified_diff(expected, got, fromfile="expected", tofile="got", lineterm="", n=2))


def _lines(value: Any) -> list[str]:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).splitlines()


def _each(holds: Any, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    return all(holds(value, got[key]) for key, value in wanted.items())


def _cut(wanted: Any, got: Any) -> Any:
    """What came, without the fields that nobody asked about."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return {key: _cut(value, got[key]) for key, value in wanted.items() if key in got}
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [_cut(*pair) for pair in zip(wanted, got, strict=True)]
    return got


def _schema(schema: Any, data: Any) -> Iterator[Mismatch]:
    from jsonschema import Draft202012Validator

    for error in Draft202012Validator(schema).iter_errors(data):
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield Mismatch(("schema",), f"result{place} does not fit the schema: {error.message[:300]}")


def _sides(wanted: Mapping[str, Any], exchange: Exchange) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is wanted of a request, and the request."""
    got = {"method": exchange.method, "path": exchange.path, "query": exchange.grouped(), "body": exchange.body}
    return {word: wanted[word] for word in got if word in wanted}, got


def _short(wanted: Mapping[str, Any]) -> str:
    return " ".join(str(wanted[word]) for word in ("method", "path") if wanted.get(word)) or "any request"


def _count(number: int, what: str) -> str:
    return f"{number} {what} was" if number == 1 else f"{number} {what}s were"
