"""Deliveries taken in without a server of our own: what hosts that are no ASGI servers call, one call a delivery."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeAlias

from zoom_component.events.inbox.protocols import Inbox, to_incoming_event
from zoom_component.events.receiver.http_request import RequestRejected, check_headers
from zoom_component.events.receiver.limits import ReceiverLimits
from zoom_component.events.receiver.rejection_log import RejectionLog
from zoom_component.events.receiver.responses import (
    ACCEPTED,
    ReceiverResponse,
    build_challenge_response,
    build_status_response,
)
from zoom_component.events.webhook import SIGNATURE_WINDOW, Challenge, Rejection, Verifier

__all__ = ["HeaderPairs", "SyncReceiver"]

HeaderPairs: TypeAlias = Iterable[tuple[str, str]]


class SyncReceiver:
    """Judges one delivery at a time and keeps it before it is answered, with a commit for each.

    Raises InputError for a secret that is blank or none. Where the inbox is slow, so is the answer: a host that can
    serve ASGI is served better by `Receiver`.
    """

    def __init__(
        self,
        store: Inbox,
        secrets: Sequence[str],
        *,
        window: float = SIGNATURE_WINDOW,
        limits: ReceiverLimits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits or ReceiverLimits()
        self._store, self._clock = store, clock
        self._verifier = Verifier(secrets, window)
        self._journal = RejectionLog()

    def handle(self, method: str, headers: HeaderPairs, body: bytes, client: str = "a sender") -> ReceiverResponse:
        """The answer to a request: its status, headers and body. `body` are the bytes as they came."""
        answer = self._answer(method, headers, body, client)
        # Connections are the host's.
        return answer._replace(headers=tuple(pair for pair in answer.headers if pair[0] != b"connection"))

    def _answer(self, method: str, headers: HeaderPairs, body: bytes, client: str) -> ReceiverResponse:
        if method != "POST":
            return build_status_response(405)
        pairs = [(_coded(name.lower()), _coded(value)) for name, value in headers]
        try:
            check_headers(pairs, self.limits)
            if len(body) > self.limits.max_body_bytes:
                raise RequestRejected(413, "large_body", f"the body has more than {self.limits.max_body_bytes:,} bytes")
        except RequestRejected as problem:
            return self._refused(problem.status, problem.reason, problem.message, client)
        return self._judged(pairs, body, client)

    def _judged(self, pairs: Sequence[tuple[bytes, bytes]], body: bytes, client: str) -> ReceiverResponse:
        now = self._clock()
        verdict = self._verifier.verify(pairs, body, now)
        if isinstance(verdict, Rejection):
            return self._refused(verdict.status, verdict.reason, verdict.message, client)
        if isinstance(verdict, Challenge):
            with suppress(OSError):
                self._store.set_timestamp("validation", now)
            return build_challenge_response(verdict.response)
        try:
            self._store.add_events([to_incoming_event(verdict.event, now, "webhook")])
        except OSError as problem:
            return self._refused(503, "not_kept", str(problem), client)
        return ACCEPTED

    def _refused(self, status: int, reason: str, sentence: str, client: str) -> ReceiverResponse:
        self._journal.log_rejection(status, reason, sentence, client)
        return build_status_response(status)


def _coded(text: str) -> bytes:
    return text.encode("latin-1", "replace")
