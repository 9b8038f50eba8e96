"""Test which events a filter selects: names by pattern, values by path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.dotted_paths import find_values
from zoom_component.events.webhook import Event, Filter, matches_patterns, parse_event, parse_filter
from zoom_component.events.webhook.filters import is_equal

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "0"]), part, max_size=3),
    max_leaves=8,
)
PATHS = st.lists(st.sampled_from(["a", "b", "0", "1", "*"]), min_size=1, max_size=4)


def build_event(name: str = "recording.completed", **fields: Any) -> Event:
    body = {"event": name, "event_ts": 1, "payload": {"account_id": "A", "object": fields}}
    return parse_event(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("patterns", "passing", "others"),
    [
        ([], ["meeting.started", ""], []),
        (["*"], ["meeting.started", ""], []),
        (["meeting.*"], ["meeting.started", "meeting."], ["webinar.started", "meeting", "x.meeting.started"]),
        (["meeting.*", "!meeting.deleted"], ["meeting.started"], ["meeting.deleted", "user.created"]),
        (["!meeting.deleted", "meeting.*"], ["meeting.started"], ["meeting.deleted"]),
        (["!meeting.*"], ["user.created"], ["meeting.deleted"]),
        (
            ["user.created", "meeting.starte?"],
            ["user.created", "meeting.started"],
            ["meeting.start", "Meeting.started"],
        ),
    ],
)
def test_patterns_select_names_in_any_order(patterns: list[str], passing: list[str], others: list[str]) -> None:
    assert [name for name in [*passing, *others] if matches_patterns(name, patterns)] == passing


FILE = {"id": "abc", "file_type": "MP4", "file_size": "1024"}
OBJECT: dict[str, Any] = {
    "id": 85746065432, "topic": "Daily [ops]", "type": 8, "duration": 60, "host_id": "x1", "share": False,
    "password": None, "recording_files": [FILE, {"id": "def", "file_type": "M4A", "file_size": 10}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "test", "passes"),
    [
        ("id", "85746065432", True),
        ("id", 85746065432, True),
        ("id", 85746065433, False),
        ("type", [2, 8], True),
        ("type", ["2", "8"], True),
        ("type", [2, 4], False),
        ("share", False, True),
        ("share", 0, False),
        ("share", "false", False),
        ("password", None, True),
        ("topic", None, False),
        ("nothing", None, False),
        ("topic", {"matches": "Daily*"}, True),
        ("topic", {"matches": ["Weekly*", "*[ops]"]}, True),
        ("topic", {"matches": "daily*"}, False),
        ("id", {"matches": "857*"}, True),
        ("duration", {"atLeast": 30}, True),
        ("duration", {"atLeast": 60, "atMost": 60}, True),
        ("duration", {"atLeast": 61}, False),
        ("topic", {"atLeast": 1}, False),
        ("share", {"atLeast": 0}, False),
        ("recording_files.0.file_size", {"atLeast": 1000}, True),
        ("password", {"exists": True}, True),
        ("nothing", {"exists": False}, True),
        ("topic.x", {"exists": True}, False),
        ("recording_files.*.file_type", "M4A", True),
        ("recording_files.*.file_type", "CC", False),
        ("recording_files.1.file_type", "M4A", True),
        ("recording_files.7.file_type", {"exists": False}, True),
        ("recording_files.*.file_type", {"isNot": "MP4"}, False),
        ("recording_files.*.file_type", {"isNot": ["CC", "CHAT"]}, True),
        ("nothing", {"isNot": "x"}, True),
        ("nothing", {"isNot": "x", "exists": True}, False),
        ("recording_files.*.file_size", {"atLeast": 11, "atMost": 1023}, False),
        ("recording_files", {"exists": True}, True),
        ("recording_files", "MP4", False),
    ],
)
def test_a_condition_tests_the_values_at_its_path(path: str, test: Any, passes: bool) -> None:
    assert parse_filter({"where": {f"payload.object.{path}": test}}).matches(build_event(**OBJECT)) is passes


def test_the_name_and_all_conditions_must_match() -> None:
    parsed = parse_filter(
        {"events": "recording.*", "where": {"payload.object.type": 8, "payload.object.host_id": "x1"}}
    )
    assert parsed.matches(build_event(**OBJECT))
    assert not parsed.matches(build_event("meeting.started", **OBJECT))
    assert not parsed.matches(build_event(**(OBJECT | {"host_id": "x2"})))


def test_paths_may_lie_outside_the_payload() -> None:
    assert parse_filter({"where": {"event_ts": {"atMost": 1}}}).matches(build_event())
    assert not parse_filter({"where": {"download_token": {"exists": True}}}).matches(build_event())


def test_an_empty_filter_selects_every_event() -> None:
    for each in (build_event(), parse_event(b"7"), parse_event(b'{"event": []}')):
        assert Filter().matches(each)


@given(JSON, PATHS, JSON.filter(lambda value: not isinstance(value, dict | list)))
def test_any_body_can_be_tested(body: Any, path: list[str], test: Any) -> None:
    parsed = parse_filter({"where": {".".join(path): test}})
    is_selected = parsed.matches(Event(b"", body))
    assert is_selected is any(is_equal(value, test) for value in find_values(body, path))
    inverse = parse_filter({"where": {".".join(path): {"isNot": test}}})
    assert inverse.matches(Event(b"", body)) is not is_selected


@given(JSON, PATHS)
def test_exists_and_not_exists_exclude_each_other(body: Any, path: list[str]) -> None:
    present, absent = (parse_filter({"where": {".".join(path): {"exists": test}}}) for test in (True, False))
    assert present.matches(Event(b"", body)) is not absent.matches(Event(b"", body))


@given(st.integers())
def test_an_id_is_equal_as_a_string_and_as_a_number(number: int) -> None:
    assert is_equal(number, str(number))
    assert is_equal(str(number), number)
    assert not is_equal(number, f"0{number}")


@given(st.text(max_size=20), st.lists(st.text(alphabet="ab.*?[]!", max_size=6), max_size=4))
def test_another_pattern_never_excludes_a_name(name: str, patterns: list[str]) -> None:
    inclusions = [pattern.lstrip("!") or "*" for pattern in patterns]
    assert matches_patterns(name, [*inclusions, "*"])
    assert not matches_patterns(name, [*patterns, "!*"])
    if inclusions and matches_patterns(name, inclusions):
        assert matches_patterns(name, [*inclusions, "another"])


def test_a_very_long_number_matches_no_string() -> None:
    assert not is_equal(10**5000, "1")
    assert not parse_filter({"where": {"payload.object.id": {"matches": "1*"}}}).matches(
        Event(b"", {"payload": 10**5000})
    )
