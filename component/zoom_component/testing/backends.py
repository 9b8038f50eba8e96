"""Run test specs on a sandbox or over a connection, in sessions that record their exchanges."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from zoom_component.client.calls import SessionOptions
from zoom_component.client.network.transports import create_httpx_transport
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver, get_network
from zoom_component.component import Component
from zoom_component.testing.exchanges import RecordedExchange, RecordingTransport
from zoom_component.testing.sandbox_session import open_sandbox_session
from zoom_component.testing.simulation import simulate
from zoom_component.testing.spec_files import TestSpec, parse_moment
from zoom_sandbox import ApiFault, ManualClock, Sandbox
from zoom_sandbox.fault_parsing import parse_faults

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection

__all__ = ["BackendSession", "ConnectionBackend", "SandboxBackend", "SpecBackend", "create_clock", "do_nothing"]

# 2026-03-10T11:00:00Z, in the middle of a week and of a month.
NOON = 1_773_140_400.0


class BackendSession(NamedTuple):
    """Hold an open session of a backend, and what only a sandbox can do.

    `exchanges` grows with each request. `advance` moves the clock by seconds. `set_faults` replaces the injected faults
    of the previous step and returns the new ones, which count their hits. `events` are the bodies of the events that
    the sandbox published, None if the backend cannot see them. `simulate` runs an activity of the test spec.
    """

    session: Session
    exchanges: list[RecordedExchange]
    advance: Callable[[float], None]
    set_faults: Callable[[Sequence[Mapping[str, Any]]], Sequence[ApiFault] | None]
    events: Sequence[Mapping[str, Any]] | None = None
    simulate: Callable[[Mapping[str, Any]], None] = lambda _: None


class SpecBackend(Protocol):
    """Run test specs. Leaving a session may raise UnusedExchanges."""

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Return why a spec cannot run on this backend; "" if it can."""

    def open_session(self, spec: TestSpec) -> AbstractContextManager[BackendSession]:
        """Return a context manager that opens a session for one spec."""


class SandboxBackend:
    """Run each spec on a new sandbox, in memory, with a clock that only waiting moves.

    The session connects as a Server-to-Server app does, and requests its token with the first call.
    """

    def __init__(self, component: Component) -> None:
        self._component = component

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Return "": a sandbox supports every spec."""
        return ""

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """Open a session on a new account."""
        clock = create_clock(spec)
        sandbox = Sandbox(clock=clock, random_seed=spec.sandbox.get("seed", 0), users=spec.sandbox.get("users", 0))
        events: list[dict[str, Any]] = []
        sandbox.add_listener(events.append)
        permanent = _parse_api_faults(spec.sandbox.get("faults", []))

        def set_faults(rows: Sequence[Mapping[str, Any]]) -> Sequence[ApiFault]:
            faults = _parse_api_faults(rows)
            sandbox.clear_faults()
            # The faults of the whole file are the same objects in each step, so that they go on counting calls.
            for fault in (*permanent, *faults):
                sandbox.engine.add_fault(fault)
            return faults

        set_faults([])
        transport = sandbox.create_transport(sleep=clock.advance)
        with open_sandbox_session(self._component, transport, clock) as (session, recorder):
            yield BackendSession(
                session, recorder.exchanges, clock.advance, set_faults, events, partial(simulate, sandbox)
            )


class ConnectionBackend:
    """Run all specs over one connection, such as a real account. Faults and the clock cannot be controlled there."""

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
        self._transport = transport or (lambda: create_httpx_transport(connection.base_url, get_network(connection)))

    def explain_unsupported(self, spec: TestSpec) -> str:
        """Return which features of the spec only a sandbox has."""
        features = [key for key in ("seed", "clock", "users", "faults") if spec.sandbox.get(key)]
        for step in spec.steps:
            features += [key for key in ("advance", "faults", "simulate") if step.fields.get(key)]
            features += ["tokenRequests"] if step.expect.get("tokenRequests") is not None else []
            features += ["events"] if step.expect.get("events") is not None and not step.fields.get("poll") else []
        return f"only a sandbox supports {', '.join(dict.fromkeys(features))}" if features else ""

    @contextmanager
    def open_session(self, spec: TestSpec) -> Iterator[BackendSession]:
        """Open a session over the connection."""
        recorder = RecordingTransport(self._transport(), self._connection.base_url)
        driver = Driver(_SharedConnection(self._connection), recorder, timeout=self._options.timeout, sleep=time.sleep)
        with Session(self._component, driver, self._options) as session:
            yield BackendSession(session, recorder.exchanges, do_nothing, do_nothing)


class _SharedConnection:
    """Wrap a connection so that a session does not close it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """Do nothing: other sessions use the connection."""


def create_clock(spec: TestSpec) -> ManualClock:
    """Return a clock that shows the start time of the spec."""
    return ManualClock(parse_moment(spec.sandbox["clock"]) if "clock" in spec.sandbox else NOON)


def do_nothing(_: Any) -> None:
    """Do nothing, in place of what a backend does not support."""


def _parse_api_faults(rows: Sequence[Mapping[str, Any]]) -> list[ApiFault]:
    return [fault for fault in parse_faults([*rows]) if isinstance(fault, ApiFault)]
