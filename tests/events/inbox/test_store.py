"""What every engine of the inbox does."""

from __future__ import annotations

from threading import Thread

import pytest
from tests.events.inbox.conftest import arrived

from zoom_component.events.inbox.store import Interest, Outcome, Question, Store

ALL = Interest("all")


def states(store: Store, id: int = 1) -> dict[str, str]:
    return {each.listener: each.state for each in store.outcomes(id)}


def test_an_event_is_new_once(store: Store) -> None:
    assert store.put([arrived(1), arrived(2), arrived(1)]) == [True, True, False]
    assert store.put([arrived(2)]) == [False]
    assert [each.arrival.key for each in store.find(Question())] == ["meeting.started-2", "meeting.started-1"]


def test_each_interest_gets_the_work_it_wants(store: Store) -> None:
    store.register([ALL, Interest("users", ("user.*",))])
    store.put([arrived(1), arrived(2, "user.created")])
    works = store.claim(["all", "users"], 10, 30, now=100)
    assert [(each.listener, each.arrival.event) for each in works] == [
        ("all", "meeting.started"), ("all", "user.created"), ("users", "user.created"),
    ]  # fmt: skip
    assert all(each.attempt == 1 and each.until == 130 for each in works)
    assert works[0].arrival == arrived(1)


def test_a_pattern_can_exclude(store: Store) -> None:
    store.register([Interest("some", ("meeting.*", "!meeting.deleted"))])
    store.put([arrived(1), arrived(2, "meeting.deleted"), arrived(3, "user.created")])
    assert [each.arrival.event for each in store.claim(["some"], 10, 30, now=100)] == ["meeting.started"]


def test_claimed_work_is_given_to_nobody_else_until_its_lease_ends(store: Store) -> None:
    store.register([ALL])
    store.put([arrived(1)])
    [first] = store.claim(["all"], 10, 30, now=100)
    assert store.claim(["all"], 10, 30, now=129) == []
    [second] = store.claim(["all"], 10, 30, now=130)
    assert (first.attempt, second.attempt) == (1, 2)
    store.done([first], now=131)  # too late: another worker has it
    assert states(store) == {"all": "leased"}
    store.done([second], now=132)
    assert store.outcomes(1)[0]._replace(due=0) == Outcome("all", "done", 2, 0, "", 132)
    assert store.claim(["all"], 10, 30, now=1e9) == []


def test_failed_work_comes_again_at_its_time_or_is_dead(store: Store) -> None:
    store.register([ALL])
    store.put([arrived(1)])
    [work] = store.claim(["all"], 1, 30, now=100)
    store.fail(work, "it was closed", 160, now=101)
    assert store.claim(["all"], 1, 30, now=159) == []
    assert store.next_due(["all"]) == 160
    [again] = store.claim(["all"], 1, 30, now=160)
    store.fail(again, "closed for good", None, now=161)
    assert store.outcomes(1) == [Outcome("all", "dead", 2, 161, "closed for good", 161)]
    assert store.next_due(["all"]) is None
    assert store.counts(now=200).states == {"dead": 1}


def test_work_that_is_given_back_was_never_tried(store: Store) -> None:
    store.register([ALL])
    store.put([arrived(1)])
    store.release(store.claim(["all"], 1, 30, now=100))
    [work] = store.claim(["all"], 1, 30, now=100)
    assert work.attempt == 1


def test_an_ordered_listener_has_one_event_of_an_object_at_a_time(store: Store) -> None:
    store.register([Interest("ordered", ordered=True), ALL])
    store.put([arrived(1, object_id="a"), arrived(2, object_id="a"), arrived(3, object_id="b")])
    assert len(store.claim(["all"], 10, 30, now=100)) == 3
    works = store.claim(["ordered"], 10, 30, now=100)
    assert [each.id for each in works] == [1, 3]
    store.done(works[1:], now=101)
    store.fail(works[0], "not yet", 200, now=101)
    assert store.claim(["ordered"], 10, 30, now=150) == []  # 2 waits for 1
    [first] = store.claim(["ordered"], 10, 30, now=200)
    store.fail(first, "never", None, now=200)
    assert [each.id for each in store.claim(["ordered"], 10, 30, now=201)] == [2]  # a dead one holds nobody up


def test_a_listener_that_comes_later_has_what_comes_later_and_what_is_replayed(store: Store) -> None:
    store.put([arrived(1), arrived(2, "user.created")])
    store.register([ALL, Interest("users", ("user.*",))])
    assert store.claim(["all"], 10, 30, now=100) == []
    assert store.replay(Question(), (), now=100) == 3
    assert store.replay(Question(), (), now=100) == 0  # it waits already
    works = store.claim(["all", "users"], 10, 30, now=100)
    store.done(works, now=101)
    assert store.replay(Question(ids=(2,)), ("users",), now=102) == 1
    assert [each.attempt for each in store.claim(["users"], 10, 30, now=102)] == [1]


