"""Test what every engine of the inbox does."""

from __future__ import annotations

from threading import Thread

import pytest
from tests.events.inbox.conftest import make_event

from zoom_component.events.inbox.protocols import EventQuery, Inbox, JobStatus, Subscription

ALL = Subscription("all")


def list_states(inbox: Inbox, id: int = 1) -> dict[str, str]:
    return {each.listener: each.state for each in inbox.list_job_statuses(id)}


def test_an_event_is_new_once(inbox: Inbox) -> None:
    assert inbox.add_events([make_event(1), make_event(2), make_event(1)]) == [True, True, False]
    assert inbox.add_events([make_event(2)]) == [False]
    assert [each.event.key for each in inbox.find_events(EventQuery())] == ["meeting.started-2", "meeting.started-1"]


def test_each_subscription_gets_jobs_for_its_events(inbox: Inbox) -> None:
    inbox.subscribe([ALL, Subscription("users", ("user.*",))])
    inbox.add_events([make_event(1), make_event(2, "user.created")])
    works = inbox.claim_jobs(["all", "users"], 10, 30, now=100)
    assert [(each.listener, each.event.name) for each in works] == [
        ("all", "meeting.started"), ("all", "user.created"), ("users", "user.created"),
    ]  # fmt: skip
    assert all(each.attempt == 1 and each.leased_until == 130 for each in works)
    assert works[0].event == make_event(1)


def test_a_pattern_can_exclude(inbox: Inbox) -> None:
    inbox.subscribe([Subscription("some", ("meeting.*", "!meeting.deleted"))])
    inbox.add_events([make_event(1), make_event(2, "meeting.deleted"), make_event(3, "user.created")])
    assert [each.event.name for each in inbox.claim_jobs(["some"], 10, 30, now=100)] == ["meeting.started"]


