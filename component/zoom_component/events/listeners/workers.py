"""Who works on an inbox for ever: the dispatcher on one machine, a worker of Procrastinate on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from zoom_component.events.inbox.sqlite import SqliteStore
from zoom_component.events.inbox.store import Store
from zoom_component.events.listeners.dispatcher import Dispatcher
from zoom_component.events.listeners.listeners import Listener, Told

__all__ = ["Worker", "worker"]


class Worker(Protocol):
    """Listeners at work until they are stopped."""

    trouble: str

    @property
    def stuck(self) -> Mapping[str, int]:
        """The listeners that hold threads past their time, and how many."""

    def work(self, patience: float = 10.0) -> None:
        """Work until it is stopped or interrupted; what is under way then has so many seconds."""

    def stop(self) -> None:
        """Begin nothing more."""


def worker(store: Store, listeners: Sequence[Listener], tell: Callable[[Told], None] = lambda _: None) -> Worker:
    """The worker for an inbox: any number of them, on any number of machines, may work on one."""
    if not isinstance(store, SqliteStore):
        # Loaded for nobody else: it needs the extra `postgres`.
        from zoom_component.events.inbox.postgres import PostgresStore
        from zoom_component.events.listeners.procrastinate_worker import ProcrastinateWorker

        if isinstance(store, PostgresStore):
            return ProcrastinateWorker(store, listeners, tell=tell)
    return Dispatcher(store, listeners, tell=tell)
