"""What a poll makes of what it fetched: new items once each, memories that stay small, calls that reach back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zoom_component.events.webhook import polls
from zoom_component.events.webhook.asking import asks
from zoom_component.events.webhook.polls import MISSING, Fetched, judge
from zoom_component.spec.spec import EventType, Given, Poll, Snapshot, Span, TriggerSpec

ITEMS = Poll("list", {}, identity=("id",), holds="thing", types=(EventType("made"),))
DAY = date(2026, 3, 10)


def trigger(poll: Poll) -> TriggerSpec:
    return TriggerSpec("thing", "Thing", "Things", {}, poll=poll)


def seen(poll: Poll, *answers: Any, emit_first: bool = False) -> list[list[Any]]:
    """What each answer in turn is told of."""
    memory, told = None, list[list[Any]]()
    for version, answer in enumerate(answers):
        judged = judge(trigger(poll), memory, [Fetched({}, answer)], version=version, emit_first=emit_first)
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
    assert seen(Poll("list", {}, identity=("id",)), [], [{"id": 1, "x": 2}])[1] == [{"id": 1, "x": 2}]


def test_items_without_identity_go_by_all_they_say() -> None:
    assert seen(ITEMS, [{"x": 1}], [{"x": 1}, {"x": 2}])[1] == [{"event_type": "made", "thing": {"x": 2}}]


def test_a_memory_of_items_is_bounded() -> None:
    first = judge(trigger(ITEMS), None, [Fetched({}, [{"id": n} for n in range(12_000)])], version=0, emit_first=False)
    then = judge(trigger(ITEMS), first.memory, [Fetched({}, [{"id": -1}])], version=1, emit_first=False)
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


WATCHED = Poll(
    "get", {}, snapshot=Snapshot(identity=("uuid",)), holds="it", changes=("changed", "names"),
    types=(EventType("created", first=True), EventType("updated")),
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
        fetched = [Fetched({}, {"uuid": "a", "x": x})]
        judged = judge(trigger(WATCHED), memory, fetched, version=version, emit_first=False)
        again = judge(trigger(WATCHED), memory, fetched, version=version, emit_first=False)
        assert [each.identity for each in judged.emissions] == [each.identity for each in again.emissions]
        identities |= {each.identity for each in judged.emissions}
        memory = judged.memory
    assert len(identities) == 3


def test_a_memory_of_snapshots_is_bounded() -> None:
    memory: Any = None
    for version in range(40):
        fetched = [Fetched({}, {"uuid": str(version)})]
        memory = judge(trigger(WATCHED), memory, fetched, version=version, emit_first=False).memory
    assert len(memory["snapshots"]) == polls._SNAPSHOTS


def calls(poll: Poll, since: date, today: date = DAY, **settings: Any) -> list[dict[str, Any]]:
    return list(asks(poll, settings, since, today))


def test_inputs_come_from_settings_values_and_switches() -> None:
    poll = Poll("get", {
        "id": Given(setting="id"), "kind": Given(value="all"), "token": Given(value="yes", when="wanted"),
        "ttl": Given(setting="ttl", when="wanted"), "day": Given(setting="day", today="day"),
    })  # fmt: skip
    assert calls(poll, DAY, id=5, ttl=9) == [{"id": 5, "kind": "all", "day": "2026-03-10"}]
    given = calls(poll, DAY, id=5, ttl=9, wanted=True, day="x")
    assert given == [{"id": 5, "kind": "all", "token": "yes", "ttl": 9, "day": "x"}]


MONTHLY = Poll("get", {"year": Given(today="year"), "month": Given(today="month")}, lookback=3)


def test_a_report_by_the_month_reaches_back_over_its_beginning() -> None:
    assert calls(MONTHLY, DAY) == [{"year": 2026, "month": 3}]
    new_year = date(2026, 1, 2)
    assert calls(MONTHLY, new_year, new_year) == [{"year": 2025, "month": 12}, {"year": 2026, "month": 1}]
    assert [each["month"] for each in calls(MONTHLY, date(2025, 12, 20))] == [12, 1, 2, 3]
    assert len(calls(MONTHLY, date(2020, 1, 1))) == 13


def test_a_list_by_days_reaches_back_in_spans() -> None:
    poll = Poll("list", {}, lookback=7, span=Span("from", "to", 30))
    assert calls(poll, DAY) == [{"from": "2026-03-03", "to": "2026-03-10"}]
    assert calls(poll, date(2026, 1, 31)) == [
        {"from": "2026-01-24", "to": "2026-02-22"}, {"from": "2026-02-23", "to": "2026-03-10"},
    ]  # fmt: skip
    # A clock that was set back asks for no day to come.
    assert calls(poll, date(2026, 3, 20)) == [{"from": "2026-03-03", "to": "2026-03-10"}]
