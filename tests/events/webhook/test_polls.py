"""What a poll makes of what it fetched: new items once each, memories that stay small, calls that reach back."""

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

ITEMS = PollSpec("list", {}, identity=("id",), payload_key="thing", types=(PollEventType("made"),))
DAY = date(2026, 3, 10)


def trigger(poll: PollSpec) -> TriggerSpec:
    return TriggerSpec("thing", "Thing", "Things", {}, poll=poll)


def seen(poll: PollSpec, *answers: Any, emit_first: bool = False) -> list[list[Any]]:
    """What each answer in turn is told of."""
    memory, told = None, list[list[Any]]()
    for version, answer in enumerate(answers):
        judged = detect_events(trigger(poll), memory, [CallResult({}, answer)], version=version, emit_first=emit_first)
        memory = json.loads(json.dumps(judged.memory))
        told.append([each.object for each in judged.emissions])
    return told


def test_an_item_is_told_once() -> None:
    one, two = {"id": 1}, {"id": 2}
    told = seen(ITEMS, [one], [one, two], [two], [one, two], [{"id": "1"}])
    assert told == [[], [{"event_type": "made", "thing": two}], [], [], []]


def test_what_is_not_there_yet_is_an_empty_list() -> None:
    assert seen(ITEMS, MISSING, [{"id": 1}])[1] == [{"event_type": "made", "thing": {"id": 1}}]


def test_a_payload_may_be_the_item_itself() -> None:
    assert seen(PollSpec("list", {}, identity=("id",)), [], [{"id": 1, "x": 2}])[1] == [{"id": 1, "x": 2}]


def test_items_without_identity_go_by_all_they_say() -> None:
    assert seen(ITEMS, [{"x": 1}], [{"x": 1}, {"x": 2}])[1] == [{"event_type": "made", "thing": {"x": 2}}]


def test_a_memory_of_items_is_bounded() -> None:
    first = detect_events(
        trigger(ITEMS), None, [CallResult({}, [{"id": n} for n in range(12_000)])], version=0, emit_first=False
    )
    then = detect_events(trigger(ITEMS), first.memory, [CallResult({}, [{"id": -1}])], version=1, emit_first=False)
    assert len(then.memory["seen"]) == 5_001
    assert then.memory["seen"][:5_000] == first.memory["seen"][-5_000:]
    assert len(json.dumps(then.memory)) < 110_000


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=8))
def test_whatever_comes_and_goes_each_is_told_once_and_none_is_missed(answers: list[list[int]]) -> None:
    told = [
        each["thing"]["id"]
        for found in seen(ITEMS, [], *([{"id": n} for n in row] for row in answers))
        for each in found
    ]
    assert sorted(told) == sorted({n for row in answers for n in row})


WATCHED = PollSpec(
    "get", {}, snapshot=SnapshotSpec(identity=("uuid",)), payload_key="it", changes=("changed", "names"),
    types=(PollEventType("created", first=True), PollEventType("updated")),
)  # fmt: skip


def test_a_snapshot_that_was_waited_for_is_new_and_another_one_too() -> None:
    one, two = {"uuid": "a", "x": 1}, {"uuid": "b", "x": 1}
    told = seen(WATCHED, MISSING, MISSING, one, MISSING, one, {**one, "x": 2}, two, {**one, "x": 2}, two)
    assert [[(each["event_type"], each["changed"]) for each in found] for found in told] == [
        [], [], [("created", [])], [], [], [("updated", ["x"])], [("created", [])], [], [],
    ]  # fmt: skip


def test_the_same_change_at_another_time_is_another_event() -> None:
    memory, identities = None, set()
    for version, x in enumerate([1, 2, 1, 2]):
        fetched = [CallResult({}, {"uuid": "a", "x": x})]
        judged = detect_events(trigger(WATCHED), memory, fetched, version=version, emit_first=False)
        again = detect_events(trigger(WATCHED), memory, fetched, version=version, emit_first=False)
        assert [each.identity for each in judged.emissions] == [each.identity for each in again.emissions]
        identities |= {each.identity for each in judged.emissions}
        memory = judged.memory
    assert len(identities) == 3


def test_a_memory_of_snapshots_is_bounded() -> None:
    memory: Any = None
    for version in range(40):
        fetched = [CallResult({}, {"uuid": str(version)})]
        memory = detect_events(trigger(WATCHED), memory, fetched, version=version, emit_first=False).memory
    assert len(memory["snapshots"]) == detection._SNAPSHOTS


def calls(poll: PollSpec, since: date, today: date = DAY, **settings: Any) -> list[dict[str, Any]]:
    return list(iter_call_inputs(poll, settings, since, today))


def test_inputs_come_from_settings_values_and_switches() -> None:
    poll = PollSpec("get", {
        "id": PollInput(setting="id"), "kind": PollInput(value="all"), "token": PollInput(value="yes", when="wanted"),
        "ttl": PollInput(setting="ttl", when="wanted"), "day": PollInput(setting="day", today="day"),
    })  # fmt: skip
    assert calls(poll, DAY, id=5, ttl=9) == [{"id": 5, "kind": "all", "day": "2026-03-10"}]
    given = calls(poll, DAY, id=5, ttl=9, wanted=True, day="x")
    assert given == [{"id": 5, "kind": "all", "token": "yes", "ttl": 9, "day": "x"}]


MONTHLY = PollSpec("get", {"year": PollInput(today="year"), "month": PollInput(today="month")}, lookback=3)


def test_a_report_by_the_month_reaches_back_over_its_beginning() -> None:
    assert calls(MONTHLY, DAY) == [{"year": 2026, "month": 3}]
    new_year = date(2026, 1, 2)
    assert calls(MONTHLY, new_year, new_year) == [{"year": 2025, "month": 12}, {"year": 2026, "month": 1}]
    assert [each["month"] for each in calls(MONTHLY, date(2025, 12, 20))] == [12, 1, 2, 3]
    assert len(calls(MONTHLY, date(2020, 1, 1))) == 13


def test_a_list_by_days_reaches_back_in_spans() -> None:
    poll = PollSpec("list", {}, lookback=7, span=DateSpan("from", "to", 30))
    assert calls(poll, DAY) == [{"from": "2026-03-03", "to": "2026-03-10"}]
    assert calls(poll, date(2026, 1, 31)) == [
        {"from": "2026-01-24", "to": "2026-02-22"}, {"from": "2026-02-23", "to": "2026-03-10"},
    ]  # fmt: skip
    # A clock that was set back asks for no day to come.
    assert calls(poll, date(2026, 3, 20)) == [{"from": "2026-03-03", "to": "2026-03-10"}]
