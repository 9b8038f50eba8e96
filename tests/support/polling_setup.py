"""Provide the sandbox, a fixed clock and an inbox for tests of polling triggers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zoom_component import Component, SessionOptions
from zoom_component.client.session import Session
from zoom_component.events.inbox.protocols import EventQuery, Inbox, IncomingEvent
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.polling import Poller, configure_poll
from zoom_sandbox import ManualClock, Sandbox

NOON = 1_773_140_400.0  # 2026-03-10T11:00:00Z
COMPONENT = Component.load()


class PollingSetup:
    """Hold a sandbox, an inbox and pollers.

    Each poller has its own session and token, like a process.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NOON)
        self.zoom = Sandbox(clock=self.clock)
        self.path = folder / "inbox.db"
        self.store: Inbox = SqliteInbox(self.path)
        self.chance = 0.5
        self._sessions: list[Session] = []

    def session(self) -> Session:
        """Open a session with a new token; waits advance the clock."""
        options = SessionOptions(clock=self.clock, random=lambda: self.chance, retries=0)
        transport = self.zoom.create_transport(sleep=self.clock.advance)
        session = COMPONENT.connect(
            options=options, transport=transport, token=self.zoom.issue_token(), base_url="http://127.0.0.1/v2"
        )
        self._sessions.append(session)
        return session

    def poller(self, key: str, inputs: dict[str, Any] | None = None, *, emit_first: bool = False) -> Poller:
        """Return a poller with its own session."""
        poll = configure_poll(COMPONENT, key, inputs or {}, now=self.clock())
        return Poller(self.session(), self.store, poll, emit_first=emit_first)

    def run(self, key: str, **inputs: Any) -> Any:
        """Run an action and return its data."""
        return self.session().run(key, inputs).data

    def meeting(self, topic: str) -> int:
        """Create a meeting and return its id."""
        return int(self.run("createMeeting", userId="me", topic=topic)["id"])

    def inbox(self) -> list[IncomingEvent]:
        """Return the events of the inbox, oldest first."""
        return [stored.event for stored in self.store.find_events(EventQuery(limit=1000))][::-1]

    def topics(self) -> list[str]:
        """Return the topics of the meetings in the inbox, oldest event first."""
        return [json.loads(event.body)["payload"]["object"]["meeting"]["topic"] for event in self.inbox()]

    def close(self) -> None:
        """Close all sessions and the inbox."""
        for session in self._sessions:
            session.close()
        self.store.close()


@contextmanager
def open_polling_setup(folder: Path) -> Iterator[PollingSetup]:
    """Open a setup that is closed afterwards."""
    setup = PollingSetup(folder)
    try:
        yield setup
    finally:
        setup.close()
