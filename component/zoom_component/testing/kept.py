"""Stages whose exchanges are kept in a recording, and the stage that plays one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zoom_component.client.calls import Options
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.session import Session
from zoom_component.client.transport.wire import Wire
from zoom_component.component import Component
from zoom_component.testing.exchanges import Witness
from zoom_component.testing.recording import Recording, Replay
from zoom_component.testing.spec import Spec
from zoom_component.testing.stages import Set, Stage, clock_of, nothing
from zoom_component.testing.still import BASE, still_session

__all__ = ["Recorded", "Replaying"]


class Recorded:
    """A stage whose exchanges go into a recording, each spec's under the path of its file."""

    def __init__(self, stage: Stage, recording: Recording) -> None:
        self._stage = stage
        self._recording = recording

    def lacks(self, spec: Spec) -> str:
        """What the stage below lacks."""
        return self._stage.lacks(spec)

    @contextmanager
    def open(self, spec: Spec) -> Iterator[Set]:
        """The stage below, open; what it exchanged is kept when it closes."""
        with self._stage.open(spec) as opened:
            try:
                yield opened
            finally:
                self._recording.add(opened.exchanges, spec.path)


class Replaying:
    """A recording in place of a Zoom. Faults and waits are in it already, as the answers that came.

    It holds no events: what a spec expects of them is not looked at.
    """

    def __init__(self, component: Component, replay: Replay) -> None:
        self._component = component
        self._replay = replay

    def lacks(self, spec: Spec) -> str:
        """Nothing is lacking that was recorded."""
        return ""

    @contextmanager
    def open(self, spec: Spec) -> Iterator[Set]:
        """The exchanges of the spec, each to be used once. Raises Leftover when one was not."""
        replayed = self._replay.of(spec.path)
        if replayed.has_tokens:
            clock = clock_of(spec)
            with still_session(self._component, replayed, clock) as (session, witness):
                yield Set(session, witness.exchanges, clock.advance, nothing)
        else:
            witness = Witness(replayed, BASE)
            wire = Wire(StaticToken("replayed-token", base_url=BASE), witness, sleep=nothing)
            with Session(self._component, wire, Options(count_daily=False)) as session:
                yield Set(session, witness.exchanges, nothing, nothing)
        replayed.settle()
