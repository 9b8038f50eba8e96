"""Receive deliveries in a host that is not an ASGI server: one call for each delivery."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from zoom_component.asgi.request_bounds import RequestRejected, check_headers, reject_large_body
from zoom_component.client_address import TrustedProxies
from zoom_component.events.inbox.protocols import EventLog, to_incoming_event
from zoom_component.events.receiver.limits import ReceiverLimits
from zoom_component.events.receiver.rejection_log import RejectionLog
from zoom_component.events.receiver.responses import (
    ACCEPTED,
    ReceiverResponse,
    build_challenge_response,
    build_status_response,
)
from zoom_component.events.webhook import SIGNATURE_WINDOW, Challenge, Rejection, Verifier
from zoom_component.forked_processes import ProcessLocal

__all__ = ["SyncReceiver"]


class SyncReceiver(ProcessLocal):
    """Verify one delivery at a time and store it, with a commit for each, before the response.

    Raise InputError for a missing or blank secret. A slow inbox makes the response slow, so prefer `Receiver` where the
    host can serve ASGI. The log names the client that one of the `trusted_proxies` names.
    """

    def __init__(
        self,
        inbox: EventLog,
        secrets: Sequence[str],
        *,
        window: float = SIGNATURE_WINDOW,
        limits: ReceiverLimits | None = None,
        clock: Callable[[], float] = time.time,
        trusted_proxies: TrustedProxies | None = None,
    ) -> None:
        self.limits = limits or ReceiverLimits()
        self._inbox, self._clock, self._window = inbox, clock, window
        self._verifier = Verifier(secrets, window)
        self._proxies = trusted_proxies or TrustedProxies()
        self._log = RejectionLog()

    def handle(
        self, method: str, headers: Iterable[tuple[str, str]], body: bytes, client: str = "a sender"
    ) -> ReceiverResponse:
        """Return the response to a request. `body` holds the bytes as received; `client` is for the log."""
        response = self._handle(method, headers, body, client)
        # The host manages its connections.
        return response._replace(headers=tuple(pair for pair in response.headers if pair[0] != b"connection"))

    def _handle(self, method: str, headers: Iterable[tuple[str, str]], body: bytes, client: str) -> ReceiverResponse:
        if method != "POST":
            return build_status_response(405)
        pairs = [(_encode(name.lower()), _encode(value)) for name, value in headers]
        client = self._proxies.find_client(client, pairs)
        try:
            check_headers(pairs, self.limits)
            if len(body) > self.limits.max_body_bytes:
                raise reject_large_body(self.limits)
        except RequestRejected as rejected:
            return self._reject(rejected.status, rejected.reason, rejected.message, client)
        return self._verify_and_store(pairs, body, client)

    def _verify_and_store(self, pairs: Sequence[tuple[bytes, bytes]], body: bytes, client: str) -> ReceiverResponse:
        now = self._clock()
        verdict = self._verifier.verify(pairs, body, now)
        if isinstance(verdict, Rejection):
            return self._reject(verdict.status, verdict.reason, verdict.message, client)
        if isinstance(verdict, Challenge):
            with suppress(OSError):
                self._inbox.set_timestamp("validation", now)
            return build_challenge_response(verdict.response)
        try:
            self._inbox.add_events([to_incoming_event(verdict.event, now, "webhook", self._window)])
        except OSError as error:
            return self._reject(503, "not_kept", str(error), client)
        return ACCEPTED

    def _reject(self, status: int, reason: str, message: str, client: str) -> ReceiverResponse:
        self._log.log_rejection(status, reason, message, client)
        return build_status_response(status)


def _encode(text: str) -> bytes:
    return text.encode("latin-1", "replace")
