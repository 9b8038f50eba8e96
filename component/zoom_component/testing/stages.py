"""Where a spec runs: a stage opens a session whose exchanges can be seen, on an embedded Zoom or over a connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from zoom_component.client.calls import Options
from zoom_component.client.session import Session
from zoom_component.client.transport.http import sync_transport
from zoom_component.client.transport.wire import Wire
from zoom_component.component import Component
from zoom_component.testing.exchanges import Exchange, Witness
from zoom_component.testing.playing import play
from zoom_component.testing.spec import Spec, moment
from zoom_component.testing.still import still_session
from zoom_sandbox import Fault, Sandbox, StillClock
from zoom_sandbox.fault_words import read_faults

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection

__all__ = ["Embedded", "Remote", "Set", "Stage", "clock_of", "nothing"]

# A day in the middle of a week and a month: 2026-03-10T11:00:00Z.
NOON = 1_773_140_400.0


class Set(NamedTuple):
    """An open stage: the session, what it exchanged so far, and what only an embedded Zoom can do.

    `faults` sets those of a step in place of the last one's, and gives them with the count of their hits. `events` are
    the bodies that it announced so far, as a webhook would get them; None where they cannot be seen.
    """

    session: Session
    exchanges: list[Exchange]
    advance: Callable[[float], None]
    faults: Callable[[Sequence[Mapping[str, Any]]], Sequence[Fault] | None]
    events: Sequence[Mapping[str, Any]] | None = None
    play: Callable[[Mapping[str, Any]], None] = lambda _: None


class Stage(Protocol):
    """A place to run specs at. Leaving it may raise Leftover when something that had to happen did not."""

    def lacks(self, spec: Spec) -> str:
        """Why this spec cannot run here; "" when it can."""
        ...

    def open(self, spec: Spec) -> Any:
        """A context manager that gives the Set for one spec."""
        ...


class Embedded:
    """An embedded Zoom of its own for every spec, without a socket, on a clock that waits move.

    The session connects as a Server-to-Server app does, and asks for its token when the first call needs it.
    """

    def __init__(self, component: Component) -> None:
        self._component = component

    def lacks(self, spec: Spec) -> str:
        """Nothing is lacking here."""
        return ""

    @contextmanager
    def open(self, spec: Spec) -> Iterator[Set]:
        """A fresh account for the spec."""
        clock = clock_of(spec)
        sandbox = Sandbox(clock=clock, seed=spec.zoom.get("seed", 0), users=spec.zoom.get("users", 0))
        events: list[dict[str, Any]] = []
        sandbox.listen(events.append)
        lasting = spec.zoom.get("faults", [])
        _set_faults(sandbox, lasting)

        def faults(wanted: Sequence[Mapping[str, Any]]) -> Sequence[Fault]:
            for fault in [*added]:
                sandbox.zoom.faults.remove(fault)
                added.remove(fault)
            added.extend(_set_faults(sandbox, wanted))
            return [*added]

        added: list[Fault] = []
        transport = sandbox.transport(sleep=clock.advance)
        with still_session(self._component, transport, clock) as (session, witness):
            yield Set(session, witness.exchanges, clock.advance, faults, events, partial(play, sandbox))


class Remote:
    """A Zoom at an address: one connection for all specs. Faults and the clock are not ours there."""

    def __init__(
        self,
        component: Component,
        connection: Connection,
        *,
        options: Options | None = None,
        transport: Callable[[], httpx.BaseTransport] | None = None,
    ) -> None:
        self._component = component
        self._connection = connection
        self._options = options or Options()
        self._transport = transport or (lambda: sync_transport(connection.base_url))

    def lacks(self, spec: Spec) -> str:
        """Why the spec needs the embedded Zoom, if it does."""
        needs = [word for word in ("seed", "clock", "users", "faults") if spec.zoom.get(word)]
        for step in spec.steps:
            needs += [word for word in ("advance", "faults", "play") if step.words.get(word)]
            needs += ["tokens"] if step.expect.get("tokens") is not None else []
            needs += ["events"] if step.expect.get("events") is not None and not step.words.get("poll") else []
        return f"only the embedded Zoom has {', '.join(dict.fromkeys(needs))}" if needs else ""

    @contextmanager
    def open(self, spec: Spec) -> Iterator[Set]:
        """A session over the connection."""
        witness = Witness(self._transport(), self._connection.base_url)
        wire = Wire(_Kept(self._connection), witness, timeout=self._options.timeout, sleep=time.sleep)
        with Session(self._component, wire, self._options) as session:
            yield Set(session, witness.exchanges, nothing, nothing)


class _Kept:
    """A connection that outlives the sessions over it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """Left open: others go on with it."""


def clock_of(spec: Spec) -> StillClock:
    """A clock that stands where the spec begins."""
    return StillClock(moment(spec.zoom["clock"]) if "clock" in spec.zoom else NOON)


def nothing(_: Any) -> None:
    """What a stage does where it can do nothing."""


def _set_faults(sandbox: Sandbox, wanted: Sequence[Mapping[str, Any]]) -> list[Fault]:
    found = read_faults([*wanted])
    return [sandbox.zoom.add_fault(fault) for fault in found if isinstance(fault, Fault)]
