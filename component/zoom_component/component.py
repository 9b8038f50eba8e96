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

from zoom_component import paths
from zoom_component.client.actions import Actions
from zoom_component.client.calls import SessionOptions
from zoom_component.client.session import AsyncSession, Session

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.daily_quota import DailyQuota
    from zoom_component.events.webhook import Headers, TriggerResult

__all__ = ["Component", "ConnectArgs"]


class ConnectArgs(TypedDict, total=False):
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
        options: SessionOptions | None = None,
        transport: httpx.BaseTransport | None = None,
        **args: Unpack[ConnectArgs],
    ) -> Session:
        """A session over a connection: given, named in the store, described by `way`, or found in the environment.

        Nothing is asked of anyone before the first call. Raises InputError or ConnectionFailed when there is no way.
        """
        from zoom_component.client.transport.driver import Driver

        found, chosen = self.resolve_connection(connection, **args), options or SessionOptions()
        wire = Driver(found, transport, timeout=chosen.timeout, daily_quota=_ledger(found, chosen))
        return Session(self, wire, chosen)

    def aconnect(
        self,
        connection: Connection | str | None = None,
        *,
        options: SessionOptions | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        **args: Unpack[ConnectArgs],
    ) -> AsyncSession:
        """The same for asyncio: `async with component.aconnect(...) as session`."""
        from zoom_component.client.transport.async_driver import AsyncDriver

        found, chosen = self.resolve_connection(connection, **args), options or SessionOptions()
        wire = AsyncDriver(found, transport, timeout=chosen.timeout, daily_quota=_ledger(found, chosen))
        return AsyncSession(self, wire, chosen)

    def receive_webhook(
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
            return triggers.build_simulated_result(headers, body, **more)
        verifier = triggers.Verifier([str(inputs.get("webhookSecretToken") or "")])
        verdict = verifier.verify(headers, body, time.time() if now is None else now)
        if strict and isinstance(verdict, triggers.Notification):
            from zoom_component.events.types.schema_drift import detect_drift

            verdict = detect_drift(verdict.event).to_rejection() or verdict
        return triggers.build_trigger_result(verdict, headers, body, **more)

    def resolve_connection(self, connection: Connection | str | None = None, **args: Unpack[ConnectArgs]) -> Connection:
        """The connection that `connect` would use."""
        if connection is not None and not isinstance(connection, str):
            return connection
        from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection

        said = {name: str(value) for name, value in args.items() if value is not None}
        return resolve_connection(self.catalogue.connections(), ConnectionSettings(connection=connection or "", **said))


def _ledger(connection: Connection, options: SessionOptions) -> DailyQuota | None:
    """Zoom's allowances are Zoom's: on loopback nothing is counted unless asked for."""
    counting = options.count_daily
    if counting is None:
        from zoom_component.client.connections.urls import is_loopback_url

        counting = not is_loopback_url(connection.base_url)
    if not counting:
        return None
    from zoom_component.client.transport.daily_quota import DailyQuota

    return DailyQuota(paths.get_state_dir(), f"{connection.base_url} {connection.identity}", options.clock)
