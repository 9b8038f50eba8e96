"""Parse a filter from YAML and report every problem at once, each with its place and the valid choices.

    events: [meeting.*, "!meeting.deleted"]
    where:
      payload.object.host_id: abc                  # equal; 5 and "5" are equal
      payload.object.type: [2, 8]                  # equal to one of these
      payload.object.topic: {matches: "Daily*"}    # or a list of patterns
      payload.object.duration: {atLeast: 30, atMost: 90}
      payload.object.recording_files.*.file_type: {isNot: [TIMELINE, SUMMARY]}
      payload.object.password: {exists: false}

Names and paths are checked against the known events, unless the filter has `allowUnknown: true`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from zoom_component.dotted_paths import WILDCARD
from zoom_component.errors import SpecError
from zoom_component.events.webhook.filters import Condition, Filter, matches_patterns
from zoom_component.events.webhook.schema_paths import find_nodes, list_child_names
from zoom_component.spec.diagnostics import join_choices, suggest

__all__ = ["FILTER_KEYS", "KnownEvents", "ProblemReporter", "parse_filter", "parse_located_filter"]

Pointer: TypeAlias = tuple[str | int, ...]

FILTER_KEYS = ("events", "where", "allowUnknown")
# The top-level fields of a body, in one event or another.
_BODY_FIELDS = (
    "payload", "event", "event_ts", "download_token", "event_id", "operator", "operator_id", "time_stamp",
    "callback_token", "callback_url", "response_url",
)  # fmt: skip
_CONDITION_KEYS = ("matches", "atLeast", "atMost", "isNot", "exists")
_MAX_ENTRIES, _MAX_PATTERN = 300, 300
_PATTERN = re.compile(r"!?[A-Za-z0-9_.*?:-]+")
_PATH = re.compile(r"[^.\[\]{}\s]+(?:\.[^.\[\]{}\s]+)*")
_ALLOW_UNKNOWN = "`allowUnknown: true` allows unknown events and paths"


class ProblemReporter(Protocol):
    """Collect problems; `spec.yaml12.LocatedValue` is one."""

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Add a problem at a value, or at its key."""


class _EventDefinition(Protocol):
    @property
    def schema(self) -> Mapping[str, Any] | None: ...


class KnownEvents(Protocol):
    """Provide the known events; the module `zoom_facts` is one."""

    def list_event_names(self) -> Sequence[str]:
        """Return the names of all events."""

    def find_event(self, name: str, /) -> _EventDefinition | None:
        """Return one event, with the schema of its body if Zoom publishes it."""


def parse_located_filter(
    value: Any, reporter: ProblemReporter, pointer: Pointer = (), known_events: KnownEvents | None = None
) -> Filter:
    """Return the filter in a mapping of FILTER_KEYS at `pointer`. Report every problem and leave out what is invalid.

    With `known_events`, a pattern that matches no event is a problem, and so is a path that no selected event has.
    """
    if not isinstance(value, Mapping):
        reporter.add(pointer, f"expected a filter with {join_choices(FILTER_KEYS)}, got {_describe(value)}")
        return Filter()
    for key in value:
        if key not in FILTER_KEYS:
            reporter.add((*pointer, key), f'unknown key "{key}"; {suggest(str(key), FILTER_KEYS)}', at_key=True)
    allow_unknown = value.get("allowUnknown", False)
    if not isinstance(allow_unknown, bool):
        reporter.add(
            (*pointer, "allowUnknown"), f"allowUnknown: expected true or false, got {_describe(allow_unknown)}"
        )
    parser = _FilterParser(reporter, pointer, None if allow_unknown is True else known_events)
    events = parser.parse_events(value["events"]) if "events" in value else (WILDCARD,)
    return Filter(events, parser.parse_where(value["where"], events) if "where" in value else ())


def parse_filter(value: Any, known_events: KnownEvents | None = None) -> Filter:
    """Return the filter in a mapping that does not come from a file. Raise SpecError with every problem."""
    collector = _ProblemCollector()
    parsed = parse_located_filter(value, collector, (), known_events)
    if collector.lines:
        raise SpecError(f"The filter is invalid: {collector.lines[0]}", diagnostics=collector.lines)
    return parsed


