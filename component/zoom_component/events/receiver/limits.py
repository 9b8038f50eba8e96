"""How much a receiver takes in, and for how long it waits."""

from __future__ import annotations

from dataclasses import dataclass, fields

from zoom_component.errors import InputError, Problem

__all__ = ["ReceiverLimits"]


@dataclass(frozen=True)
class ReceiverLimits:
    """Bounds that keep a receiver up, whatever is sent to it. Raises InputError for one that is not above 0.

    `body` is in bytes, of one delivery; `headers` and `header_bytes` are of one request. `at_once` requests are worked
    on at a time, with bodies of `held` bytes in all, and `waiting` events may wait to be written; what comes beyond is
    answered 503. `answer_within` is how many seconds reading and writing may take together: Zoom waits for three.

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
            Problem(name, f"came {value!r}; accepted: a number above 0") for name, value in values.items() if value <= 0
        ]
        if problems:
            raise InputError(problems)
