"""Faults on demand: the n-th call of an operation, a share of them, or every one goes wrong as a test wants."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from zoom_sandbox.messages import HTML_TYPE, JSON_TYPE, Request, Response
from zoom_sandbox.times import format_time

ANY = "*"
RETRY_AFTER_FORMATS: Mapping[str, Callable[[float, float], str]] = {
    "seconds": lambda now, seconds: f"{seconds:g}",
    "date": lambda now, seconds: formatdate(now + seconds, usegmt=True),
    "timestamp": lambda now, seconds: format_time(now + seconds),
}


def is_hit(matches: int, calls: Collection[int], probability: float, generator: random.Random) -> bool:
    """Whether the call of this number is hit: one of `calls` (none: any), and a share of them, as chance has it."""
    by_chance = probability >= 1 or generator.random() < probability
    return by_chance and (not calls or matches in calls)


@dataclass(slots=True)
class Fault:
    """What shall go wrong, and when.

    `method` and `path` name the operation by its template, such as `/users/{userId}`; `*` is any of the API, while
    `/oauth/token` has to be named.
    `calls` holds the calls to hit, counted from 1; empty means every one, of which `probability` (0 to 1) hits so many,
    the same ones for the same `seed`. `status` None lets the call through (a pure delay). `body` is sent as it is when
    it is text or bytes, else as JSON. `retry_after` (seconds) is sent as `retry_form` says: `seconds`, `date` (HTTP) or
    `timestamp` (ISO, as Zoom does). Of Zoom's own answer, `truncate` sends the first half and `repeat_page` gives the
    same page token again; `revoke` ends the call's token first. `seen` and `hits` count.
    """

    method: str = ANY
    path: str = ANY
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    calls: Collection[int] = ()
    drop: bool = False
    delay: float = 0.0
    retry_after: float | None = None
    retry_after_format: str = "seconds"
    truncate: bool = False
    repeat_page: bool = False
    revoke_token: bool = False
    probability: float = 1.0
    random_seed: int = 0
    matches: int = 0
    hits: int = 0
    generator: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.generator = random.Random(self.random_seed)
        if self.retry_after_format not in RETRY_AFTER_FORMATS:
            raise ValueError(
                f"retry_form is {self.retry_after_format!r}; the forms are {', '.join(RETRY_AFTER_FORMATS)}."
            )
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is {self.probability}; a number from 0 to 1 is expected.")

    def applies_to(self, method: str, path: str) -> bool:
        """Whether calls of this kind are the fault's."""
        anywhere = self.path == ANY and not path.startswith("/oauth/")
        return self.method in (ANY, method) and (anywhere or self.path == path)

    def is_hit_by_next_call(self) -> bool:
        """Count a call; whether this one is hit."""
        self.matches += 1
        return is_hit(self.matches, self.calls, self.probability, self.generator)

    def build_response(self, now: float) -> Response | None:
        """The response to give in place of Zoom's; None where Zoom shall answer."""
        if self.drop:
            return Response(0, delay=self.delay, drop=True)
        if self.status is None:
            return None
        headers = {**self._kind(), **self._lowered()}
        if self.retry_after is not None:
            headers["retry-after"] = RETRY_AFTER_FORMATS[self.retry_after_format](now, self.retry_after)
        return Response(self.status, headers, self._bytes(), self.delay)

    def alter_response(self, request: Request, response: Response) -> None:
        """Spoil Zoom's own answer as far as the fault says so."""
        response.delay = self.delay
        if self.repeat_page and response.status == 200:
            _repeat(request, response)
        if self.truncate:
            response.body = response.body[: len(response.body) // 2]

    def _kind(self) -> dict[str, str]:
        if self.body is None:
            return {}
        html = isinstance(self.body, str | bytes) and self._bytes().lstrip().startswith(b"<")
        return {"content-type": HTML_TYPE if html else JSON_TYPE}

    def _lowered(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _bytes(self) -> bytes:
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


class FaultList:
    """The faults that are set, the newest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __iter__(self) -> Any:
        return iter(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Set a fault; it lasts until `clear`."""
        self._faults.insert(0, fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take one fault away; nothing happens when it is not set."""
        self._faults = [other for other in self._faults if other is not fault]

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def find_hit(self, method: str, path: str) -> Fault | None:
        """Count a call and give the fault that hits it, if any."""
        hit: Fault | None = None
        for fault in self._faults:
            if fault.applies_to(method, path) and fault.is_hit_by_next_call() and hit is None:
                fault.hits += 1
                hit = fault
        return hit


def _repeat(request: Request, response: Response) -> None:
    """Give the page token of the request back as the next one."""
    token = dict(request.query).get("next_page_token")
    payload = response.json()
    if token and isinstance(payload, dict):
        response.body = json.dumps({**payload, "next_page_token": token}, ensure_ascii=False).encode()