class _ProblemCollector:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Add a line with the place and the message."""
        self.lines.append(f"{' > '.join(map(str, pointer))}: {message}" if pointer else message)


class _FilterParser:
    """Parse the parts of one filter. Without `known_events`, names and paths are not checked."""

    def __init__(self, reporter: ProblemReporter, pointer: Pointer, known_events: KnownEvents | None) -> None:
        self._reporter = reporter
        self._pointer = pointer
        self._known_events = known_events
        self._names = known_events.list_event_names() if known_events else ()

    def parse_events(self, value: Any) -> tuple[str, ...]:
        """Return the valid patterns."""
        is_list = isinstance(value, list)
        items = value if isinstance(value, list) else [value]
        if not items:
            self._report(("events",), "events: expected a name or a pattern such as meeting.*, got an empty list")
        if len(items) > _MAX_ENTRIES:
            self._report(("events",), f"events: expected at most {_MAX_ENTRIES} patterns, got {len(items):,}")
            return (WILDCARD,)
        patterns = []
        for index, item in enumerate(items):
            if problem := self._check_pattern(item):
                self._report(("events", index) if is_list else ("events",), problem)
            else:
                patterns.append(item)
        all_valid = len(patterns) == len(items) > 1
        if all_valid and self._names and not any(matches_patterns(name, patterns) for name in self._names):
            self._report(("events",), "events: no event is left, because one pattern excludes what the others select")
        return tuple(patterns) or (WILDCARD,)

    def parse_where(self, value: Any, events: Sequence[str]) -> tuple[Condition, ...]:
        """Return the valid conditions; `events` are the patterns of the filter."""
        if not isinstance(value, Mapping):
            self._report(("where",), f"where: expected paths with their conditions, got {_describe(value)}")
            return ()
        if len(value) > _MAX_ENTRIES:
            self._report(("where",), f"where: expected at most {_MAX_ENTRIES} paths, got {len(value):,}")
            return ()
        schemas = self._find_schemas(events)
        conditions = []
        for path, test in value.items():
            steps = tuple(str(path).split("."))
            if problem := self._check_path(str(path), steps, schemas):
                self._report(("where", path), problem, at_key=True)
            elif condition := self._parse_condition(steps, test, ("where", path)):
                conditions.append(condition)
                needs_value = condition.exists is None or condition.equals_any is not None
                if schemas and needs_value and (problem := _check_leaf(schemas, steps)):
                    self._report(("where", path), problem, at_key=True)
        return tuple(conditions)

    def _check_pattern(self, pattern: Any) -> str:
        if not isinstance(pattern, str):
            return f"events: expected a name or a pattern such as meeting.*, got {_describe(pattern)}"
        if len(pattern) > _MAX_PATTERN:
            return f"expected a pattern of at most {_MAX_PATTERN} characters, got {len(pattern):,}"
        if not _PATTERN.fullmatch(pattern):
            expected = "letters, digits, _, dots, the wildcards * and ?, and ! before a pattern that excludes"
            return f"expected a pattern of {expected}, got {_describe(pattern)}"
        name = pattern.removeprefix("!")
        if not self._names or any(matches_patterns(each, [name]) for each in self._names):
            return ""
        families = {each.partition(".")[0] + ".*" for each in self._names if "." in each}
        suggestion = suggest(name, [*self._names, *sorted(families)], limit=0)
        hint = suggestion if suggestion.startswith("did") else "`zoom-component events` lists all events"
        return f'no known event matches "{pattern}"; {hint} ({_ALLOW_UNKNOWN})'

    def _check_path(self, path: str, steps: tuple[str, ...], schemas: Sequence[Mapping[str, Any]]) -> str:
        if not _PATH.fullmatch(path):
            expected = "names joined by dots, such as payload.object.topic (a number or * enters a list)"
            return f"expected a path of {expected}, got {_describe(path)}"
        if self._known_events is None:
            return ""
        if steps[0] not in _BODY_FIELDS:
            choices = suggest(steps[0], _BODY_FIELDS)
            return f'the body of an event has no field "{steps[0]}"; {choices} ({_ALLOW_UNKNOWN})'
        if steps[0] == "download_token" or not schemas or _has_path(schemas, steps):
            return ""
        depth = next(at for at in range(len(steps) - 1, -1, -1) if _has_path(schemas, steps[:at]))
        names = sorted({name for schema in schemas for name in list_child_names(schema, steps[:depth])})
        if names == ["*"]:
            item_path = ".".join([*steps[:depth], "*", *steps[depth:]])
            choices = f"{steps[depth - 1]} is a list; use {item_path}"
        else:
            choices = suggest(steps[depth], names)
        return f'no selected event has the path "{path}"; {choices} ({_ALLOW_UNKNOWN})'

    def _find_schemas(self, events: Sequence[str]) -> list[Mapping[str, Any]]:
        """Return the schemas of all selected events; none when one has no schema and so any path may be valid."""
        schemas = []
        for name in self._names:
            if matches_patterns(name, events):
                definition = self._known_events.find_event(name) if self._known_events else None
                if definition is None or definition.schema is None:
                    return []
                schemas.append(definition.schema)
        return schemas

    def _parse_condition(self, steps: tuple[str, ...], test: Any, at: Pointer) -> Condition | None:
        if isinstance(test, Mapping):
            return self._parse_keys(steps, test, at)
        values = self._parse_scalars(test, at)
        return None if values is None else Condition(steps, equals_any=values)

    def _parse_keys(self, steps: tuple[str, ...], test: Mapping[str, Any], at: Pointer) -> Condition | None:
        """Return a condition with keys, such as {atLeast: 30}."""
        if not test:
            expected = f"a value, a list of values, or {join_choices(_CONDITION_KEYS)}"
            self._report(at, f"{at[-1]}: expected {expected}, got an empty mapping")
            return None
        for key in test:
            if key not in _CONDITION_KEYS:
                message = f'unknown key "{key}"; {suggest(str(key), _CONDITION_KEYS)}'
                self._report((*at, key), message, at_key=True)
        at_least, at_most = (self._parse_number(key, test, at) for key in ("atLeast", "atMost"))
        if at_least is not None and at_most is not None and at_least > at_most:
            message = f"atMost: expected a number from {at_least:g} (atLeast) upwards, got {at_most:g}"
            self._report((*at, "atMost"), message)
        exists = test.get("exists")
        if "exists" in test and not isinstance(exists, bool):
            self._report((*at, "exists"), f"exists: expected true or false, got {_describe(exists)}")
            exists = None
        if exists is False and len(test) > 1:
            message = "exists: false cannot be combined with another key, because there is no value to test"
            self._report((*at, "exists"), message)
        patterns = self._parse_patterns(test["matches"], (*at, "matches")) if "matches" in test else ()
        excluded = self._parse_scalars(test["isNot"], (*at, "isNot")) if "isNot" in test else ()
        return Condition(steps, None, excluded or (), patterns, at_least, at_most, exists)

    def _parse_scalars(self, value: Any, at: Pointer) -> tuple[Any, ...] | None:
        """Return a scalar, or a list of scalars, as a tuple."""
        values = value if isinstance(value, list) else [value]
        invalid = [each for each in values if isinstance(each, Mapping | list)]
        if invalid or not values:
            got = _describe(invalid[0]) if invalid else "an empty list"
            expected = "a string, a number, true, false, null, or a list of these"
            self._report(at, f"{at[-1]}: expected {expected}, got {got}")
            return None
        return tuple(values)

    def _parse_patterns(self, value: Any, at: Pointer) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        invalid = [each for each in values if not isinstance(each, str) or not each]
        if invalid or not values:
            got = _describe(invalid[0]) if invalid else "an empty list"
            expected = "a string with the wildcards * and ?, or a list of such strings"
            self._report(at, f"matches: expected {expected}, got {got}")
            return ()
        return tuple(values)

    def _parse_number(self, key: str, test: Mapping[str, Any], at: Pointer) -> float | None:
        value = test.get(key)
        if key not in test or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self._report((*at, key), f"{key}: expected a number, got {_describe(value)}")
        return None

    def _report(self, pointer: Iterable[str | int], message: str, *, at_key: bool = False) -> None:
        self._reporter.add((*self._pointer, *pointer), message, at_key=at_key)


def _has_path(schemas: Sequence[Mapping[str, Any]], steps: Sequence[str]) -> bool:
    return any(True for schema in schemas for _ in find_nodes(schema, steps))


def _check_leaf(schemas: Sequence[Mapping[str, Any]], steps: tuple[str, ...]) -> str:
    """Return a problem when the path leads to a list or an object in every event; else ""."""
    path, types = ".".join(steps), {node.get("type") for schema in schemas for node in find_nodes(schema, steps)}
    if types == {"array"}:
        return f"{path} is a list; {path}.* selects its items"
    return f"{path} is an object; name one of its fields" if types == {"object"} else ""


def _describe(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f'"{value[:80]}"' if isinstance(value, str) else repr(value)[:80]
