"""A filter as it is declared, read strictly: every fault at once, with its place and the right words beside it.

    events: [meeting.*, "!meeting.deleted"]
    where:
      payload.object.host_id: abc                  # is it; 5 and "5" are alike
      payload.object.type: [2, 8]                  # is one of them
      payload.object.topic: {matches: "Daily*"}    # or a list of patterns
      payload.object.duration: {atLeast: 30, atMost: 90}
      payload.object.recording_files.*.file_type: {isNot: [TIMELINE, SUMMARY]}
      payload.object.password: {exists: false}

Names and paths are held against the known events; `unknown: true` lets others stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from zoom_component.errors import SpecError
from zoom_component.events.webhook.filters import WILDCARD, Condition, Filter, matches_patterns
from zoom_component.events.webhook.schema_paths import find_nodes, list_child_names
from zoom_component.spec.diagnostics import join_choices, suggest

__all__ = ["FILTER_KEYS", "KnownEvents", "ProblemReporter", "parse_filter", "parse_located_filter"]

Pointer: TypeAlias = tuple[str | int, ...]

FILTER_KEYS = ("events", "where", "unknown")
# What stands beside the payload, in one event or another.
TOP = (
    "payload", "event", "event_ts", "download_token", "event_id", "operator", "operator_id", "time_stamp",
    "callback_token", "callback_url", "response_url",
)  # fmt: skip
_CONDITIONS = ("matches", "atLeast", "atMost", "isNot", "exists")
_PATTERN = re.compile(r"!?[A-Za-z0-9_.*?:-]+")
_PATH = re.compile(r"[^.\[\]{}\s]+(?:\.[^.\[\]{}\s]+)*")
_ANYWAY = "`unknown: true` takes it all the same"


class ProblemReporter(Protocol):
    """What faults are told to: `Located` of the language is one."""

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Take a fault at a value, or at its key."""


class _Facts(Protocol):
    @property
    def schema(self) -> Mapping[str, Any] | None: ...


class KnownEvents(Protocol):
    """The events that are known: the module `facts` is one."""

    def list_event_names(self) -> Sequence[str]:
        """The names of all."""

    def find_event(self, name: str, /) -> _Facts | None:
        """One of them, with the schema of its body where there is one."""


def parse_located_filter(
    value: Any, reporter: ProblemReporter, pointer: Pointer = (), known_events: KnownEvents | None = None
) -> Filter:
    """The filter in a mapping of WORDS that stands at `pointer`. Every fault is told, and what is faulty left out.

    With `known`, a pattern that fits no event and a path that no wanted event has are faults, too.
    """
    if not isinstance(value, Mapping):
        reporter.add(pointer, f"a filter: came {_show(value)}; accepted: {join_choices(FILTER_KEYS)}")
        return Filter()
    for word in value:
        if word not in FILTER_KEYS:
            told = f"the word {word!r} is not known here; {suggest(str(word), FILTER_KEYS)}"
            reporter.add((*pointer, word), told, at_key=True)
    lax = value.get("unknown", False)
    if not isinstance(lax, bool):
        reporter.add((*pointer, "unknown"), f"unknown: came {_show(lax)}; accepted: true or false")
    reader = _Reader(reporter, pointer, None if lax is True else known_events)
    events = reader.events(value["events"]) if "events" in value else (WILDCARD,)
    return Filter(events, reader.where(value["where"], events) if "where" in value else ())


def parse_filter(value: Any, known_events: KnownEvents | None = None) -> Filter:
    """The same for a mapping that stands in no file. Raises SpecError with every fault."""
    found = _Faults()
    read = parse_located_filter(value, found, (), known_events)
    if found.lines:
        raise SpecError(f"the filter cannot be used: {found.lines[0]}", diagnostics=found.lines)
    return read


class _Faults:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """A line: where, and what."""
        self.lines.append(f"{' > '.join(map(str, pointer))}: {message}" if pointer else message)


