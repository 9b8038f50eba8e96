"""A trigger that polls an embedded Zoom, on a clock that stands, over an inbox of its own."""

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
    """An embedded Zoom, an inbox, and pollers. Each poller has a session and a token of its own, as a process has."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NOON)
        self.zoom = Sandbox(clock=self.clock)
        self.path = folder / "inbox.db"
        self.store: Inbox = SqliteInbox(self.path)
        self.chance = 0.5
        self._sessions: list[Session] = []

    def session(self) -> Session:
        """A session with a fresh token; waits move the clock."""
        options = SessionOptions(clock=self.clock, random=lambda: self.chance, retries=0)
        transport = self.zoom.create_transport(sleep=self.clock.advance)
        way = {"token": self.zoom.issue_token(), "base_url": "http://127.0.0.1/v2"}
        opened = COMPONENT.connect(options=options, transport=transport, token=way["token"], base_url=way["base_url"])
        self._sessions.append(opened)
        return opened

    def poller(self, key: str, inputs: dict[str, Any] | None = None, *, emit_first: bool = False) -> Poller:
        """A poller over a session of its own."""
        watched = configure_poll(COMPONENT, key, inputs or {}, now=self.clock())
        return Poller(self.session(), self.store, watched, emit_first=emit_first)

    def run(self, key: str, **inputs: Any) -> Any:
        """What an action gives."""
        return self.session().run(key, inputs).data

    def meeting(self, topic: str) -> int:
        """The number of a meeting that is made."""
        return int(self.run("createMeeting", userId="me", topic=topic)["id"])

    def inbox(self) -> list[IncomingEvent]:
        """What is in the inbox, the oldest first."""
        return [kept.event for kept in self.store.find_events(EventQuery(limit=1000))][::-1]

    def topics(self) -> list[str]:
        """The topics of the meetings that the inbox tells of."""
        return [json.loads(each.body)["payload"]["object"]["meeting"]["topic"] for each in self.inbox()]

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self.store.close()


@contextmanager
def open_polling_setup(folder: Path) -> Iterator[PollingSetup]:
    """A world that is closed afterwards."""
    made = PollingSetup(folder)
    try:
        yield made
    finally:
        made.close()
