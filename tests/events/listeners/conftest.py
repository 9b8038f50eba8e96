"""Provide an inbox for each test, events to store, and listeners."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zoom_component.events.inbox.protocols import Inbox, IncomingEvent, JobStatus, to_incoming_event
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners import AttemptResult, Dispatcher, Listener
from zoom_component.events.listeners.functions import FunctionHandler
from zoom_component.events.webhook import parse_event, parse_filter

NOW = 1_773_140_400.0  # 2026-03-10T11:00:00Z


class SettableClock:
    """Return a time that changes only when it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    yield inbox
    inbox.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def results() -> list[AttemptResult]:
    return []


@pytest.fixture
def dispatcher(inbox: Inbox, clock: SettableClock, results: list[AttemptResult]) -> Dispatcher:
    """Return a dispatcher without listeners, with a manual clock and without random delays."""
    return Dispatcher(inbox, clock=clock, random=lambda: 1.0, on_result=results.append, poll_interval=0.02)


def make_event(number: int = 1, event: str = "meeting.started", object_id: Any = "1", **thing: Any) -> IncomingEvent:
    """Return an event to store."""
    thing = {"id": object_id, "topic": f"Meeting {number}", **thing}
    body = {"event": event, "event_ts": number, "payload": {"account_id": "AAAB", "object": thing}}
    return to_incoming_event(parse_event(json.dumps(body).encode()), NOW, "webhook")


def listener(function: Callable[..., Any], name: str = "one", **options: Any) -> Listener:
    """Return a listener that calls a function; `events` and `where` are its filter."""
    words = {word: options.pop(word) for word in ("events", "where") if word in options}
    return Listener(name, FunctionHandler(function), parse_filter(words), **options)


def get_job_status(inbox: Inbox, id: int = 1) -> JobStatus:
    """Return the state of an event's only job."""
    [status] = inbox.list_job_statuses(id)
    return status
