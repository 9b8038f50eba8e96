"""Run the component: load the specs, open a connection, and run actions by key.

    from zoom_component import Component

    zoom = Component.load()
    with zoom.connect(token="...", base_url="http://127.0.0.1:8087/v2") as session:
        meeting = session.run("createMeeting", {"userId": "me", "topic": "Daily"}).data
        for user in session.stream("listUsers"):
            print(user["email"])

There is no global state. `aconnect` returns the same session for `async with`, `await` and `async for`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from zoom_component.client.actions import Actions
from zoom_component.client.network.settings import DIRECT
from zoom_component.client.session import AsyncSession, Session, open_async_session, open_session

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.calls import SessionOptions
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.network.transports import AsyncTransport, Transport
    from zoom_component.events.webhook import Headers, TriggerResult

__all__ = ["Component", "ConnectArgs"]


class ConnectArgs(TypedDict, total=False):
    """Name an account without a stored connection: by a token or the credentials of an app, and by the base URL.

    `base_url` is a URL such as https://api.zoom.us/v2, or a region such as EU. `proxy` is the URL of a proxy, or "none"
    to connect directly; `ca_file` is a file or folder of certificate authorities to trust as well. Both also apply to a
    stored connection. `env_file` is a file of variables, such as .env; none is read unless it is named.
    """

    token: str | None
    base_url: str | None
    client_id: str | None
    client_secret: str | None
    account_id: str | None
    refresh_token: str | None
    proxy: str | None
    ca_file: str | None
    env_file: str | None


class Component(Actions):
    """Hold the actions, triggers and connections, and open sessions over them."""

    def connect(
        self,
        connection: Connection | str | None = None,
        *,
        options: SessionOptions | None = None,
        transport: httpx.BaseTransport | Transport | None = None,
        **args: Unpack[ConnectArgs],
    ) -> Session:
        """Return a session over a connection.

        `connection` is a connection or the name of a stored one. Without it, `args` or the environment name the
        account. Nothing is sent before the first call. Raises InputError or ConnectionFailed if no account is
        named.
        """
        return open_session(self, self.resolve_connection(connection, **args), options, transport)

    def aconnect(
        self,
        connection: Connection | str | None = None,
        *,
        options: SessionOptions | None = None,
        transport: httpx.AsyncBaseTransport | AsyncTransport | None = None,
        **args: Unpack[ConnectArgs],
    ) -> AsyncSession:
        """Return a session for asyncio, as `connect` does: `async with component.aconnect(...) as session`."""
        return open_async_session(self, self.resolve_connection(connection, **args), options, transport)

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
        """Return what a webhook trigger makes of a delivery: its payload, the branch to take, and the response.

        `body` is the body as it was received; `now` is in epoch seconds. A `simulated` run, as a designer starts it, is
        not verified. `strict` also rejects an event that is unknown, or that differs from the schema that Zoom
        published (`events.types.schema_drift` lists the differences). `more` are further parts of the payload, such as
        queryParameters. Nothing is stored; `events.receiver` does that. Raises WebhookRejected for a delivery that is
        not Zoom's, and InputError for a blank secret.
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
        """Return the connection that `connect` would use."""
        if connection is not None and not isinstance(connection, str):
            if args.get("proxy") is not None or args.get("ca_file") is not None:
                raise TypeError("expected proxy and ca_file in the connection itself (network=), got them beside it")
            return connection
        from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection

        values = {name: str(value) for name, value in args.items() if value is not None}
        if values.get("proxy") == "":
            values["proxy"] = DIRECT
        settings = ConnectionSettings(connection=connection or "", **values)
        return resolve_connection(self.catalogue.connections(), settings)
