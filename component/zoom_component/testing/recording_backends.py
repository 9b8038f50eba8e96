"""Record the exchanges of another backend, and run test specs on a recording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zoom_component.client.calls import SessionOptions
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver
from zoom_component.component import Component
from zoom_component.testing.backends import BackendSession, SpecBackend, create_clock, do_nothing
from zoom_component.testing.exchanges import RecordingTransport
from zoom_component.testing.recording import RecordingWriter, Replay
from zoom_component.testing.sandbox_session import BASE_URL, open_sandbox_session
from zoom_component.testing.spec_files import TestSpec

__all__ = ["RecordingBackend", "ReplayBackend"]


class RecordingBackend:
    """Run specs on another backend and record their exchanges by the spec's path."""

    def __init__(self, backend: SpecBackend, recording: RecordingWriter) -> None:
        self._backend = backend
        self._recording = recording

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Return why the other backend cannot run a spec; "" if it can."""
        return self._backend.explain_unsupported(spec)

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """Open a session of the other backend, and record its exchanges when it closes."""
        with self._backend.open_session(spec) as backend:
            try:
                yield backend
            finally:
                self._recording.add_exchanges(backend.exchanges, spec.path)


class ReplayBackend:
    """Run specs on a recording. Its responses already contain the effects of faults and waits.

    A recording has no events, so the events that a spec expects are not checked.
    """

    def __init__(self, component: Component, replay: Replay) -> None:
        self._component = component
        self._replay = replay

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Return "": a recorded spec can run."""
        return ""

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """Open a session on the exchanges of the spec, each used once. Raise UnusedExchanges if one was not used."""
        transport = self._replay.create_transport(spec.path)
        if transport.has_tokens:
            clock = create_clock(spec)
            with open_sandbox_session(self._component, transport, clock) as (session, recorder):
                yield BackendSession(session, recorder.exchanges, clock.advance, do_nothing)
        else:
            recorder = RecordingTransport(transport, BASE_URL)
            driver = Driver(StaticToken("replayed-token", base_url=BASE_URL), recorder, sleep=do_nothing)
            with Session(self._component, driver, SessionOptions(count_daily=False)) as session:
                yield BackendSession(session, recorder.exchanges, do_nothing, do_nothing)
        transport.check_all_used()
