"""Connections that people saved, by name; and the rows, without a name, where others share their tokens."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.client.connections import urls
from zoom_component.client.connections.fields import ACCOUNT_CREDENTIALS, Credentials, build_credentials, check_fields
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.store import (
    READY,
    RECONNECT_NEEDED,
    ConnectionStore,
    MemoryStore,
    StoredConnection,
    StoreError,
)
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.connections.tokens import Token, clean_access_token
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ConnectionSpec

__all__ = ["ConnectionRegistry", "ConnectionSummary", "open_store"]

_log = logging.getLogger(__name__)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# No name that a person may choose begins so.
_SHARED = "~"


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """A stored connection as a table shows it. `expires_at` is ISO 8601 in UTC, of the access token; "" if unknown."""

    name: str
    kind: str
    base_url: str = ""
    state: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    expires_at: str = ""


def open_store(folder: Path | None = None) -> ConnectionStore:
    """The machine's store of connections; one in memory, with a warning in the log, where nothing can be written."""
    from zoom_component.client.connections.encrypted_store import EncryptedStore

    try:
        return EncryptedStore(folder or paths.get_state_dir())
    except StoreError as error:
        _log.warning("Tokens live in this process only: %s", error)
        return MemoryStore()


class ConnectionRegistry:
    """The connections of this machine. `specs` are the kinds there are, by key."""

    def __init__(
        self,
        specs: Mapping[str, ConnectionSpec],
        store: ConnectionStore | None = None,
        *,
        endpoint: TokenEndpoint | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._specs = specs
        self._store = open_store() if store is None else store
        self._endpoint = endpoint or TokenEndpoint()
        self._clock = clock

    def save(
        self,
        name: str,
        kind: str,
        fields: Mapping[str, Any],
        base_url: str | None = None,
        token: Token | None = None,
    ) -> None:
        """Keep a connection under a name, in place of one that had it.

        Raises InputError with all that is wrong with the inputs, ConnectionFailed when this machine cannot
        keep it.
        """
        problems = [] if _NAME.fullmatch(name) else [Problem("name", _NAME_RULE)]
        try:
            base, kept = urls.parse_base_url(base_url), check_fields(self._spec(kind), fields)
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
        if problems:
            raise InputError(problems)
        waits = token is None and self._spec(kind).grant != ACCOUNT_CREDENTIALS
        row = StoredConnection(name, kind, base, kept, token, RECONNECT_NEEDED if waits else READY, self._clock())
        if isinstance(self._store, MemoryStore):
            raise ConnectionFailed(_UNWRITABLE, connection=name)
        try:
            with self._store.lock(name):
                self._store.write(row)
        except StoreError as error:
            raise ConnectionFailed(_UNWRITABLE, connection=name, detail=str(error)) from None

    def list_names(self) -> list[str]:
        """The names that people gave, in order."""
        try:
            return [name for name in self._store.list_names() if not name.startswith(_SHARED)]
        except StoreError:
            return []

    def remove(self, name: str) -> None:
        """Forget a connection. Raises ConnectionFailed when there is none of that name."""
        if not _NAME.fullmatch(name):
            raise self._unknown(name)
        try:
            with self._store.lock(name):
                if not self._store.remove(name):
                    raise self._unknown(name)
        except StoreError as error:
            raise ConnectionFailed(_UNWRITABLE, connection=name, detail=str(error)) from None

    def open(self, name: str) -> RenewingConnection:
        """The connection of that name. Asks nobody for a token yet. Raises ConnectionFailed."""
        row = self._row(name)
        try:
            known = build_credentials(self._spec(row.kind), row.fields, row.base_url)
        except InputError as error:
            raise ConnectionFailed(
                f"The stored connection {name!r} is not whole: {error.message} Connect again.",
                connection=name,
                reconnect=True,
            ) from None
        return RenewingConnection(
            known,
            name=name,
            base_url=row.base_url,
            store=self._store,
            stored=row,
            endpoint=self._endpoint,
            clock=self._clock,
        )

    def open_with_fields(
        self, kind: str, fields: Mapping[str, Any], base_url: str | None = None, token: Token | None = None
    ) -> RenewingConnection:
        """A connection that nobody saved, from its fields; its token is shared with whoever gives the same ones.

        Raises InputError with all that is wrong with the inputs.
        """
        base = urls.parse_base_url(base_url)
        known = build_credentials(self._spec(kind), fields, base)
        if token is not None:
            access, refresh = (clean_access_token(part) if part else "" for part in (token.access, token.refresh))
            token = replace(token, access=access, refresh=refresh)
        return RenewingConnection(
            known,
            name=kind,
            base_url=base,
            store=self._store,
            row_name=_shared_row(known, base, token),
            initial_token=token,
            endpoint=self._endpoint,
            clock=self._clock,
        )

    def summarize(self) -> list[ConnectionSummary]:
        """What a table of all connections shows: never a secret. A row that does not open says so in its state."""
        return [self._describe(name) for name in self.list_names()]

    def _describe(self, name: str) -> ConnectionSummary:
        try:
            row = self._row(name)
        except ConnectionFailed:
            return ConnectionSummary(name, kind="", state="does not open")
        expires_at = row.token.expires_at if row.token else None
        return ConnectionSummary(
            name,
            row.kind,
            row.base_url,
            row.state,
            row.fields.get("clientId", ""),
            row.token.scopes if row.token else (),
            "" if expires_at is None else f"{datetime.fromtimestamp(expires_at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        )

    def _row(self, name: str) -> StoredConnection:
        try:
            row = self._store.read(name) if _NAME.fullmatch(name) else None
        except StoreError as error:
            raise ConnectionFailed(
                "The stored connections cannot be read.", connection=name, detail=str(error)
            ) from None
        if row is None:
            raise self._unknown(name)
        return row

    def _spec(self, kind: str) -> ConnectionSpec:
        if (spec := self._specs.get(kind)) is None:
            raise InputError(
                [Problem("key", f"there is no kind of connection {kind!r}; use {' or '.join(self._specs)}.")]
            )
        return spec

    def _unknown(self, name: str) -> ConnectionFailed:
        names = self.list_names()
        there = f"There are: {', '.join(names)}." if names else "None is stored yet."
        return ConnectionFailed(
            f"No connection is stored as {name!r}. {there} `zoom-component connect` makes one.",
            connection=name,
            reconnect=True,
        )


_NAME_RULE = (
    "can have letters, digits, dots, dashes and underscores, begins with a letter or digit, and has 64 at most."
)
_UNWRITABLE = (
    "This machine cannot keep connections: its state folder cannot be written. Set ZOOM_COMPONENT_STATE to a folder "
    "that can, or give the connection by environment variables each time."
)


def _shared_row(known: Credentials, base_url: str, token: Token | None) -> str:
    """One row for an app and account. A code grant's account is not known, but its first refresh token tells it.

    A digest of that long random token is no way back to it; without it two people would share one person's
    token.
    """
    refresh = token.refresh if token and not known.can_reissue else ""
    account = known.account_id if known.can_reissue else hashlib.sha256(refresh.encode()).hexdigest()
    parts = "\n".join((known.kind, known.client.id, account, known.client.token_url.split("?")[0], base_url))
    return _SHARED + hashlib.sha256(parts.encode()).hexdigest()
