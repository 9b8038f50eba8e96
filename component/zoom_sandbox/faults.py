"""Inject faults: make chosen calls of the API, or chosen deliveries of events, fail."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, TypeVar

from zoom_sandbox.event_patterns import check_pattern, matches_pattern
from zoom_sandbox.messages import HTML_TYPE, JSON_TYPE, Request, Response
from zoom_sandbox.times import format_time

ANY = "*"
RETRY_AFTER_FORMATS: Mapping[str, Callable[[float, float], str]] = {
    "seconds": lambda now, seconds: f"{seconds:g}",
    "date": lambda now, seconds: formatdate(now + seconds, usegmt=True),
    "timestamp": lambda now, seconds: format_time(now + seconds),
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """Choose which matching calls or events a fault hits, and count them.

    `calls` holds the numbers of the matching calls (or events) to hit, counted from 1; empty means all of them.
    Of these, the share `probability` (0 to 1) is hit, chosen at random from `random_seed`, so that a run can be
    repeated. `matches` counts the calls that matched, `hits` the ones that were hit.
    """

    calls: Collection[int] = ()
    probability: float = 1.0
    random_seed: int = 0
    matches: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)
    _generator: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability: expected a number from 0 to 1, got {self.probability}")
        self._generator = random.Random(self.random_seed)

    def count_match(self) -> bool:
        """Count a matching call or event, and return whether the fault hits it."""
        self.matches += 1
        is_chosen = self.probability >= 1 or self._generator.random() < self.probability
        return is_chosen and (not self.calls or self.matches in self.calls)


@dataclass(slots=True, kw_only=True)
class ApiFault(Fault):
    """Make calls of an operation fail.

    `method` and `path` name the operation by its template, such as `/users/{userId}`; `*` is any operation of the API,
    while `/oauth/token` has to be named. `status`, `headers` and `body` replace Zoom's answer; without a status, Zoom's
    own answer is sent. A body that is text or bytes is sent as it is, any other as JSON. `retry_after` (seconds) is
    sent in `retry_after_format`: `seconds`, `date` (HTTP) or `timestamp` (ISO 8601, which Zoom uses). `delay` (seconds)
    holds the answer back, `drop` closes the connection without one. Of Zoom's own answer, `truncate` sends the first
    half and `repeat_page` returns the request's page token again. `revoke_token` revokes the caller's token first.
    """

    method: str = ANY
    path: str = ANY
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    delay: float = 0.0
    retry_after: float | None = None
    retry_after_format: str = "seconds"
    truncate: bool = False
    repeat_page: bool = False
    revoke_token: bool = False

    def applies_to(self, method: str, path: str) -> bool:
        """Return whether the fault is meant for an operation, given by its method and path template."""
        is_any_path = self.path == ANY and not path.startswith("/oauth/")
        return self.method in (ANY, method) and (is_any_path or self.path == path)

    def build_response(self, now: float) -> Response | None:
        """Return the response that replaces Zoom's, or None when Zoom's own answer is to be sent."""
        if self.drop:
            return Response(0, delay=self.delay, drop=True)
        if self.status is None:
            return None
        body = self._encode_body()
        headers = {} if self.body is None else {"content-type": self._content_type(body)}
        headers |= {name.lower(): value for name, value in self.headers.items()}
        if self.retry_after is not None:
            headers["retry-after"] = RETRY_AFTER_FORMATS[self.retry_after_format](now, self.retry_after)
        return Response(self.status, headers, body, self.delay)

    def alter_response(self, request: Request, response: Response) -> None:
        """Change Zoom's own answer in place: delay it, repeat its page token, cut it in half."""
        response.delay = self.delay
        if self.repeat_page and response.status == 200:
            _repeat_page_token(request, response)
        if self.truncate:
            response.body = response.body[: len(response.body) // 2]

    def _content_type(self, body: bytes) -> str:
        is_text = isinstance(self.body, str | bytes)
        return HTML_TYPE if is_text and body.lstrip().startswith(b"<") else JSON_TYPE

    def _encode_body(self) -> bytes:
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body, allow_nan=False)).encode()


@dataclass(slots=True, kw_only=True)
class DeliveryFault(Fault):
    """Make deliveries of events to webhooks go wrong.

    `event` is an event's name or a pattern such as `meeting.*`. `copies` is how often each event is sent: 2 is a
    duplicate, 0 a loss. `events_ahead` is how many later events are delivered before it. Raises ValueError for a
    pattern that matches no event.
    """

    event: str = ANY
    copies: int = 1
    events_ahead: int = 0

    def __post_init__(self) -> None:
        Fault.__post_init__(self)
        check_pattern(self.event)
        if self.copies < 0 or self.events_ahead < 0:
            raise ValueError("copies and events_ahead: expected integers from 0")

    def applies_to(self, event: str) -> bool:
        """Return whether the fault is meant for an event."""
        return matches_pattern(event, self.event)


_Fault = TypeVar("_Fault", bound=Fault)


class FaultList:
    """Hold the injected faults of an account, the newest first. Of several that match, the newest wins."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._at_start: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults))

    def add(self, fault: Fault) -> None:
        """Add a fault, which stays until `remove` or `clear`."""
        self._faults.insert(0, fault)

    def remove(self, fault: Fault) -> None:
        """Remove one fault; do nothing when it is not in the list."""
        self._faults = [other for other in self._faults if other is not fault]

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def mark_start(self) -> None:
        """Store the present faults, so that `restart` can restore them."""
        self._at_start = [replace(fault) for fault in self._faults]

    def restart(self) -> None:
        """Restore the faults of `mark_start`, with their counts at zero."""
        self._faults = [replace(fault) for fault in self._at_start]

    def find_hit(self, method: str, path: str) -> ApiFault | None:
        """Count a call and return the fault that hits it, or None."""
        return _first_hit(fault for fault in self if isinstance(fault, ApiFault) and fault.applies_to(method, path))

    def find_delivery_hit(self, event: str) -> DeliveryFault | None:
        """Count an event and return the fault that hits its delivery, or None."""
        return _first_hit(fault for fault in self if isinstance(fault, DeliveryFault) and fault.applies_to(event))


def _first_hit(faults: Iterator[_Fault]) -> _Fault | None:
    """Count a match for every fault, and return the first that hits."""
    hit: _Fault | None = None
    for fault in faults:
        if fault.count_match() and hit is None:
            fault.hits += 1
            hit = fault
    return hit


def _repeat_page_token(request: Request, response: Response) -> None:
    token = dict(request.query).get("next_page_token")
    payload = response.json()
    if token and isinstance(payload, dict):
        response.body = json.dumps({**payload, "next_page_token": token}, ensure_ascii=False, allow_nan=False).encode()
