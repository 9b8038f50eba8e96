"""Provide an inbox of each engine, and events to store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.protocols import Inbox, IncomingEvent
from zoom_component.events.inbox.sqlite import SqliteInbox


@pytest.fixture(params=["sqlite", "postgres"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inbox]:
    if request.param == "sqlite":
        inbox: Inbox = SqliteInbox(tmp_path / "inbox.db")
    else:
        inbox = PostgresInbox(request.getfixturevalue("inbox_database"))
    yield inbox
    inbox.close()


def make_event(
    number: int, event: str = "meeting.started", object_id: str = "1", received: float = 100.0, source: str = "webhook"
) -> IncomingEvent:
    """Return an event that is unique for each number and name."""
    body = b'{"number": %d}' % number
    return IncomingEvent(f"{event}-{number}", event, number, "AAAB", object_id, body, received, source)
