"""How Zoom refuses what is asked about reports: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error


def bad_month() -> ApiError:
    """There is no such month."""
    return validation_error(("month", "A month from 1 to 12 of a year such as 2026 is expected."))


def month_to_come() -> ApiError:
    """The month has not begun."""
    return validation_error(("month", "The month lies in the future."))


def bad_span() -> ApiError:
    """The days end before they begin, or are more than a month."""
    return validation_error(("from", "At most a month that ends at `to` is expected."))


def no_day(name: str) -> ApiError:
    """A day is none."""
    return validation_error((name, "A day such as 2026-03-10 is expected."))
