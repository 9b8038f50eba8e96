"""A trigger that polls an embedded Zoom, on a clock that stands, over an inbox of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zoom_component import Component, Options
from zoom_component.client.session import Session
from zoom_component.events.inbox.sqlite import SqliteStore
from zoom_component.events.inbox.store import Arrival, Question, Store
from zoom_component.events.polling import Poller, watch
from zoom_sandbox import Sandbox, StillClock

NOON = 1_773_140_400.0  # 2026-03-10T11:00:00Z
COMPONENT = Component.load()


class World:
    """An embedded Zoom, an inbox, and pollers. Each poller has a session and a token of its own, as a process has."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock(NOON)
        self.zoom = Sandbox(clock=self.clock)
        self.path = folder / "inbox.db"
        self.store: Store = SqliteStore(self.path)
        self.chance = 0.5
        self._sessions: list[Session] = []

    def session(self) -> Session:
        """A session with a fresh token; waits move the clock."""
        options = Options(clock=self.clock, chance=lambda: self.chance, retries=0)
        transport = self.zoom.transport(sleep=self.clock.advance)
        way = {"token": self.zoom.token(), "base_url": "http://127.0.0.1/v2"}
        opened = COMPONENT.connect(options=options, transport=transport, token=way["token"], base_url=way["base_url"])
        self._sessions.append(opened)
        return opened

    def poller(self, key: str, inputs: dict[str, Any] | None = None, *, emit_first: bool = False) -> Poller:
        """A poller over a session of its own."""
        watched = watch(COMPONENT, key, inputs or {}, now=self.clock())
        return Poller(self.session(), self.store, watched, emit_first=emit_first)

    def run(self, key: str, **inputs: Any) -> Any:
        """What an action gives."""
        return self.session().run(key, inputs).data

    def meeting(self, topic: str) -> int:
        """The number of a meeting that is made."""
        return int(self.run("createMeeting", userId="me", topic=topic)["id"])

    def inbox(self) -> list[Arrival]:
        """What is in the inbox, the oldest first."""
        return [kept.arrival for kept in self.store.find(Question(most=1000))][::-1]

    def topics(self) -> list[str]:
        """The topics of the meetings that the inbox tells of."""
        return [json.loads(each.body)["payload"]["object"]["meeting"]["topic"] for each in self.inbox()]

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        self.store.close()


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A world that is closed afterwards."""
    made = World(folder)
    try:
        yield made
    finally:
        made.close()
