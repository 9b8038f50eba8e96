"""Faults on demand: the n-th call of an operation, or every one, is answered, dropped or delayed as a test wants."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from zoom_component.sandbox.messages import HTML_TYPE, JSON_TYPE, Response

ANY = "*"


@dataclass(slots=True)
class Fault:
    """What shall go wrong, and when.

    `method` and `path` name the operation by its template, such as `/users/{userId}` or `/oauth/token`; `*` is any.
    `calls` holds the calls to hit, counted from 1; empty means every one. `status` None lets the call through (a pure
    delay). `body` is sent as it is when it is text or bytes, else as JSON. `hits` counts what was hit.
    """

    method: str = ANY
    path: str = ANY
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    calls: Collection[int] = ()
    drop: bool = False
    delay: float = 0.0
    seen: int = 0
    hits: int = 0

    def answer(self) -> Response | None:
        """The response to give in place of Zoom's; None where Zoom shall answer."""
        if self.drop:
            return Response(0, delay=self.delay, dropped=True)
        if self.status is None:
            return None
        return Response(self.status, {**self._kind(), **self._lowered()}, self._bytes(), self.delay)

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


class Faults:
    """The faults that are set, the newest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

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

    def take(self, method: str, path: str) -> Fault | None:
        """Count a call and give the fault that hits it, if any."""
        hit: Fault | None = None
        for fault in self._faults:
            if fault.method not in (ANY, method) or fault.path not in (ANY, path):
                continue
            fault.seen += 1
            if hit is None and (not fault.calls or fault.seen in fault.calls):
                fault.hits += 1
                hit = fault
        return hit
