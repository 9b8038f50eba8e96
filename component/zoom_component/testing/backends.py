"""Where a spec runs: a stage opens a session whose exchanges can be seen, on an embedded Zoom or over a connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from zoom_component.client.calls import SessionOptions
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver, create_transport
from zoom_component.component import Component
from zoom_component.testing.exchanges import RecordedExchange, RecordingTransport
from zoom_component.testing.sandbox_session import open_sandbox_session
from zoom_component.testing.simulation import simulate
from zoom_component.testing.spec_files import TestSpec, parse_moment
from zoom_sandbox import Fault, ManualClock, Sandbox
from zoom_sandbox.fault_parsing import parse_faults

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection

__all__ = ["BackendSession", "ConnectionBackend", "SandboxBackend", "SpecBackend", "create_clock", "do_nothing"]

# A day in the middle of a week and a month: 2026-03-10T11:00:00Z.
NOON = 1_773_140_400.0


class BackendSession(NamedTuple):
    """An open stage: the session, what it exchanged so far, and what only an embedded Zoom can do.

    `faults` sets those of a step in place of the last one's, and gives them with the count of their hits. `events` are
    the bodies that it announced so far, as a webhook would get them; None where they cannot be seen.
    """

    session: Session
    exchanges: list[RecordedExchange]
    advance: Callable[[float], None]
    set_faults: Callable[[Sequence[Mapping[str, Any]]], Sequence[Fault] | None]
    events: Sequence[Mapping[str, Any]] | None = None
    simulate: Callable[[Mapping[str, Any]], None] = lambda _: None


class SpecBackend(Protocol):
    """A place to run specs at. Leaving it may raise Leftover when something that had to happen did not."""

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Why this spec cannot run here; "" when it can."""
        ...

    def open_session(self, spec: TestSpec) -> Any:
        """A context manager that gives the Set for one spec."""
        ...


class SandboxBackend:
    """An embedded Zoom of its own for every spec, without a socket, on a clock that waits move.

    The session connects as a Server-to-Server app does, and asks for its token when the first call needs it.
    """

    def __init__(self, component: Component) -> None:
        self._component = component

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Nothing is lacking here."""
        return ""

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """A fresh account for the spec."""
        clock = create_clock(spec)
        sandbox = Sandbox(clock=clock, random_seed=spec.sandbox.get("seed", 0), users=spec.sandbox.get("users", 0))
        events: list[dict[str, Any]] = []
        sandbox.add_listener(events.append)
        lasting = spec.sandbox.get("faults", [])
        _set_faults(sandbox, lasting)

        def faults(wanted: Sequence[Mapping[str, Any]]) -> Sequence[Fault]:
            for fault in [*added]:
                sandbox.engine.faults.remove(fault)
                added.remove(fault)
            added.extend(_set_faults(sandbox, wanted))
            return [*added]

        added: list[Fault] = []
        transport = sandbox.create_transport(sleep=clock.advance)
        with open_sandbox_session(self._component, transport, clock) as (session, witness):
            yield BackendSession(session, witness.exchanges, clock.advance, faults, events, partial(simulate, sandbox))


class ConnectionBackend:
    """A Zoom at an address: one connection for all specs. Faults and the clock are not ours there."""

    def __init__(
        self,
        component: Component,
        connection: Connection,
        *,
        options: SessionOptions | None = None,
        transport: Callable[[], httpx.BaseTransport] | None = None,
    ) -> None:
        self._component = component
        self._connection = connection
        self._options = options or SessionOptions()
        self._transport = transport or (lambda: create_transport(connection.base_url))

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Why the spec needs the embedded Zoom, if it does."""
        needs = [word for word in ("seed", "clock", "users", "faults") if spec.sandbox.get(word)]
        for step in spec.steps:
            needs += [word for word in ("advance", "faults", "play") if step.fields.get(word)]
            needs += ["tokens"] if step.expect.get("tokens") is not None else []
            needs += ["events"] if step.expect.get("events") is not None and not step.fields.get("poll") else []
        return f"only the embedded Zoom has {', '.join(dict.fromkeys(needs))}" if needs else ""

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """A session over the connection."""
        witness = RecordingTransport(self._transport(), self._connection.base_url)
        wire = Driver(_SharedConnection(self._connection), witness, timeout=self._options.timeout, sleep=time.sleep)
        with Session(self._component, wire, self._options) as session:
            yield BackendSession(session, witness.exchanges, do_nothing, do_nothing)


class _SharedConnection:
    """A connection that outlives the sessions over it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """Left open: others go on with it."""


def create_clock(spec: TestSpec) -> ManualClock:
    """A clock that stands where the spec begins."""
    return ManualClock(parse_moment(spec.sandbox["clock"]) if "clock" in spec.sandbox else NOON)


def do_nothing(_: Any) -> None:
    """What a stage does where it can do nothing."""


def _set_faults(sandbox: Sandbox, wanted: Sequence[Mapping[str, Any]]) -> list[Fault]:
    found = parse_faults([*wanted])
    return [sandbox.engine.add_fault(fault) for fault in found if isinstance(fault, Fault)]
