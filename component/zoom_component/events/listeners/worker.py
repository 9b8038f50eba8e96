"""Create the worker that runs listeners on an inbox until it is stopped."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from zoom_component.events.inbox.callbacks import guard_callback
from zoom_component.events.inbox.protocols import Inbox
from zoom_component.events.inbox.worker import AttemptResult, CreatePools, Worker
from zoom_component.events.listeners.acknowledger import Acknowledger
from zoom_component.events.listeners.dispatcher import Dispatcher
from zoom_component.events.listeners.listener import Listener
from zoom_component.events.listeners.pool import ListenerPool, PoolContext

__all__ = ["Worker", "bind_pools", "create_worker"]


def create_worker(
    inbox: Inbox, listeners: Sequence[Listener], on_result: Callable[[AttemptResult], None] = lambda _: None
) -> Worker:
    """Return a worker for an inbox: the engine's own, or a Dispatcher. Any number of workers may share an inbox."""
    worker = inbox.create_worker(bind_pools(inbox, listeners, on_result))
    return worker or Dispatcher(inbox, listeners, on_result=on_result)


def bind_pools(
    inbox: Inbox,
    listeners: Sequence[Listener],
    on_result: Callable[[AttemptResult], None] = lambda _: None,
    lease_grace: float = 15.0,
) -> CreatePools:
    """Return the function with which an engine creates the pools of these listeners.

    The arguments are those of Dispatcher.
    """

    on_result = guard_callback("on_result", on_result)

    def create_pools(clock: Callable[[], float], notify: Callable[[AttemptResult], None]) -> list[ListenerPool]:
        def report(result: AttemptResult) -> None:
            notify(result)
            on_result(result)

        acknowledger = Acknowledger(inbox, clock)
        context = PoolContext(acknowledger, clock, random.random, report, lambda: None, lease_grace)
        return [ListenerPool(listener, context) for listener in listeners]

    return create_pools
