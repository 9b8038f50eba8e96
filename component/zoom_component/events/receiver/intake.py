"""Deliveries taken in without a server of our own: what hosts that are no ASGI servers call, one call a delivery."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeAlias

from zoom_component.events.inbox.store import Store, arrival
from zoom_component.events.receiver.answers import TAKEN, Answer, plain, proof
from zoom_component.events.receiver.journal import Journal
from zoom_component.events.receiver.limits import Limits
from zoom_component.events.receiver.reading import Unfit, check_head
from zoom_component.events.webhook import WINDOW, Challenge, Refusal, Verifier

__all__ = ["Intake", "Words"]

Words: TypeAlias = Iterable[tuple[str, str]]


class Intake:
    """Judges one delivery at a time and keeps it before it is answered, with a commit for each.

    Raises InputError for a secret that is blank or none. Where the inbox is slow, so is the answer: a host that can
    serve ASGI is served better by `Receiver`.
    """

    def __init__(
        self,
        store: Store,
        secrets: Sequence[str],
        *,
        window: float = WINDOW,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits or Limits()
        self._store, self._clock = store, clock
        self._verifier = Verifier(secrets, window)
        self._journal = Journal()

    def answer(self, method: str, headers: Words, body: bytes, client: str = "a sender") -> Answer:
        """The answer to a request: its status, headers and body. `body` are the bytes as they came."""
        answer = self._answer(method, headers, body, client)
        # Connections are the host's.
        return answer._replace(headers=tuple(pair for pair in answer.headers if pair[0] != b"connection"))

    def _answer(self, method: str, headers: Words, body: bytes, client: str) -> Answer:
        if method != "POST":
            return plain(405)
        pairs = [(_coded(name.lower()), _coded(value)) for name, value in headers]
        try:
            check_head(pairs, self.limits)
            if len(body) > self.limits.body:
                raise Unfit(413, "large_body", f"the body has more than {self.limits.body:,} bytes")
        except Unfit as problem:
            return self._refused(problem.status, problem.reason, problem.sentence, client)
        return self._judged(pairs, body, client)

    def _judged(self, pairs: Sequence[tuple[bytes, bytes]], body: bytes, client: str) -> Answer:
        now = self._clock()
        verdict = self._verifier.judge(pairs, body, now)
        if isinstance(verdict, Refusal):
            return self._refused(verdict.status, verdict.reason, verdict.message, client)
        if isinstance(verdict, Challenge):
            with suppress(OSError):
                self._store.mark("validation", now)
            return proof(verdict.response)
        try:
            self._store.put([arrival(verdict.event, now, "webhook")])
        except OSError as problem:
            return self._refused(503, "not_kept", str(problem), client)
        return TAKEN

    def _refused(self, status: int, reason: str, sentence: str, client: str) -> Answer:
        self._journal.refused(status, reason, sentence, client)
        return plain(status)


def _coded(text: str) -> bytes:
    return text.encode("latin-1", "replace")
