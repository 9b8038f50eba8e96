"""Where a spec runs: a stage opens a session whose exchanges can be seen, on an embedded Zoom or over a connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from zoom_component.calls import Options
from zoom_component.connections.connection import StaticToken
from zoom_component.harness.exchanges import Exchange, Witness
from zoom_component.harness.playing import play
from zoom_component.harness.spec import Spec, moment
from zoom_component.runtime import Component
from zoom_component.sandbox import Sandbox, StillClock
from zoom_component.session import Session
from zoom_component.transport.http import sync_transport
from zoom_component.transport.wire import Wire

if TYPE_CHECKING:
    import httpx

    from zoom_component.connections.connection import Connection

__all__ = ["Embedded", "Remote", "Set", "Stage", "embedded_session"]

BASE = "http://127.0.0.1/v2"
# A day in the middle of a week and a month: 2026-03-10T11:00:00Z.
NOON = 1_773_140_400.0


class Set(NamedTuple):
    """An open stage: the session, what it exchanged so far, and what only an embedded Zoom can do.

    `events` are the bodies that it announced so far, as a webhook would get them.
    """

    session: Session
    exchanges: list[Exchange]
    advance: Callable[[float], None]
    faults: Callable[[Sequence[Mapping[str, Any]]], None]
    events: Sequence[Mapping[str, Any]] = ()
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
    """An embedded Zoom of its own for every spec, without a socket, on a clock that waits move."""

    def __init__(self, component: Component) -> None:
        self._component = component

    def lacks(self, spec: Spec) -> str:
        """Nothing is lacking here."""
        return ""

    @contextmanager
    def open(self, spec: Spec) -> Iterator[Set]:
        """A fresh account for the spec."""
        clock = StillClock(moment(spec.zoom["clock"]) if "clock" in spec.zoom else NOON)
        sandbox = Sandbox(clock=clock, seed=spec.zoom.get("seed", 0), users=spec.zoom.get("users", 0))
        events: list[dict[str, Any]] = []
        sandbox.listen(events.append)
        lasting = spec.zoom.get("faults", [])
        _set_faults(sandbox, lasting)

        def faults(wanted: Sequence[Mapping[str, Any]]) -> None:
            for fault in [*added]:
                sandbox.zoom.faults.remove(fault)
                added.remove(fault)
            added.extend(_set_faults(sandbox, wanted))

        added: list[Any] = []
        with embedded_session(self._component, sandbox, clock) as (session, witness):
            acts = partial(play, sandbox)
            yield Set(session, witness.exchanges, clock.advance, faults, events, acts)


@contextmanager
def embedded_session(
    component: Component, sandbox: Sandbox, clock: StillClock, options: Options | None = None
) -> Iterator[tuple[Session, Witness]]:
    """A session with an embedded Zoom, without a socket. No wait takes time: each moves the clock."""
    chosen = (options or Options())._replace(clock=clock, chance=lambda: 0.5, count_daily=False)
    witness = Witness(sandbox.transport(sleep=clock.advance), BASE, clock)
    wire = Wire(_Renewing(sandbox), witness, timeout=chosen.timeout, sleep=clock.advance)
    with Session(component, wire, chosen) as session:
        yield session, witness


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
            needs += ["events"] if step.expect.get("events") is not None else []
        return f"only the embedded Zoom has {', '.join(dict.fromkeys(needs))}" if needs else ""

    @contextmanager
    def open(self, spec: Spec) -> Iterator[Set]:
        """A session over the connection."""
        witness = Witness(self._transport(), self._connection.base_url)
        wire = Wire(_Kept(self._connection), witness, timeout=self._options.timeout, sleep=time.sleep)
        with Session(self._component, wire, self._options) as session:
            yield Set(session, witness.exchanges, nothing, nothing)


class _Renewing(StaticToken):
    """A token of the embedded Zoom, and another one whenever it is refused: as an app's connection does it."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.token(), base_url=BASE, name="sandbox")
        self._sandbox = sandbox

    def renew(self, rejected: str) -> str:
        """A fresh token; the old one stays as good or bad as it was."""
        self._access = self._sandbox.token()
        return self.authorize()


class _Kept:
    """A connection that outlives the sessions over it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        """Left open: others go on with it."""


def nothing(_: Any) -> None:
    """What a stage does where it can do nothing."""


def _set_faults(sandbox: Sandbox, wanted: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [sandbox.fault(fault.get("method") or "*", fault.get("path") or "*", **_words(fault)) for fault in wanted]


def _words(fault: Mapping[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in fault.items() if word not in ("method", "path") and value is not None}
