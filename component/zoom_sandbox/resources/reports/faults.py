"""How Zoom refuses what is asked about reports: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.refusal import Refusal, invalid


def bad_month() -> Refusal:
    """There is no such month."""
    return invalid(("month", "A month from 1 to 12 of a year such as 2026 is expected."))


def month_to_come() -> Refusal:
    """The month has not begun."""
    return invalid(("month", "The month lies in the future."))


def bad_span() -> Refusal:
    """The days end before they begin, or are more than a month."""
    return invalid(("from", "At most a month that ends at `to` is expected."))


def no_day(name: str) -> Refusal:
    """A day is none."""
    return invalid((name, "A day such as 2026-03-10 is expected."))
