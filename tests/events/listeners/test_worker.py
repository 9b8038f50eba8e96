"""Test which worker an engine brings."""

from __future__ import annotations

from pathlib import Path

from tests.events.listeners.conftest import listener

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.postgres.worker import ProcrastinateWorker
from zoom_component.events.listeners import Dispatcher
from zoom_component.events.listeners.worker import create_worker


def test_a_dispatcher_works_on_a_file(tmp_path: Path) -> None:
    inbox = open_inbox(tmp_path / "inbox.db")
    assert isinstance(create_worker(inbox, [listener(print)]), Dispatcher)
    inbox.close()


def test_a_server_brings_its_own_worker(inbox_database: str) -> None:
    inbox = open_inbox(inbox_database)
    worker = create_worker(inbox, [listener(print)])
    assert isinstance(worker, ProcrastinateWorker)
    assert worker.stuck_threads == {}
    inbox.close()
