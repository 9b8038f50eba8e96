"""Test that pruning does not make a delivery new that could still be accepted."""

from __future__ import annotations

import json

import pytest
from tests.events.inbox.conftest import make_event
from tests.support.deliveries import build_event_body

from zoom_component.events.inbox.protocols import EventQuery, Inbox, Subscription, to_incoming_event
from zoom_component.events.webhook import SIGNATURE_WINDOW, parse_event


@pytest.mark.parametrize("age", [0.0, 1.0, SIGNATURE_WINDOW, 2 * SIGNATURE_WINDOW - 10])
def test_a_pruned_event_is_a_duplicate_while_its_signature_may_be_valid(inbox: Inbox, age: float) -> None:
    now = inbox.read_clock()
    event = to_incoming_event(parse_event(build_event_body(), str(int(now))), now - age, "webhook")
    assert inbox.add_events([event]) == [True]
    assert inbox.prune_events(now + 1) == 1
    assert inbox.find_events(EventQuery()) == []
    assert inbox.add_events([event, make_event(2)]) == [False, True]
    inbox.prune_events(now + 1)
    assert inbox.add_events([event]) == [False]


def test_a_window_that_is_longer_keeps_the_key_for_longer(inbox: Inbox) -> None:
    now, month = inbox.read_clock(), 30 * 86_400.0
    event = to_incoming_event(parse_event(build_event_body()), now - month, "webhook", window=month)
    inbox.add_events([event])
    inbox.prune_events(now)
    inbox.prune_events(now)
    assert inbox.add_events([event]) == [False]


def test_keys_of_old_events_are_forgotten(inbox: Inbox) -> None:
    now, old = inbox.read_clock(), make_event(1, received=100.0)
    inbox.add_events([old])
    inbox.prune_events(now - 86_400)
    assert inbox.add_events([old]) == [True]


def test_no_job_is_made_for_a_pruned_event(inbox: Inbox) -> None:
    now = inbox.read_clock()
    event = make_event(1, received=now - 60)
    inbox.subscribe([Subscription("all"), Subscription("ordered", ordered=True)])
    inbox.add_events([event])
    inbox.acknowledge(inbox.claim_jobs(["all", "ordered"], 2, 30, now), now)
    inbox.prune_events(now)
    inbox.add_events([event])
    assert inbox.claim_jobs(["all", "ordered"], 2, 30, now) == []
    assert dict(inbox.count(now).jobs) == {}


def test_a_poll_that_finds_a_pruned_event_again_saves_its_state(inbox: Inbox) -> None:
    event = make_event(1, received=inbox.read_clock(), source="poll:x")
    assert inbox.save_poll_state("poll", {}, 0, [event])
    inbox.prune_events(inbox.read_clock() + 1)
    assert inbox.save_poll_state("poll", {}, 1, [event])
    assert inbox.find_events(EventQuery()) == []


def test_a_later_event_of_the_same_object_is_new(inbox: Inbox) -> None:
    now, body = inbox.read_clock(), json.loads(build_event_body())
    inbox.add_events([to_incoming_event(parse_event(json.dumps(body).encode()), now, "webhook")])
    inbox.prune_events(now + 1)
    later = json.dumps({**body, "event_ts": body["event_ts"] + 1}).encode()
    assert inbox.add_events([to_incoming_event(parse_event(later), now, "webhook")]) == [True]
