"""Summarize the saved connections without their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.network.proxies import redact_proxy
from zoom_component.errors import ConnectionFailed

__all__ = ["ConnectionSummary", "summarize_connections"]


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """Hold what a table shows of a stored connection, without secrets.

    `expires_at` is when the access token expires (ISO 8601, UTC); "" if that is not known. The credentials in `proxy`
    are masked.
    """

    name: str
    kind: str
    base_url: str = ""
    state: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    expires_at: str = ""
    proxy: str = ""
    ca_file: str = ""


def summarize_connections(registry: ConnectionRegistry) -> list[ConnectionSummary]:
    """Return a summary of each saved connection.

    The state of a row that cannot be decrypted is "cannot be decrypted".
    """
    return [_summarize_row(registry, name) for name in registry.list_names()]


def _summarize_row(registry: ConnectionRegistry, name: str) -> ConnectionSummary:
    try:
        row = registry.read_row(name)
    except ConnectionFailed:
        return ConnectionSummary(name, kind="", state="cannot be decrypted")
    expires_at = row.token.expires_at if row.token else None
    return ConnectionSummary(
        name,
        row.kind,
        row.base_url,
        row.state,
        row.fields.get("clientId", ""),
        row.token.scopes if row.token else (),
        "" if expires_at is None else f"{datetime.fromtimestamp(expires_at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        redact_proxy(row.proxy),
        row.ca_file,
    )
