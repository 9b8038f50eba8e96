"""An inbox of a test's own, events to put into it, and listeners that do as they are told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zoom_component.events.inbox.sqlite import SqliteStore
from zoom_component.events.inbox.store import Arrival, Outcome, Store, arrival
from zoom_component.events.listeners import Dispatcher, Listener, Told
from zoom_component.events.listeners.callables import Called
from zoom_component.events.webhook import filter_of, read_event

NOW = 1_773_140_400.0  # 2026-03-10T11:00:00Z


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = SqliteStore(tmp_path / "inbox.db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def told() -> list[Told]:
    return []


@pytest.fixture
def dispatcher(store: Store, clock: Hands, told: list[Told]) -> Dispatcher:
    """Without listeners, on a clock that stands; no chance, and no idling."""
    return Dispatcher(store, clock=clock, chance=lambda: 1.0, tell=told.append, idle=0.02)


def came(number: int = 1, event: str = "meeting.started", object_id: Any = "1", **thing: Any) -> Arrival:
    """An event as it is put into an inbox."""
    thing = {"id": object_id, "topic": f"Meeting {number}", **thing}
    body = {"event": event, "event_ts": number, "payload": {"account_id": "AAAB", "object": thing}}
    return arrival(read_event(json.dumps(body).encode()), NOW, "webhook")


def listener(function: Callable[..., Any], name: str = "one", **how: Any) -> Listener:
    """A listener of a function; `events` and `where` are its filter."""
    words = {word: how.pop(word) for word in ("events", "where") if word in how}
    return Listener(name, Called(function), filter_of(words), **how)


def outcome(store: Store, id: int = 1) -> Outcome:
    """How the only listener stands with an event."""
    [found] = store.outcomes(id)
    return found
