"""Test that events reach listeners until they acknowledge them, and never afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.events.listeners.conftest import NOW, SettableClock, get_job_status, listener, make_event

from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery, Inbox
from zoom_component.events.listeners import AttemptResult, Delivery, Dispatcher, Reject, Retry, RetrySchedule, pool
from zoom_component.events.webhook import Event


def test_each_listener_gets_each_matching_event_once(dispatcher: Dispatcher, inbox: Inbox) -> None:
    all_, few = list[str](), list[str]()
    dispatcher.add_listeners(listener(lambda event: all_.append(event.name), "all"))
    dispatcher.add_listeners(listener(lambda event: few.append(event.name), "few", events=["user.*"]))
    inbox.add_events([make_event(1), make_event(2, "user.created"), make_event(3, "meeting.ended")])
    assert dispatcher.run_until_idle() == {"done": 4}
    assert sorted(all_) == ["meeting.ended", "meeting.started", "user.created"]
    assert few == ["user.created"]
    assert dispatcher.run_until_idle() == {}
    assert len(all_) == 3


def test_a_filter_excludes_events_by_their_body(
    dispatcher: Dispatcher, inbox: Inbox, results: list[AttemptResult]
) -> None:
    seen = list[str]()
    where = {"payload.object.topic": {"matches": "*2"}}
    dispatcher.add_listeners(listener(lambda event: seen.append(event.object["topic"]), where=where))
    inbox.add_events([make_event(1), make_event(2)])
    assert dispatcher.run_until_idle() == {"done": 1, "filtered": 1}
    assert seen == ["Meeting 2"]


def test_a_failure_is_retried_with_growing_delays_until_it_is_dead(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock, results: list[AttemptResult]
) -> None:
    def fail(event: Event) -> None:
        raise ValueError("it is closed")

    dispatcher.add_listeners(
        listener(fail, retry=RetrySchedule(max_attempts=4, first_delay=10, factor=3, max_delay=60))
    )
    inbox.add_events([make_event()])
    for wait in (10, 30, 60):
        assert dispatcher.run_until_idle() == {"retry": 1}
        assert get_job_status(inbox)[1:5] == (
            "ready",
            results[-1].attempt,
            clock.now + wait,
            "ValueError: it is closed",
        )
        assert dispatcher.run_until_idle() == {}
        clock.now += wait
    assert dispatcher.run_until_idle() == {"dead": 1}
    assert (get_job_status(inbox).state, get_job_status(inbox).attempts) == ("dead", 4)
    assert [each.state for each in results] == ["retry", "retry", "retry", "dead"]


def test_delays_are_shortened_at_random_by_up_to_a_half() -> None:
    retry = RetrySchedule(max_attempts=10, first_delay=10, factor=2, max_delay=100)
    assert [retry.compute_delay(attempt, 1.0) for attempt in (1, 2, 3, 4, 5, 9)] == [10, 20, 40, 80, 100, 100]
    assert [retry.compute_delay(attempt, 0.0) for attempt in (1, 5)] == [5, 50]
    assert retry.compute_delay(10, 0.0) is None
    assert RetrySchedule(max_attempts=10**6, factor=10).compute_delay(10**5, 1.0) == 3600


def test_a_listener_can_reject_or_ask_for_a_retry_time(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock
) -> None:
    def decide(event: Event) -> None:
        if event.event_ts == 1:
            raise Reject("nobody knows this meeting")
        raise Retry("not there yet", after=500)

    dispatcher.add_listeners(listener(decide))
    inbox.add_events([make_event(1), make_event(2)])
    assert dispatcher.run_until_idle() == {"dead": 1, "retry": 1}
    assert get_job_status(inbox)[1:3] == ("dead", 1)
    assert get_job_status(inbox).error == "nobody knows this meeting"
    assert get_job_status(inbox, 2)[1:5] == ("ready", 1, clock.now + 500, "not there yet")


def test_an_event_that_kills_its_worker_becomes_a_dead_letter(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock
) -> None:
    calls = list[Event]()
    dispatcher.add_listeners(listener(calls.append, retry=RetrySchedule(max_attempts=2)))
    inbox.add_events([make_event()])
    for _ in range(2):  # a worker takes it and is never heard of again
        assert len(inbox.claim_jobs(["one"], 1, 30, clock.now)) == 1
        clock.now += 31
    assert dispatcher.run_until_idle() == {"dead": 1}
    assert (calls, get_job_status(inbox).error) == (
        [],
        "all 2 attempts ended without a result: the worker was killed each time",
    )


def test_a_second_parameter_gets_the_delivery(dispatcher: Dispatcher, inbox: Inbox) -> None:
    seen = list[Delivery]()
    dispatcher.add_listeners(listener(lambda event, delivery: seen.append(delivery)))
    inbox.add_events([make_event()])
    dispatcher.run_until_idle()
    assert (*seen[0][:2], *seen[0][3:]) == (1, make_event().key, "one", 1, "webhook", NOW)


def test_a_decorator_makes_a_listener(dispatcher: Dispatcher, inbox: Inbox) -> None:
    seen = list[str]()

    @dispatcher.on("meeting.*", "!meeting.ended", where={"payload.object.id": "1"}, ordered=True)
    def meetings(event: Event) -> None:
        seen.append(event.name)

    inbox.add_events(
        [make_event(1), make_event(2, "meeting.ended"), make_event(3, object_id="2"), make_event(4, "user.created")]
    )
    dispatcher.run_until_idle()
    assert seen == ["meeting.started"]
    [known] = inbox.list_subscriptions()
    assert known == ("meetings", ("meeting.*", "!meeting.ended"), True)
    with pytest.raises(InputError, match="already exists"):
        dispatcher.on(name="meetings")(meetings)


def test_coroutines_share_one_loop_and_are_cancelled_at_the_timeout(dispatcher: Dispatcher, inbox: Inbox) -> None:
    import asyncio

    loops, cancelled = set[Any](), list[bool]()

    async def slow(event: Event) -> None:
        loops.add(asyncio.get_running_loop())
        if event.event_ts == 1:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

    dispatcher.add_listeners(listener(slow, timeout=0.1))
    inbox.add_events([make_event(1), make_event(2), make_event(3)])
    assert dispatcher.run_until_idle() == {"retry": 1, "done": 2}
    assert get_job_status(inbox).error == "TimeoutError: the function did not return within 0.1 seconds"
    assert (len(loops), cancelled) == (1, [True])
    inbox.add_events([make_event(4)])
    assert dispatcher.run_until_idle() == {"done": 1}
    assert len(loops) == 2  # the first ended with its drain


def test_an_ordered_listener_gets_the_events_of_an_object_in_order(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock
) -> None:
    seen, now, most = list[tuple[str, Any]](), set[str](), [0]
    guard = threading.Lock()

    def look(event: Event) -> None:
        with guard:
            assert event.object_id not in now
            now.add(event.object_id)
            most[0] = max(most[0], len(now))
        time.sleep(0.01)
        with guard:
            now.discard(event.object_id)
            seen.append((event.object_id, event.event_ts))

    dispatcher.add_listeners(listener(look, ordered=True))
    inbox.add_events([make_event(number, object_id=str(number % 3)) for number in range(18)])
    assert dispatcher.run_until_idle() == {"done": 18}
    for thing in ("0", "1", "2"):
        mine = [ts for id, ts in seen if id == thing]
        assert mine == sorted(mine)
    assert most[0] > 1


@contextmanager
def hanging() -> Iterator[tuple[threading.Event, Any]]:
    """Return a function that blocks, and the threading event that releases it."""
    free = threading.Event()
    yield free, lambda event: free.wait(30)
    free.set()


def test_a_blocked_listener_delays_neither_others_nor_the_end(dispatcher: Dispatcher, inbox: Inbox) -> None:
    with hanging() as (_, hang):
        dispatcher.add_listeners(listener(hang, "hangs", timeout=0.05, concurrency=2))
        dispatcher.add_listeners(listener(lambda event: None, "quick"))
        inbox.add_events([make_event(number) for number in range(6)])
        tally = dispatcher.run_until_idle(shutdown_timeout=0.1)
        assert tally == {"done": 6, "retry": 6}  # a thread that hangs is replaced
        assert dispatcher.stuck_threads == {"hangs": 6}
        states = {each.state for id in range(1, 7) for each in inbox.list_job_statuses(id) if each.listener == "hangs"}
        assert states == {"ready"}
    for _ in range(100):
        if not dispatcher.stuck_threads:
            break
        time.sleep(0.01)
    assert dispatcher.stuck_threads == {}


def test_the_number_of_blocked_threads_is_bounded(
    dispatcher: Dispatcher, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pool, "MAX_STUCK_THREADS", 1)
    with hanging() as (_, hang):
        dispatcher.add_listeners(listener(hang, "hangs", timeout=0.05, concurrency=2))
        inbox.add_events([make_event(number) for number in range(20)])
        assert dispatcher.run_until_idle(shutdown_timeout=0.1) == {"retry": 3}
        assert dispatcher.stuck_threads == {"hangs": 3}
    assert "listener hangs: threads that are past their timeout: 3" in caplog.text


def test_background_jobs_end_or_are_released(inbox: Inbox, clock: SettableClock) -> None:
    begun, seen = threading.Event(), list[int | None]()
    with hanging() as (_, hang):

        def first_hangs(event: Event) -> None:
            if event.event_ts == 1:
                begun.set()
                hang(event)
            seen.append(event.event_ts)

        running = Dispatcher(inbox, [listener(first_hangs, ordered=True)], clock=clock, poll_interval=0.01)
        running.start()
        inbox.add_events([make_event(1), make_event(2, object_id="2")])
        running.wake()
        assert begun.wait(5)
        while not seen:
            time.sleep(0.005)
        running.stop(shutdown_timeout=0.05)
        assert get_job_status(inbox, 1)[1:3] == ("ready", 0)
        assert get_job_status(inbox, 2).state == "done"
        inbox.add_events([make_event(3)])
    assert get_job_status(inbox, 3).state == "ready"


def test_a_background_dispatcher_gets_new_events_soon(inbox: Inbox) -> None:
    seen = threading.Event()
    with Dispatcher(inbox, [listener(lambda event: seen.set())], poll_interval=0.01):
        inbox.add_events([make_event()])
        assert seen.wait(5)
    assert get_job_status(inbox).state == "done"


def test_two_dispatchers_share_the_jobs_without_duplicates(inbox: Inbox) -> None:
    seen, guard = list[int | None](), threading.Lock()

    def note(event: Event) -> None:
        with guard:
            seen.append(event.event_ts)

    inbox.subscribe([listener(note).subscription])
    inbox.add_events([make_event(number) for number in range(120)])
    both = [Dispatcher(inbox, [listener(note)], poll_interval=0.01) for _ in range(2)]
    threads = [threading.Thread(target=each.run_until_idle) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(seen) == list(range(120))  # type: ignore[type-var]
    assert len(inbox.find_events(EventQuery(state="done", limit=1000))) == 120


def test_a_stored_error_has_no_secret_of_the_event(dispatcher: Dispatcher, inbox: Inbox) -> None:
    def leak(event: Event) -> None:
        raise ValueError(f"{event.body['download_token']} and Bearer abcdefghijkl " + "x" * 5000)

    body = make_event()._replace(body=b'{"event":"meeting.started","download_token":"very-hush-hush"}')
    dispatcher.add_listeners(listener(leak, retry=RetrySchedule(max_attempts=1)))
    inbox.add_events([body])
    dispatcher.run_until_idle()
    error = get_job_status(inbox).error
    assert error.startswith("ValueError: [redacted] and Bearer [redacted] xxx")
    assert len(error) == 2000


def test_a_body_that_is_not_json_gives_an_event_with_its_columns(dispatcher: Dispatcher, inbox: Inbox) -> None:
    seen = list[Event]()
    dispatcher.add_listeners(listener(seen.append))
    inbox.add_events([make_event()._replace(body=b"id=1&status=STARTED")])
    assert dispatcher.run_until_idle() == {"done": 1}
    assert (seen[0].name, seen[0].object_id, seen[0].raw) == ("meeting.started", "1", b"id=1&status=STARTED")


def test_an_exception_of_on_result_is_logged_once_and_the_work_goes_on(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(result: AttemptResult) -> None:
        raise ValueError("a dashboard is away")

    broken = Dispatcher(inbox, [listener(lambda event: None)], on_result=fail, poll_interval=0.01)
    inbox.add_events([make_event(number) for number in range(50)])
    assert broken.run_until_idle() == {"done": 50}
    assert len(inbox.find_events(EventQuery(state="done", limit=100))) == 50
    assert [record.exc_text and "a dashboard is away" in record.exc_text for record in caplog.records] == [True]


def test_one_blocking_coroutine_costs_no_other_event_an_attempt(inbox: Inbox) -> None:
    seen: list[int | None] = []
    with hanging() as (_, hang):

        async def block_once(event: Event) -> None:
            if event.event_ts == 0:
                hang(event)  # blocks the event loop that all coroutines of the listener share
            seen.append(event.event_ts)

        results: list[AttemptResult] = []
        retry = RetrySchedule(max_attempts=1)  # one attempt: whatever fails is a dead letter
        blocked = listener(block_once, timeout=0.2, concurrency=4, retry=retry)
        running = Dispatcher(inbox, [blocked], on_result=results.append, poll_interval=0.01)
        inbox.add_events([make_event(number, object_id=str(number)) for number in range(12)])
        tally = running.run_until_idle(shutdown_timeout=5)
        assert (tally["dead"], tally["done"]) == (1, 11)
        assert {*seen} == {*range(1, 12)}
        released = [each for each in results if each.state == "released"]
        assert all("blocked the event loop" in each.error for each in released)


def test_an_error_that_a_database_cannot_store_is_sanitized(dispatcher: Dispatcher, inbox: Inbox) -> None:
    def fail(event: Event) -> None:
        raise ValueError("half \ud800 and nothing \0 more")

    dispatcher.add_listeners(listener(fail))
    inbox.add_events([make_event()])
    assert dispatcher.run_until_idle() == {"retry": 1}
    assert get_job_status(inbox).error == "ValueError: half ? and nothing   more"
