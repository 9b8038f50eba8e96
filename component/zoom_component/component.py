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

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from zoom_component import places
from zoom_component.client.actions import Actions
from zoom_component.client.calls import Options
from zoom_component.client.session import AsyncSession, Session

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.ledger import Ledger
    from zoom_component.events.webhook import Headers, TriggerResult

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


class Component(Actions):
    """The actions, triggers and connections at hand, and the ways to an account."""

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
        from zoom_component.client.transport.wire import Wire

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
        from zoom_component.client.transport.async_wire import AsyncWire

        found, chosen = self.connection(connection, **way), options or Options()
        wire = AsyncWire(found, transport, timeout=chosen.timeout, ledger=_ledger(found, chosen))
        return AsyncSession(self, wire, chosen)

    def receive(
        self,
        key: str,
        inputs: Mapping[str, Any],
        headers: Headers,
        body: bytes,
        *,
        now: float | None = None,
        simulated: bool = False,
        strict: bool = False,
        **more: Any,
    ) -> TriggerResult:
        """What a webhook trigger makes of a delivery: its payload, the branch to take, and what is to be answered.

        `body` are the bytes as they came; `now` is in epoch seconds. A `simulated` run, as a designer makes it, is not
        verified. `strict` also refuses an event that is unknown, or that differs from the schema that Zoom published;
        else it passes (`events.drift` tells the differences). `more` are further parts of the payload, such as
        queryParameters. Nothing is kept: see `receiver` for that. Raises WebhookRejected for a delivery that is not
        Zoom's, and InputError for a blank secret.
        """
        from zoom_component.events import webhook as triggers

        self.catalogue.trigger(key)
        if simulated:
            return triggers.simulated(headers, body, **more)
        verifier = triggers.Verifier([str(inputs.get("webhookSecretToken") or "")])
        verdict = verifier.judge(headers, body, time.time() if now is None else now)
        if strict and isinstance(verdict, triggers.Notification):
            from zoom_component.events.types.compared import drift

            verdict = drift(verdict.event).refusal() or verdict
        return triggers.outcome(verdict, headers, body, **more)

    def connection(self, connection: Connection | str | None = None, **way: Unpack[Way]) -> Connection:
        """The connection that `connect` would use."""
        if connection is not None and not isinstance(connection, str):
            return connection
        from zoom_component.client.connections.settings import Settings, resolve

        said = {name: str(value) for name, value in way.items() if value is not None}
        return resolve(self.catalogue.connections(), Settings(connection=connection or "", **said))


def _ledger(connection: Connection, options: Options) -> Ledger | None:
    """Zoom's allowances are Zoom's: on loopback nothing is counted unless asked for."""
    counting = options.count_daily
    if counting is None:
        from zoom_component.client.connections.addresses import is_loopback

        counting = not is_loopback(connection.base_url)
    if not counting:
        return None
    from zoom_component.client.transport.ledger import Ledger

    return Ledger(places.state(), f"{connection.base_url} {connection.identity}", options.clock)
