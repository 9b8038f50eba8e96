"""Provide an inbox for each test that can be slow or fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from zoom_component.events.inbox.protocols import IncomingEvent
from zoom_component.events.inbox.sqlite import SqliteInbox


class FaultyInbox(SqliteInbox):
    """Wait for `gate` before writing, raise `fault`, and record the sizes of the groups."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.gate = threading.Event()
        self.gate.set()
        self.fault: Exception | None = None
        self.groups: list[int] = []

    def add_events(self, events: Sequence[IncomingEvent]) -> list[bool]:
        self.gate.wait(10)
        self.groups.append(len(events))
        if self.fault is not None:
            raise self.fault
        return super().add_events(events)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FaultyInbox]:
    inbox = FaultyInbox(tmp_path / "inbox.db")
    yield inbox
    inbox.gate.set()
    inbox.close()
