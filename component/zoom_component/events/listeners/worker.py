"""Who works on an inbox for ever: the dispatcher on one machine, a worker of Procrastinate on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from zoom_component.events.inbox.protocols import Inbox
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners.dispatcher import Dispatcher
from zoom_component.events.listeners.listener import AttemptResult, Listener

__all__ = ["Worker", "create_worker"]


class Worker(Protocol):
    """Listeners at work until they are stopped."""

    last_error: str

    @property
    def stuck_threads(self) -> Mapping[str, int]:
        """The listeners that hold threads past their time, and how many."""

    def run(self, shutdown_timeout: float = 10.0) -> None:
        """Work until it is stopped or interrupted; what is under way then has so many seconds."""

    def stop(self) -> None:
        """Begin nothing more."""


def create_worker(
    inbox: Inbox, listeners: Sequence[Listener], on_result: Callable[[AttemptResult], None] = lambda _: None
) -> Worker:
    """The worker for an inbox: any number of them, on any number of machines, may work on one."""
    if not isinstance(inbox, SqliteInbox):
        # Loaded for nobody else: it needs the extra `postgres`.
        from zoom_component.events.inbox.postgres import PostgresInbox
        from zoom_component.events.listeners.procrastinate_worker import ProcrastinateWorker

        if isinstance(inbox, PostgresInbox):
            return ProcrastinateWorker(inbox, listeners, on_result=on_result)
    return Dispatcher(inbox, listeners, on_result=on_result)