def test_a_retired_listener_leaves_nothing_undone(store: Store) -> None:
    store.register([ALL])
    store.put([arrived(1)])
    store.retire("all")
    assert (store.interests(), store.outcomes(1)) == ([], [])


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (Question(), [4, 3, 2, 1]),
        (Question(most=2), [4, 3]),
        (Question(most=2, before=3), [2, 1]),
        (Question(ids=(1, 3, 9)), [3, 1]),
        (Question(events=("user.*", "webinar.ended")), [3, 2]),
        (Question(since=200, until=300), [2]),
        (Question(source="poll:x"), [4]),
        (Question(object_id="b"), [3]),
        (Question(state="done"), [1]),
        (Question(state="ready", listener="users"), [2]),
        (Question(events=("user.*",), since=500), []),
    ],
)
def test_events_are_found_by_what_is_asked(store: Store, question: Question, found: list[int]) -> None:
    store.register([ALL, Interest("users", ("user.*",))])
    store.put([
        arrived(1, received=100), arrived(2, "user.created", received=200),
        arrived(3, "webinar.ended", "b", received=300), arrived(4, received=400, source="poll:x"),
    ])  # fmt: skip
    store.done(store.claim(["all"], 1, 30, now=500), now=500)
    assert [each.id for each in store.find(question)] == found


def test_what_is_finished_and_old_is_pruned(store: Store) -> None:
    store.register([ALL])
    store.put([arrived(1, received=1), arrived(2, received=2), arrived(3, received=3), arrived(4, received=400)])
    first, second, _, last = store.claim(["all"], 4, 30, now=500)
    store.done([first, last], now=500)
    store.fail(second, "no", None, now=500)
    assert store.prune(before=300) == 1
    assert [each.id for each in store.find(Question())] == [4, 3, 2]
    assert store.put([arrived(5)]) == [True]
    assert store.find(Question())[0].id == 5  # no number comes twice


def test_a_state_is_kept_with_what_came_of_it_or_not_at_all(store: Store) -> None:
    assert store.state("poll") == (None, 0)
    assert store.keep("poll", {"seen": [1]}, 0, [arrived(1)])
    assert store.state("poll") == ({"seen": [1]}, 1)
    assert not store.keep("poll", {"seen": [2]}, 0, [arrived(2)])  # another worker was quicker
    assert store.keep("poll", {"seen": [1, 2]}, 1, [arrived(2), arrived(1)])
    assert len(store.find(Question())) == 2
    assert list(store.names()) == ["poll"]


def test_a_lease_has_one_owner_at_a_time(store: Store) -> None:
    assert store.hold("poll", "one", 60, now=100)
    assert store.hold("poll", "one", 60, now=110)
    assert not store.hold("poll", "two", 60, now=169)
    assert store.hold("poll", "two", 60, now=170)
    store.let_go("poll", "one")
    assert not store.hold("poll", "one", 60, now=171)
    store.let_go("poll", "two")
    assert store.hold("poll", "one", 60, now=171)


def test_marks_tell_when_something_was_last_seen(store: Store) -> None:
    store.mark("validation", 100.5)
    store.mark("validation", 200.5)
    assert dict(store.marks()) == {"validation": 200.5}


def test_counts_tell_how_much_waits_and_since_when(store: Store) -> None:
    store.register([ALL])
    store.put([arrived(1, received=50), arrived(2, received=60)])
    counted = store.counts(now=100)
    assert (counted.events, dict(counted.states), counted.oldest) == (2, {"ready": 2}, 50)
    assert counted.unfinished == {"all": {"ready": 2}}
    store.done(store.claim(["all"], 1, 30, now=100), now=100)
    assert store.counts(now=100).unfinished == {"all": {"ready": 1}}


@pytest.mark.parametrize("stamp", [None, 0, -1, 2**63 - 1, 2**70])
def test_a_time_of_any_size_is_kept_or_left_out(store: Store, stamp: int | None) -> None:
    store.put([arrived(1)._replace(event_ts=stamp)])
    assert store.find(Question())[0].arrival.event_ts == (stamp if stamp != 2**70 else None)


def test_many_threads_share_one_inbox_without_losing_or_doubling(store: Store) -> None:
    store.register([ALL])
    taken: list[int] = []

    def give(first: int) -> None:
        for number in range(first, first + 50):
            store.put([arrived(number), arrived(number)])

    def take() -> None:
        while len(taken) < 200:
            works = store.claim(["all"], 7, 1e6, now=1e3)
            taken.extend(each.id for each in works)
            store.done(works, now=1e3)

    threads = [Thread(target=give, args=(n,)) for n in (0, 50, 100, 150)] + [Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(taken) == len(set(taken)) == len(store.find(Question(most=1000, state="done"))) == 200