def test_a_claimed_job_is_leased_until_its_lease_ends(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    inbox.add_events([make_event(1)])
    [first] = inbox.claim_jobs(["all"], 10, 30, now=100)
    assert inbox.claim_jobs(["all"], 10, 30, now=129) == []
    [second] = inbox.claim_jobs(["all"], 10, 30, now=130)
    assert (first.attempt, second.attempt) == (1, 2)
    inbox.acknowledge([first], now=131)  # too late: another worker has it
    assert list_states(inbox) == {"all": "leased"}
    inbox.acknowledge([second], now=132)
    assert inbox.list_job_statuses(1)[0]._replace(due=0) == JobStatus("all", "done", 2, 0, "", 132)
    assert inbox.claim_jobs(["all"], 10, 30, now=1e9) == []


def test_a_failed_job_is_retried_or_becomes_a_dead_letter(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    inbox.add_events([make_event(1)])
    [work] = inbox.claim_jobs(["all"], 1, 30, now=100)
    inbox.record_failure(work, "it was closed", 160, now=101)
    assert inbox.claim_jobs(["all"], 1, 30, now=159) == []
    assert inbox.find_next_due(["all"]) == 160
    [again] = inbox.claim_jobs(["all"], 1, 30, now=160)
    inbox.record_failure(again, "closed for good", None, now=161)
    assert inbox.list_job_statuses(1) == [JobStatus("all", "dead", 2, 161, "closed for good", 161)]
    assert inbox.find_next_due(["all"]) is None
    assert inbox.count(now=200).jobs == {"dead": 1}


def test_a_released_job_has_no_attempt(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    inbox.add_events([make_event(1)])
    inbox.release_jobs(inbox.claim_jobs(["all"], 1, 30, now=100))
    [work] = inbox.claim_jobs(["all"], 1, 30, now=100)
    assert work.attempt == 1


def test_an_ordered_listener_has_one_event_of_an_object_at_a_time(inbox: Inbox) -> None:
    inbox.subscribe([Subscription("ordered", ordered=True), ALL])
    inbox.add_events([make_event(1, object_id="a"), make_event(2, object_id="a"), make_event(3, object_id="b")])
    assert len(inbox.claim_jobs(["all"], 10, 30, now=100)) == 3
    works = inbox.claim_jobs(["ordered"], 10, 30, now=100)
    assert [each.event_id for each in works] == [1, 3]
    inbox.acknowledge(works[1:], now=101)
    inbox.record_failure(works[0], "not yet", 200, now=101)
    assert inbox.claim_jobs(["ordered"], 10, 30, now=150) == []  # 2 waits for 1
    [first] = inbox.claim_jobs(["ordered"], 10, 30, now=200)
    inbox.record_failure(first, "never", None, now=200)
    assert [each.event_id for each in inbox.claim_jobs(["ordered"], 10, 30, now=201)] == [
        2
    ]  # a dead one holds nobody up


def test_a_new_listener_gets_new_and_replayed_events(inbox: Inbox) -> None:
    inbox.add_events([make_event(1), make_event(2, "user.created")])
    inbox.subscribe([ALL, Subscription("users", ("user.*",))])
    assert inbox.claim_jobs(["all"], 10, 30, now=100) == []
    assert inbox.replay_events(EventQuery(), (), now=100) == 3
    assert inbox.replay_events(EventQuery(), (), now=100) == 0  # it waits already
    works = inbox.claim_jobs(["all", "users"], 10, 30, now=100)
    inbox.acknowledge(works, now=101)
    assert inbox.replay_events(EventQuery(ids=(2,)), ("users",), now=102) == 1
    assert [each.attempt for each in inbox.claim_jobs(["users"], 10, 30, now=102)] == [1]


def test_an_unsubscribed_listener_has_no_unfinished_jobs(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    inbox.add_events([make_event(1)])
    inbox.unsubscribe("all")
    assert (inbox.list_subscriptions(), inbox.list_job_statuses(1)) == ([], [])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (EventQuery(), [4, 3, 2, 1]),
        (EventQuery(limit=2), [4, 3]),
        (EventQuery(limit=2, before_id=3), [2, 1]),
        (EventQuery(ids=(1, 3, 9)), [3, 1]),
        (EventQuery(patterns=("user.*", "webinar.ended")), [3, 2]),
        (EventQuery(since=200, until=300), [2]),
        (EventQuery(source="poll:x"), [4]),
        (EventQuery(object_id="b"), [3]),
        (EventQuery(state="done"), [1]),
        (EventQuery(state="ready", listener="users"), [2]),
        (EventQuery(patterns=("user.*",), since=500), []),
    ],
)
def test_a_query_selects_events(inbox: Inbox, query: EventQuery, ids: list[int]) -> None:
    inbox.subscribe([ALL, Subscription("users", ("user.*",))])
    inbox.add_events([
        make_event(1, received=100), make_event(2, "user.created", received=200),
        make_event(3, "webinar.ended", "b", received=300), make_event(4, received=400, source="poll:x"),
    ])  # fmt: skip
    inbox.acknowledge(inbox.claim_jobs(["all"], 1, 30, now=500), now=500)
    assert [each.id for each in inbox.find_events(query)] == ids


def test_old_finished_events_are_pruned(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    inbox.add_events(
        [make_event(1, received=1), make_event(2, received=2), make_event(3, received=3), make_event(4, received=400)]
    )
    first, second, _, last = inbox.claim_jobs(["all"], 4, 30, now=500)
    inbox.acknowledge([first, last], now=500)
    inbox.record_failure(second, "no", None, now=500)
    assert inbox.prune_events(before=300) == 1
    assert [each.id for each in inbox.find_events(EventQuery())] == [4, 3, 2]
    assert inbox.add_events([make_event(5)]) == [True]
    assert inbox.find_events(EventQuery())[0].id == 5  # no number comes twice


def test_a_poll_state_is_saved_together_with_its_events(inbox: Inbox) -> None:
    assert inbox.load_poll_state("poll") == (None, 0)
    assert inbox.save_poll_state("poll", {"seen": [1]}, 0, [make_event(1)])
    assert inbox.load_poll_state("poll") == ({"seen": [1]}, 1)
    assert not inbox.save_poll_state("poll", {"seen": [2]}, 0, [make_event(2)])  # another worker was quicker
    assert inbox.save_poll_state("poll", {"seen": [1, 2]}, 1, [make_event(2), make_event(1)])
    assert len(inbox.find_events(EventQuery())) == 2
    assert list(inbox.list_poll_names()) == ["poll"]


def test_a_lease_has_one_owner_at_a_time(inbox: Inbox) -> None:
    assert inbox.acquire_lease("poll", "one", 60, now=100)
    assert inbox.acquire_lease("poll", "one", 60, now=110)
    assert not inbox.acquire_lease("poll", "two", 60, now=169)
    assert inbox.acquire_lease("poll", "two", 60, now=170)
    inbox.release_lease("poll", "one")
    assert not inbox.acquire_lease("poll", "one", 60, now=171)
    inbox.release_lease("poll", "two")
    assert inbox.acquire_lease("poll", "one", 60, now=171)


def test_timestamps_are_stored_by_name(inbox: Inbox) -> None:
    inbox.set_timestamp("validation", 100.5)
    inbox.set_timestamp("validation", 200.5)
    assert dict(inbox.get_timestamps()) == {"validation": 200.5}


def test_counts_show_unfinished_jobs_and_their_age(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    inbox.add_events([make_event(1, received=50), make_event(2, received=60)])
    counted = inbox.count(now=100)
    assert (counted.events, dict(counted.jobs), counted.oldest_unfinished) == (2, {"ready": 2}, 50)
    assert counted.unfinished_jobs == {"all": {"ready": 2}}
    inbox.acknowledge(inbox.claim_jobs(["all"], 1, 30, now=100), now=100)
    assert inbox.count(now=100).unfinished_jobs == {"all": {"ready": 1}}


@pytest.mark.parametrize("stamp", [None, 0, -1, 2**63 - 1, 2**70])
def test_a_timestamp_of_any_size_is_stored_or_left_out(inbox: Inbox, stamp: int | None) -> None:
    inbox.add_events([make_event(1)._replace(event_ts=stamp)])
    assert inbox.find_events(EventQuery())[0].event.event_ts == (stamp if stamp != 2**70 else None)


def test_threads_share_an_inbox_without_lost_or_duplicate_jobs(inbox: Inbox) -> None:
    inbox.subscribe([ALL])
    taken: list[int] = []

    def give(first: int) -> None:
        for number in range(first, first + 50):
            inbox.add_events([make_event(number), make_event(number)])

    def take() -> None:
        while len(taken) < 200:
            works = inbox.claim_jobs(["all"], 7, 1e6, now=1e3)
            taken.extend(each.event_id for each in works)
            inbox.acknowledge(works, now=1e3)

    threads = [Thread(target=give, args=(n,)) for n in (0, 50, 100, 150)] + [Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(taken) == len(set(taken)) == len(inbox.find_events(EventQuery(limit=1000, state="done"))) == 200
