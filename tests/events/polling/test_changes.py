"""Test changes between two snapshots: fields, items of lists, and the type of the event."""

from __future__ import annotations

from typing import Any

import pytest

from zoom_component.events.polling.changes import find_changes, select_event_type, summarize_changes, take_snapshot
from zoom_component.spec.spec import PollEventType, SnapshotSpec

FILES = SnapshotSpec(ignore=("files.url",), lists={"files": ("id", True)})
DAYS = SnapshotSpec(compare=("dates",), lists={"dates": ("date", False)})


def find_paths(old: Any, new: Any, shape: SnapshotSpec | None = None) -> list[str]:
    shape = shape or SnapshotSpec()
    return [change.path for change in find_changes(take_snapshot(old, shape), take_snapshot(new, shape), shape)]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": 1}, {"a": 1, "b": 2}, ["b"]),
        ({"a": 1, "b": 2}, {"a": 1}, ["b"]),
        ({"a": {"x": 1, "y": 2}}, {"a": {"x": 1, "y": 3}}, ["a.y"]),
        ({}, {"a": {"x": 1, "y": False}}, ["a.x", "a.y"]),
        ({"a": {"x": 1}}, {"a": "text"}, ["a"]),
        ({"a": True}, {"a": 1}, ["a"]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 0}, {"a": False}, ["a"]),
        ({"a": 0}, {}, ["a"]),
    ],
)
def test_changed_fields_are_reported_by_path(old: Any, new: Any, paths: list[str]) -> None:
    assert find_paths(old, new) == paths


@pytest.mark.parametrize("blank", [None, "", [], {}, "absent"])
@pytest.mark.parametrize("other", [None, "", [], {}, "absent"])
def test_missing_null_and_empty_values_are_equal(blank: Any, other: Any) -> None:
    sides = [{} if value == "absent" else {"a": value} for value in (blank, other)]
    assert find_paths(sides[0], sides[1]) == []


def test_the_order_of_a_list_is_ignored() -> None:
    assert find_paths({"a": [1, {"x": [1, 2]}]}, {"a": [{"x": [2, 1]}, 1]}) == []
    assert find_paths({"a": [1, 1, 2]}, {"a": [1, 2, 2]}) == ["a"]


def test_only_the_selected_fields_are_compared_and_stored() -> None:
    shape = SnapshotSpec(compare=("topic", "settings.audio"), ignore=("settings.audio.extra",))
    answer = {"topic": "A", "other": 1, "settings": {"audio": {"kind": "voip", "extra": 5}, "video": True}}
    assert take_snapshot(answer, shape) == {"topic": "A", "settings": {"audio": {"kind": "voip"}}}
    assert find_paths(answer, {**answer, "other": 2, "settings": {"audio": {"kind": "both"}}}, shape) == [
        "settings.audio.kind"
    ]


def test_lists_are_compared_item_by_item() -> None:
    old = {"files": [{"id": "a", "status": "processing", "url": "1"}, {"id": "b", "status": "completed"}]}
    new = {"files": [{"id": "c"}, {"id": "a", "status": "completed", "url": "2"}]}
    changes = find_changes(take_snapshot(old, FILES), take_snapshot(new, FILES), FILES)
    assert [(each.path, each.name, each.item, each.added, each.removed) for each in changes] == [
        ("files[a].status", "files.status", "a", False, False),
        ("files[b]", "files", "b", False, True),
    ]
    new["files"][0]["status"] = "completed"
    assert summarize_changes(find_changes(take_snapshot(old, FILES), take_snapshot(new, FILES), FILES), "values") == {
        "files[a].status": {"old": "processing", "new": "completed"},
        "files[b]": {"old": {"id": "b", "status": "completed"}, "new": None},
        "files[c]": {"old": None, "new": {"id": "c", "status": "completed"}},
    }


def test_items_without_a_key_are_identified_by_their_content() -> None:
    assert find_paths({"files": [{"x": 1}]}, {"files": [{"x": 1}]}, FILES) == []
    assert len(find_paths({"files": [{"x": 1}]}, {"files": [{"x": 2}]}, FILES)) == 2


def test_added_zero_days_and_removed_days_are_not_reported() -> None:
    march = {"dates": [{"date": "2026-03-31", "meetings": 2}]}
    april = {"dates": [{"date": "2026-04-01", "meetings": 1}, {"date": "2026-04-02", "meetings": 0}]}
    changes = find_changes(take_snapshot(march, DAYS), take_snapshot(april, DAYS), DAYS)
    assert summarize_changes(changes, "items") == ["2026-04-01"]
    assert summarize_changes(changes, "names") == ["dates[2026-04-01]"]


TYPES = (
    PollEventType("added", added=("files",)),
    PollEventType("ready", changed_to={"files.status": "completed"}),
    PollEventType("settings", only_fields=("settings",)),
    PollEventType("new", first=True),
    PollEventType("updated"),
)


@pytest.mark.parametrize(
    ("old", "new", "first", "event"),
    [
        ({"files": []}, {"files": [{"id": "a", "n": 1}]}, False, "added"),
        ({"files": [{"id": "a", "status": "p"}]}, {"files": [{"id": "a", "status": "completed"}]}, False, "ready"),
        ({"files": [{"id": "a", "status": "p"}]}, {"files": [{"id": "a", "status": "q"}]}, False, "updated"),
        ({"settings": {"a": 1}}, {"settings": {"a": 2}}, False, "settings"),
        ({"settings": {"a": 1}, "b": 1}, {"settings": {"a": 2}, "b": 2}, False, "updated"),
        ({"settings_too": 1}, {"settings_too": 2}, False, "updated"),
        ({"b": 1}, {"b": 2}, True, "new"),
        ({"b": 1}, {"b": 1}, True, "new"),
        ({"b": 1}, {"b": 1}, False, "updated"),
    ],
)
def test_the_first_matching_type_is_selected(old: Any, new: Any, first: bool, event: str) -> None:
    assert (
        select_event_type(TYPES, find_changes(take_snapshot(old, FILES), take_snapshot(new, FILES), FILES), first)
        == event
    )


def test_no_type_is_selected_when_there_are_none() -> None:
    assert select_event_type((), [], False) is None
