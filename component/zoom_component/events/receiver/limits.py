"""Define how much a receiver accepts and how long it waits."""

from __future__ import annotations

from dataclasses import dataclass, fields

from zoom_component.errors import InputError, Problem

__all__ = ["ReceiverLimits"]


@dataclass(frozen=True)
class ReceiverLimits:
    """Bound the resources of a receiver. Raise InputError for a limit that is not above 0.

    Of one request: `max_body_bytes`, `max_headers`, `max_header_bytes`. Of all requests at a time: `max_requests` in
    progress, their bodies together (`max_buffered_bytes`), and events that wait to be stored (`max_queued_events`);
    the receiver responds 503 to what exceeds these. `response_timeout`: seconds for reading and storing together,
    because Zoom waits three seconds.

    https://developers.zoom.us/docs/api/webhooks/#notification-delivery
    """

    max_body_bytes: int = 1_048_576
    max_headers: int = 100
    max_header_bytes: int = 32_768
    max_requests: int = 512
    max_buffered_bytes: int = 67_108_864
    max_queued_events: int = 4096
    response_timeout: float = 2.5

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        problems = [
            Problem(name, f"expected a number above 0, got {value!r}") for name, value in values.items() if value <= 0
        ]
        if problems:
            raise InputError(problems)

    @property
    def body_timeout(self) -> float:
        """Return the seconds for a whole body."""
        return self.response_timeout
