"""Save connections by name, open them, and open connections from fields."""

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
from zoom_component.client.connections.urls import parse_base_url
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ConnectionSpec

__all__ = ["ConnectionRegistry", "ConnectionSummary", "open_store"]

_log = logging.getLogger(__name__)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# The names of rows that hold only a shared token begin with this, which _NAME does not allow.
_SHARED_PREFIX = "~"

_NAME_PROBLEM = "expected up to 64 letters, digits, dots, dashes and underscores that begin with a letter or a digit."
_NOT_WRITABLE = (
    "This machine cannot store connections: its state folder is not writable. Set ZOOM_COMPONENT_STATE to a writable "
    "folder, or set the connection by environment variables each time."
)


@dataclass(frozen=True, slots=True)
class ConnectionSummary:
    """Hold what a table shows of a stored connection, without secrets.

    `expires_at` is when the access token expires (ISO 8601, UTC); "" if that is not known.
    """

    name: str
    kind: str
    base_url: str = ""
    state: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    expires_at: str = ""


def open_store(folder: Path | None = None) -> ConnectionStore:
    """Return the store of this machine.

    If nothing can be written, log a warning and return one in memory.
    """
    from zoom_component.client.connections.encrypted_store import EncryptedStore

    try:
        return EncryptedStore(folder or paths.get_state_dir())
    except StoreError as error:
        _log.warning("Tokens are held in this process only: %s", error)
        return MemoryStore()


class ConnectionRegistry:
    """Manage the connections of this machine. `specs` are the kinds of connection by key."""

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
        """Store a connection under a name and replace one of the same name.

        Raise InputError with all problems of the inputs, ConnectionFailed if this machine cannot store it.
        """
        problems = [] if _NAME.fullmatch(name) else [Problem("name", _NAME_PROBLEM)]
        try:
            url, checked = parse_base_url(base_url), check_fields(self._get_spec(kind), fields)
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
        if problems:
            raise InputError(problems)
        needs_person = token is None and self._get_spec(kind).grant != ACCOUNT_CREDENTIALS
        state = RECONNECT_NEEDED if needs_person else READY
        row = StoredConnection(name, kind, url, checked, token, state, self._clock())
        if isinstance(self._store, MemoryStore):
            raise ConnectionFailed(_NOT_WRITABLE, connection=name)
        try:
            with self._store.lock(name):
                self._store.write(row)
        except StoreError as error:
            raise ConnectionFailed(_NOT_WRITABLE, connection=name, detail=str(error)) from None

    def list_names(self) -> list[str]:
        """Return the names of the saved connections in alphabetical order."""
        try:
            return [name for name in self._store.list_names() if not name.startswith(_SHARED_PREFIX)]
        except StoreError:
            return []

    def remove(self, name: str) -> None:
        """Remove a saved connection. Raise ConnectionFailed if there is none of that name."""
        if not _NAME.fullmatch(name):
            raise self._build_unknown_error(name)
        try:
            with self._store.lock(name):
                if not self._store.remove(name):
                    raise self._build_unknown_error(name)
        except StoreError as error:
            raise ConnectionFailed(_NOT_WRITABLE, connection=name, detail=str(error)) from None

    def open(self, name: str) -> RenewingConnection:
        """Return a saved connection, without requesting a token yet. Raise ConnectionFailed."""
        row = self._read_row(name)
        try:
            credentials = build_credentials(self._get_spec(row.kind), row.fields, row.base_url)
        except InputError as error:
            raise ConnectionFailed(
                f'The stored connection "{name}" is incomplete: {error.message} Connect again.',
                connection=name,
                reconnect=True,
            ) from None
        return RenewingConnection(
            credentials,
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
        """Return a connection that is not saved.

        Its token is shared with every program that passes the same fields. Raise InputError with all problems of the
        inputs.
        """
        url = parse_base_url(base_url)
        credentials = build_credentials(self._get_spec(kind), fields, url)
        if token is not None:
            access, refresh = (clean_access_token(part) if part else "" for part in (token.access, token.refresh))
            token = replace(token, access=access, refresh=refresh)
        return RenewingConnection(
            credentials,
            name=kind,
            base_url=url,
            store=self._store,
            row_name=_build_shared_name(credentials, url, token),
            initial_token=token,
            endpoint=self._endpoint,
            clock=self._clock,
        )

    def summarize(self) -> list[ConnectionSummary]:
        """Return a summary of each saved connection.

        The state of a row that cannot be decrypted is "cannot be decrypted".
        """
        return [self._summarize_row(name) for name in self.list_names()]

    def _summarize_row(self, name: str) -> ConnectionSummary:
        try:
            row = self._read_row(name)
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
        )

    def _read_row(self, name: str) -> StoredConnection:
        try:
            row = self._store.read(name) if _NAME.fullmatch(name) else None
        except StoreError as error:
            raise ConnectionFailed(
                "The stored connections cannot be read.", connection=name, detail=str(error)
            ) from None
        if row is None:
            raise self._build_unknown_error(name)
        return row

    def _get_spec(self, kind: str) -> ConnectionSpec:
        if (spec := self._specs.get(kind)) is None:
            raise InputError([Problem("key", f'expected {" or ".join(self._specs)}, got "{kind}".')])
        return spec

    def _build_unknown_error(self, name: str) -> ConnectionFailed:
        names = self.list_names()
        known = f"Stored connections: {', '.join(names)}." if names else "No connection is stored yet."
        return ConnectionFailed(
            f'No connection is stored as "{name}". {known} Save one with `zoom-component connect`.',
            connection=name,
            reconnect=True,
        )


def _build_shared_name(credentials: Credentials, base_url: str, token: Token | None) -> str:
    """Return the name of the row for an app and account.

    The account of an authorization code grant is not known; its first refresh token stands for it, so that two people
    do not share a token. The digest of that long random text does not reveal it.
    """
    refresh = token.refresh if token and not credentials.can_reissue else ""
    account = credentials.account_id if credentials.can_reissue else hashlib.sha256(refresh.encode()).hexdigest()
    token_url = credentials.client.token_url.split("?")[0]
    parts = "\n".join((credentials.kind, credentials.client.id, account, token_url, base_url))
    return _SHARED_PREFIX + hashlib.sha256(parts.encode()).hexdigest()
