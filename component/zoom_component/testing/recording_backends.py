"""Stages whose exchanges are kept in a recording, and the stage that plays one."""

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
    """A stage whose exchanges go into a recording, each spec's under the path of its file."""

    def __init__(self, stage: SpecBackend, recording: RecordingWriter) -> None:
        self._stage = stage
        self._recording = recording

    def explain_unsupported(self, spec: TestSpec) -> str:
        """What the stage below lacks."""
        return self._stage.explain_unsupported(spec)

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """The stage below, open; what it exchanged is kept when it closes."""
        with self._stage.open_session(spec) as opened:
            try:
                yield opened
            finally:
                self._recording.add_exchanges(opened.exchanges, spec.path)


class ReplayBackend:
    """A recording in place of a Zoom. Faults and waits are in it already, as the answers that came.

    It holds no events: what a spec expects of them is not looked at.
    """

    def __init__(self, component: Component, replay: Replay) -> None:
        self._component = component
        self._replay = replay

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Nothing is lacking that was recorded."""
        return ""

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """The exchanges of the spec, each to be used once. Raises Leftover when one was not."""
        replayed = self._replay.create_transport(spec.path)
        if replayed.has_tokens:
            clock = create_clock(spec)
            with open_sandbox_session(self._component, replayed, clock) as (session, witness):
                yield BackendSession(session, witness.exchanges, clock.advance, do_nothing)
        else:
            witness = RecordingTransport(replayed, BASE_URL)
            wire = Driver(StaticToken("replayed-token", base_url=BASE_URL), witness, sleep=do_nothing)
            with Session(self._component, wire, SessionOptions(count_daily=False)) as session:
                yield BackendSession(session, witness.exchanges, do_nothing, do_nothing)
        replayed.check_all_used()
