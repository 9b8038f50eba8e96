"""The component at work: specs loaded, a connection opened, actions run by key.

    from zoom_component import Component

    zoom = Component.load()
    with zoom.connect(token="...", base_url="http://127.0.0.1:8087/v2") as session:
        meeting = session.run("createMeeting", {"userId": "me", "topic": "Daily"}).data
        for user in session.stream("listUsers"):
            print(user["email"])

Nothing is global: what a component knows and what a session holds go when they go. `aconnect` gives the same session
for `async with`, `await` and `async for`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from zoom_component import places
from zoom_component.calls import Options, Planned
from zoom_component.errors import InputError
from zoom_component.handlers import Call, handler
from zoom_component.language.catalogue import Catalogue
from zoom_component.language.spec import ActionSpec
from zoom_component.messages import BoundRequest
from zoom_component.request.inputs import gather
from zoom_component.request.replies import KnownCodes

if TYPE_CHECKING:
    import httpx

    from zoom_component.connections.connection import Connection
    from zoom_component.session import AsyncSession, Session
    from zoom_component.transport.ledger import Ledger

__all__ = ["Component", "Way"]


class Way(TypedDict, total=False):
    """How to reach an account without a stored connection: a token, or an app's credentials; and where the API is.

    `base_url` is an address such as https://api.zoom.us/v2, or a region word such as EU.
    """

    token: str | None
    base_url: str | None
    client_id: str | None
    client_secret: str | None
    account_id: str | None
    refresh_token: str | None


class Component:
    """The actions, triggers and connections at hand."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._actions: dict[str, ActionSpec] = {}
        self._codes: KnownCodes | None = None

    @classmethod
    def load(cls, *roots: Path | str) -> Component:
        """The packaged specs, and those below further `roots` (folders that hold actions/, triggers/, connections/)."""
        return cls(Catalogue(*roots))

    def action(self, key: str) -> ActionSpec:
        """The spec of an action. Raises SpecError for a key that is not there or whose file is faulty."""
        found = self._actions.get(key)
        if found is None:
            found = self._actions[key] = self.catalogue.action(key)
        return found

    def plan(self, key: str, inputs: Mapping[str, Any] | None = None, *, empty_is_absent: bool = False) -> Planned:
        """What a call would send first. Raises SpecError and InputError; touches no wire."""
        call = self.call(key, inputs or {}, empty_is_absent=empty_is_absent)
        flow = handler(call.action.handler)(call)
        try:
            request = next(flow)
        finally:
            flow.close()
        assert isinstance(request, BoundRequest)
        return Planned(request, call.inputs.values, tuple(call.inputs.cautions))

    def call(
        self,
        key: str,
        inputs: Mapping[str, Any],
        *,
        stream: bool = False,
        page_size: int | None = None,
        resume: str = "",
        merging: bool = False,
        empty_is_absent: bool = False,
    ) -> Call:
        """A checked call, ready for its handler. Raises InputError with every problem at once."""
        action = self.action(key)
        if empty_is_absent:
            inputs = {name: value for name, value in inputs.items() if value != ""}
        gathered = gather(action, inputs, merging=merging)
        if gathered.problems:
            raise InputError(gathered.problems, action=key)
        return Call(action, gathered, self.codes, stream, page_size, resume, merging)

    def codes(self) -> KnownCodes:
        """The table of known error codes, read when the first failure needs it."""
        if self._codes is None:
            text = (places.bundle() / "spec" / "zoom" / "errors.json").read_text(encoding="utf-8")
            self._codes = json.loads(text)["codes"]
        return self._codes

    def connect(
        self,
        connection: Connection | str | None = None,
        *,
        options: Options | None = None,
        transport: httpx.BaseTransport | None = None,
        **way: Unpack[Way],
    ) -> Session:
        """A session over a connection: given, named in the store, described by `way`, or found in the environment.

        Nothing is asked of anyone before the first call. Raises InputError or ConnectionFailed when there is no way.
        """
        from zoom_component.session import Session
        from zoom_component.transport.wire import Wire

        found, chosen = self.connection(connection, **way), options or Options()
        wire = Wire(found, transport, timeout=chosen.timeout, ledger=_ledger(found, chosen))
        return Session(self, wire, chosen)

    def aconnect(
        self,
        connection: Connection | str | None = None,
        *,
        options: Options | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        **way: Unpack[Way],
    ) -> AsyncSession:
        """The same for asyncio: `async with component.aconnect(...) as session`."""
        from zoom_component.session import AsyncSession
        from zoom_component.transport.wire import AsyncWire

        found, chosen = self.connection(connection, **way), options or Options()
        wire = AsyncWire(found, transport, timeout=chosen.timeout, ledger=_ledger(found, chosen))
        return AsyncSession(self, wire, chosen)

    def connection(self, connection: Connection | str | None = None, **way: Unpack[Way]) -> Connection:
        """The connection that `connect` would use."""
        if connection is not None and not isinstance(connection, str):
            return connection
        from zoom_component.connections.settings import Settings, resolve

        said = {name: str(value) for name, value in way.items() if value is not None}
        return resolve(self.catalogue.connections(), Settings(connection=connection or "", **said))


def _ledger(connection: Connection, options: Options) -> Ledger | None:
    """Zoom's allowances are Zoom's: on loopback nothing is counted unless asked for."""
    counting = options.count_daily
    if counting is None:
        from zoom_component.connections.addresses import is_loopback

        counting = not is_loopback(connection.base_url)
    if not counting:
        return None
    from zoom_component.transport.ledger import Ledger

    return Ledger(places.state(), f"{connection.base_url} {connection.name}", options.clock)