class _Reader:
    """Reads the parts of one filter. `known` is None where names and paths are not held against anything."""

    def __init__(self, tells: ProblemReporter, pointer: Pointer, known: KnownEvents | None) -> None:
        self._tells = tells
        self._pointer = pointer
        self._known = known
        self._names = known.list_event_names() if known else ()

    def events(self, value: Any) -> tuple[str, ...]:
        """The patterns."""
        listed = isinstance(value, list)
        patterns = value if isinstance(value, list) else [value]
        if not patterns:
            self._fault(("events",), "events: the list is empty; accepted: names or patterns, as meeting.*")
        kept = []
        for at, pattern in enumerate(patterns):
            if message := self._wrong_pattern(pattern):
                self._fault(("events", at) if listed else ("events",), message)
            else:
                kept.append(pattern)
        if (
            len(kept) == len(patterns) > 1
            and self._names
            and not any(matches_patterns(name, kept) for name in self._names)
        ):
            self._fault(("events",), "events: one pattern takes away what the others want; no event is left")
        return tuple(kept) or (WILDCARD,)

    def where(self, value: Any, events: Sequence[str]) -> tuple[Condition, ...]:
        """The conditions."""
        if not isinstance(value, Mapping):
            self._fault(("where",), f"where: came {_show(value)}; accepted: paths and what has to stand there")
            return ()
        schemas = self._schemas(events)
        kept = []
        for path, asked in value.items():
            steps = tuple(str(path).split("."))
            if message := self._wrong_path(str(path), steps, schemas):
                self._fault(("where", path), message, at_key=True)
            elif condition := self._condition(steps, asked, ("where", path)):
                kept.append(condition)
                if schemas and _asks_a_value(condition) and (kind := _gathers(schemas, steps)):
                    self._fault(("where", path), f"{path} leads to {kind}", at_key=True)
        return tuple(kept)

    def _wrong_pattern(self, pattern: Any) -> str:
        if not isinstance(pattern, str):
            return f"events: came {_show(pattern)}; accepted: a name or a pattern, as meeting.*"
        if not _PATTERN.fullmatch(pattern):
            accepted = "letters, digits, _ and dots, * and ? for any signs, and a ! before a pattern that excludes"
            return f"{pattern[:80]!r} is no pattern; accepted: {accepted}"
        if not self._names or any(matches_patterns(name, [pattern.removeprefix("!")]) for name in self._names):
            return ""
        families = {name.partition(".")[0] + ".*" for name in self._names if "." in name}
        told = suggest(pattern.removeprefix("!"), [*self._names, *sorted(families)], limit=0)
        near = told if told.startswith("did") else "`zoom-component events` lists them"
        return f"no known event fits {pattern!r}; {near} ({_ANYWAY})"

    def _wrong_path(self, path: str, steps: tuple[str, ...], schemas: Sequence[Mapping[str, Any]]) -> str:
        if not _PATH.fullmatch(path):
            accepted = "names joined by dots, as payload.object.topic; a number or * goes into a list, as files.*.id"
            return f"{path[:80]!r} is no path; accepted: {accepted}"
        if self._known is None:
            return ""
        if steps[0] not in TOP:
            return f"a body has no {steps[0]!r}; {suggest(steps[0], TOP)} ({_ANYWAY})"
        if steps[0] == "download_token" or not schemas or _leads(schemas, steps):
            return ""
        depth = next(at for at in range(len(steps) - 1, -1, -1) if _leads(schemas, steps[:at]))
        names = sorted({name for schema in schemas for name in list_child_names(schema, steps[:depth])})
        return f"none of the wanted events has {path!r}; {suggest(steps[depth], names)} ({_ANYWAY})"

    def _schemas(self, events: Sequence[str]) -> list[Mapping[str, Any]]:
        """Those of all wanted events; none where one of them has no schema, since then no path can be told wrong."""
        found = []
        for name in self._names:
            if matches_patterns(name, events):
                facts = self._known.find_event(name) if self._known else None
                if facts is None or facts.schema is None:
                    return []
                found.append(facts.schema)
        return found

    def _condition(self, steps: tuple[str, ...], asked: Any, at: Pointer) -> Condition | None:
        if isinstance(asked, Mapping):
            return self._worded(steps, asked, at)
        found = self._plain(asked, at)
        return None if found is None else Condition(steps, equals_any=found)

    def _worded(self, steps: tuple[str, ...], asked: Mapping[str, Any], at: Pointer) -> Condition | None:
        """A condition in words, such as {atLeast: 30}."""
        if not asked:
            self._fault(
                at,
                f"{at[-1]}: nothing is asked of it; accepted: a value, a list of them, or {join_choices(_CONDITIONS)}",
            )
            return None
        for word in asked:
            if word not in _CONDITIONS:
                told = f"the word {word!r} is not known here; {suggest(str(word), _CONDITIONS)}"
                self._fault((*at, word), told, at_key=True)
        bounds = {word: self._number(word, asked, at) for word in ("atLeast", "atMost")}
        least, most = bounds["atLeast"], bounds["atMost"]
        if least is not None and most is not None and least > most:
            self._fault((*at, "atMost"), f"no number is at least {least:g} and at most {most:g}")
        exists = asked.get("exists")
        if "exists" in asked and not isinstance(exists, bool):
            self._fault((*at, "exists"), f"exists: came {_show(exists)}; accepted: true or false")
            exists = None
        if exists is False and len(asked) > 1:
            self._fault((*at, "exists"), "exists: false cannot stand beside another word: there is no value then")
        matches = self._patterns(asked["matches"], (*at, "matches")) if "matches" in asked else ()
        unlike = self._plain(asked["isNot"], (*at, "isNot")) if "isNot" in asked else ()
        return Condition(steps, None, unlike or (), matches, least, most, exists)

    def _plain(self, value: Any, at: Pointer) -> tuple[Any, ...] | None:
        """A value, or a list of them."""
        values = value if isinstance(value, list) else [value]
        wrong = [each for each in values if isinstance(each, Mapping | list)]
        if wrong or not values:
            came = _show(wrong[0]) if wrong else "an empty list"
            self._fault(at, f"{at[-1]}: came {came}; accepted: text, a number, true, false, null, or a list of them")
            return None
        return tuple(values)

    def _patterns(self, value: Any, at: Pointer) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        wrong = [each for each in values if not isinstance(each, str) or not each]
        if wrong or not values:
            came = _show(wrong[0]) if wrong else "an empty list"
            self._fault(at, f"matches: came {came}; accepted: text with * and ? for any signs, or a list of such")
            return ()
        return tuple(values)

    def _number(self, word: str, asked: Mapping[str, Any], at: Pointer) -> float | None:
        value = asked.get(word)
        if word not in asked or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self._fault((*at, word), f"{word}: came {_show(value)}; accepted: a number")
        return None

    def _fault(self, pointer: Iterable[str | int], message: str, *, at_key: bool = False) -> None:
        self._tells.add((*self._pointer, *pointer), message, at_key=at_key)


def _leads(schemas: Sequence[Mapping[str, Any]], steps: Sequence[str]) -> bool:
    return any(True for schema in schemas for _ in find_nodes(schema, steps))


def _asks_a_value(condition: Condition) -> bool:
    return condition.exists is None or condition.equals_any is not None


def _gathers(schemas: Sequence[Mapping[str, Any]], steps: tuple[str, ...]) -> str:
    """What stands at a path in every event, in words, where it is no plain value; else ""."""
    kinds = {node.get("type") for schema in schemas for node in find_nodes(schema, steps)}
    if kinds == {"array"}:
        return f"a list; {'.'.join(steps)}.* takes its items"
    return "an object; name one of its fields" if kinds == {"object"} else ""


def _show(came: Any) -> str:
    if came is None:
        return "nothing (null)"
    if isinstance(came, bool):
        return "true" if came else "false"
    if isinstance(came, Mapping):
        return "keys and values"
    return "a list" if isinstance(came, list) else repr(came)[:80]
