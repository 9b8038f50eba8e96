"""How far the embedded Zoom goes: which operations of the facts it plays with state. No server is needed to know."""

from __future__ import annotations

from zoom_component.sandbox import resources
from zoom_component.sandbox.plays import PLAYS


def stateful() -> frozenset[tuple[str, str]]:
    """The operations with state behind them, as (method, path template); every other one answers from its schema."""
    resources.load()
    return frozenset(PLAYS)
