"""Report what the sandbox covers: the operations that have state, and the events that it publishes."""

from __future__ import annotations

from zoom_sandbox import resources
from zoom_sandbox.events.catalogue import PUBLISHED_EVENTS


def published_events() -> frozenset[str]:
    """Return the events that operations publish. Every other event is only sent by `emit`."""
    return PUBLISHED_EVENTS


def stateful_operations() -> frozenset[tuple[str, str]]:
    """Return the operations with state, as (method, path template). Every other one answers from its schema."""
    return frozenset(resources.load_operations())
