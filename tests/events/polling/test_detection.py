"""Test which events a poll detects, the size of its memory, and the inputs of its list_calls."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zoom_component.events.polling import detection
from zoom_component.events.polling.detection import MISSING, CallResult, detect_events
from zoom_component.events.polling.queries import iter_call_inputs
from zoom_component.spec.spec import DateSpan, PollEventType, PollInput, PollSpec, SnapshotSpec, TriggerSpec

ITEMS = PollSpec("list", {}, identity=("id",), payload_key="thing", types=(PollEventType("created_item"),))
DAY = date(2026, 3, 10)


def build_trigger(poll: PollSpec) -> TriggerSpec:
    return TriggerSpec("thing", "Thing", "Things", {}, poll=poll)


def run_polls(poll: PollSpec, *responses: Any, emit_first: bool = False) -> list[list[Any]]:
    """Return what each poll emits for its response."""
    memory, emitted = None, list[list[Any]]()
    for version, response in enumerate(responses):
        detected = detect_events(
            build_trigger(poll), memory, [CallResult({}, response)], version=version, emit_first=emit_first
        )
        memory = json.loads(json.dumps(detected.memory))
        emitted.append([each.object for each in detected.emissions])
    return emitted


def test_an_item_is_emitted_once() -> None:
    one, two = {"id": 1}, {"id": 2}
    emitted = run_polls(ITEMS, [one], [one, two], [two], [one, two], [{"id": "1"}])
    assert emitted == [[], [{"event_type": "created_item", "thing": two}], [], [], []]


def test_a_missing_list_counts_as_empty() -> None:
    assert run_polls(ITEMS, MISSING, [{"id": 1}])[1] == [{"event_type": "created_item", "thing": {"id": 1}}]


def test_the_payload_may_be_the_item_itself() -> None:
    assert run_polls(PollSpec("list", {}, identity=("id",)), [], [{"id": 1, "x": 2}])[1] == [{"id": 1, "x": 2}]


def test_items_without_an_identity_are_identified_by_their_content() -> None:
    assert run_polls(ITEMS, [{"x": 1}], [{"x": 1}, {"x": 2}])[1] == [{"event_type": "created_item", "thing": {"x": 2}}]


def test_the_memory_of_items_is_bounded() -> None:
    first = detect_events(
        build_trigger(ITEMS), None, [CallResult({}, [{"id": n} for n in range(12_000)])], version=0, emit_first=False
    )
    then = detect_events(
        build_trigger(ITEMS), first.memory, [CallResult({}, [{"id": -1}])], version=1, emit_first=False
    )
    assert len(then.memory["seen"]) == 5_001
    assert then.memory["seen"][:5_000] == first.memory["seen"][-5_000:]
    assert len(json.dumps(then.memory)) < 110_000


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=8))
def test_each_item_is_emitted_exactly_once(responses: list[list[int]]) -> None:
    emitted = [
        each["thing"]["id"]
        for events in run_polls(ITEMS, [], *([{"id": n} for n in row] for row in responses))
        for each in events
    ]
    assert sorted(emitted) == sorted({n for row in responses for n in row})


OBJECT = PollSpec(
    "get", {}, snapshot=SnapshotSpec(identity=("uuid",)), payload_key="it", changes=("changed", "names"),
    types=(PollEventType("created", first=True), PollEventType("updated")),
)  # fmt: skip


def test_a_first_snapshot_and_another_object_are_new() -> None:
    one, two = {"uuid": "a", "x": 1}, {"uuid": "b", "x": 1}
    emitted = run_polls(OBJECT, MISSING, MISSING, one, MISSING, one, {**one, "x": 2}, two, {**one, "x": 2}, two)
    assert [[(each["event_type"], each["changed"]) for each in events] for events in emitted] == [
        [], [], [("created", [])], [], [], [("updated", ["x"])], [("created", [])], [], [],
    ]  # fmt: skip


def test_a_repeated_change_has_another_identity() -> None:
    memory, identities = None, set()
    for version, x in enumerate([1, 2, 1, 2]):
        results = [CallResult({}, {"uuid": "a", "x": x})]
        detected = detect_events(build_trigger(OBJECT), memory, results, version=version, emit_first=False)
        repeated = detect_events(build_trigger(OBJECT), memory, results, version=version, emit_first=False)
        assert [each.identity for each in detected.emissions] == [each.identity for each in repeated.emissions]
        identities |= {each.identity for each in detected.emissions}
        memory = detected.memory
    assert len(identities) == 3


def test_the_memory_of_snapshots_is_bounded() -> None:
    memory: Any = None
    for version in range(40):
        results = [CallResult({}, {"uuid": str(version)})]
        memory = detect_events(build_trigger(OBJECT), memory, results, version=version, emit_first=False).memory
    assert len(memory["snapshots"]) == detection._MAX_SNAPSHOTS


def list_calls(poll: PollSpec, since: date, today: date = DAY, **settings: Any) -> list[dict[str, Any]]:
    return list(iter_call_inputs(poll, settings, since, today))


def test_inputs_come_from_settings_values_and_switches() -> None:
    poll = PollSpec("get", {
        "id": PollInput(setting="id"), "kind": PollInput(value="all"), "token": PollInput(value="yes", when="wanted"),
        "ttl": PollInput(setting="ttl", when="wanted"), "day": PollInput(setting="day", today="day"),
    })  # fmt: skip
    assert list_calls(poll, DAY, id=5, ttl=9) == [{"id": 5, "kind": "all", "day": "2026-03-10"}]
    inputs = list_calls(poll, DAY, id=5, ttl=9, wanted=True, day="x")
    assert inputs == [{"id": 5, "kind": "all", "token": "yes", "ttl": 9, "day": "x"}]


MONTHLY = PollSpec("get", {"year": PollInput(today="year"), "month": PollInput(today="month")}, lookback=3)


def test_a_monthly_report_covers_the_previous_month_at_its_start() -> None:
    assert list_calls(MONTHLY, DAY) == [{"year": 2026, "month": 3}]
    new_year = date(2026, 1, 2)
    assert list_calls(MONTHLY, new_year, new_year) == [{"year": 2025, "month": 12}, {"year": 2026, "month": 1}]
    assert [each["month"] for each in list_calls(MONTHLY, date(2025, 12, 20))] == [12, 1, 2, 3]
    assert len(list_calls(MONTHLY, date(2020, 1, 1))) == 13


def test_a_list_by_days_is_called_in_spans() -> None:
    poll = PollSpec("list", {}, lookback=7, span=DateSpan("from", "to", 30))
    assert list_calls(poll, DAY) == [{"from": "2026-03-03", "to": "2026-03-10"}]
    assert list_calls(poll, date(2026, 1, 31)) == [
        {"from": "2026-01-24", "to": "2026-02-22"}, {"from": "2026-02-23", "to": "2026-03-10"},
    ]  # fmt: skip
    # A clock that was set back does not ask for a future day.
    assert list_calls(poll, date(2026, 3, 20)) == [{"from": "2026-03-03", "to": "2026-03-10"}]


def test_an_object_that_was_missing_first_is_new_when_it_appears() -> None:
    poll = OBJECT._replace(snapshot=SnapshotSpec())
    one = {"uuid": "a", "x": 1}
    emitted = run_polls(poll, MISSING, one, one, MISSING, {**one, "x": 2})
    assert [[each["event_type"] for each in events] for events in emitted] == [[], ["created"], [], [], ["updated"]]
