"""Renew tokens, and share one per app and account among all threads and processes.

A new Server-to-Server token may end the previous one, and a refresh token works once
(https://developers.zoom.us/docs/integrations/oauth/). So a thread that needs a token takes the lock of its row, reads
whether another process has written a new one, and only then asks Zoom; the answer is stored before it is used.
"""

from __future__ import annotations

import copy
import logging
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256

from zoom_component.client.connections.refresh_grant import RefreshGrant
from zoom_component.client.connections.store import (
    READY,
    RECONNECT_NEEDED,
    ConnectionStore,
    StoredConnection,
    StoreError,
)
from zoom_component.client.connections.token_endpoint import (
    Credentials,
    TokenEndpoint,
    request_account_token,
)
from zoom_component.client.connections.tokens import Token
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import ComponentError, ConnectionFailed
from zoom_component.forked_processes import ProcessLocal, registered

__all__ = ["RenewingConnection"]

_log = logging.getLogger("zoom_component.tokens")


class RenewingConnection(ProcessLocal):
    """Authorize calls with tokens that the connection requests and renews itself.

    `row_name` is the name under which `store` shares the token, `name` by default. `stored` is the row of a saved
    connection as it was when opened; without it the row only holds the token. `initial_token` comes from the settings
    and is used if the store has none. `network` is for calls and token requests. `clock` returns seconds since 1970.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        name: str,
        base_url: str,
        store: ConnectionStore,
        row_name: str | None = None,
        stored: StoredConnection | None = None,
        initial_token: Token | None = None,
        endpoint: TokenEndpoint | None = None,
        network: NetworkSettings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.key = credentials.kind
        self.base_url = base_url
        self._credentials = credentials
        self._store = store
        self._row_name = name if row_name is None else row_name
        self.identity = self._row_name
        self._stored = stored
        self._initial_token = initial_token
        self.network = network or NetworkSettings()
        self._endpoint = replace(endpoint or TokenEndpoint(), network=self.network)
        self._clock = clock
        self._timeout: float | None = None
        self._token: Token | None = None
        self._token_secrets: frozenset[str] = initial_token.get_secrets() if initial_token else frozenset()
        self._lock = threading.Lock()
        self._failure_count = 0
        self._last_failure: ComponentError | None = None
        # A row that the store could not write: it is newer than what the store holds.
        self._unwritten: StoredConnection | None = None
        self._refresh_grant = RefreshGrant(
            name, credentials, store, self._endpoint, clock, self._read_row, self._keep_in_memory
        )
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Replace the lock: a thread of the parent may hold it."""
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"RenewingConnection(name={self.name!r}, key={self.key!r}, base_url={self.base_url!r})"

    def get_cached_header(self) -> str | None:
        """Return the Authorization header if memory holds a usable token, otherwise None."""
        token = self._token
        return token.authorization_header if token is not None and token.is_usable(self._clock()) else None

    def authorize(self) -> str:
        """Return the Authorization header; read the store or ask Zoom if needed."""
        return self.get_cached_header() or self._get_new_header(rejected_header="")

    def renew(self, rejected_header: str) -> str:
        """Return another header, after Zoom rejected one."""
        return self._get_new_header(rejected_header)

    def use_timeout(self, timeout: float) -> None:
        """Limit each token request to this many seconds, unless the endpoint has a limit of its own."""
        self._timeout = timeout

    def get_scopes(self) -> tuple[str, ...] | None:
        """Return the scopes of the token in memory, None if they are not known."""
        return (self._token.scopes or None) if self._token is not None else None

    def get_secrets(self) -> frozenset[str]:
        """Return the client secret, plain and as Basic authentication, and every token so far."""
        client = self._credentials.client
        basic = b64encode(f"{client.id}:{client.secret}".encode()).decode("ascii")
        return self._token_secrets | {client.secret, basic}

    def close(self) -> None:
        """Drop the token from memory."""
        self._token = None

    def _get_new_header(self, rejected_header: str) -> str:
        """Return a header other than the rejected one; one thread at a time asks for it.

        Threads that waited while another one failed raise its error: asking again at once would fail the same way.
        """
        failure_count = self._failure_count
        with self._lock:
            header = self.get_cached_header()
            if header is not None and header != rejected_header:
                return header
            if self._last_failure is not None and self._failure_count != failure_count:
                raise copy.copy(self._last_failure)
            try:
                self._token = self._obtain_token(rejected_header)
            except ComponentError as error:
                if isinstance(error, ConnectionFailed):
                    error.connection = self.name
                self._last_failure = copy.copy(error)
                self._failure_count += 1
                raise
            self._token_secrets |= self._token.get_secrets()
            return self._token.authorization_header

    def _obtain_token(self, rejected_header: str) -> Token:
        with self._lock_row():
            row = self._read_row()
            if row.state == RECONNECT_NEEDED:
                raise self._build_reconnect_error()
            return (
                self._if_usable(row.token, rejected_header)
                or self._if_usable(self._take_initial_token(row), rejected_header)
                or self._request_token(row, "rejected" if rejected_header else "missing")
            )

    def _if_usable(self, token: Token | None, rejected_header: str) -> Token | None:
        if token is None or not token.is_usable(self._clock()) or token.authorization_header == rejected_header:
            return None
        return token

    def _take_initial_token(self, row: StoredConnection) -> Token | None:
        """Return the token of the settings, once.

        Return None if the store holds a token that descends from it.
        """
        token = self._initial_token
        if token is None or (token.refresh and row.token is not None):
            return None
        if token.access:
            self._initial_token = Token("", refresh=token.refresh)
        return token

    def _request_token(self, row: StoredConnection, cause: str) -> Token:
        """Request a token from Zoom and store it before it is used.

        The caller holds the lock of the row. `cause` is what happened to the token before it: for the log.
        """
        _log.info(
            "connection %s: the access token is %s, requesting one", self.name, cause,
            extra={"connection": self.name, "cause": cause},
        )  # fmt: skip
        if self._credentials.can_reissue:
            flow = request_account_token(self._credentials.client, self._credentials.account_id, self._clock())
            return self._store_token(row, self._endpoint.fetch_token(flow, self._timeout))
        refresh_token = row.token.refresh if row.token else ""
        refresh_token = refresh_token or (self._initial_token.refresh if self._initial_token else "")
        if not refresh_token:
            raise self._end_without_refresh_token(row)
        self._token_secrets |= {refresh_token}
        try:
            token = self._refresh_grant.exchange(row, refresh_token)
        except ConnectionFailed as error:
            if error.code == "invalid_grant":
                self._write_row(replace(self._read_row(), state=RECONNECT_NEEDED, updated_at=self._clock()))
            raise
        self._token_secrets |= token.get_secrets()
        return token

    def _end_without_refresh_token(self, row: StoredConnection) -> ConnectionFailed:
        """Mark a saved row whose token has expired without a refresh token, and return the error."""
        if self._stored is None:
            return ConnectionFailed(
                "The access token has expired and there is no refresh token. Set a refresh token too "
                "(ZOOM_REFRESH_TOKEN), or connect with `zoom-component connect`.",
                reconnect=True,
            )
        self._write_row(replace(row, token=None, state=RECONNECT_NEEDED, updated_at=self._clock()))
        return self._build_reconnect_error()

    def _store_token(self, row: StoredConnection, token: Token) -> Token:
        self._token_secrets |= token.get_secrets()
        self._write_row(replace(row, token=token, state=READY, updated_at=self._clock()))
        return token

    def _lock_row(self) -> AbstractContextManager[None]:
        return self._store.lock(self._row_name)

    def _read_row(self) -> StoredConnection:
        """Return the current row.

        Return an empty one if the row only holds a token and there is none yet.
        """
        row = self._find_row()
        if self._unwritten is not None and (row is None or row.updated_at <= self._unwritten.updated_at):
            return self._unwritten
        if self._stored is None:
            return self._verify_client_secret(row or StoredConnection(self._row_name, self.key))
        if row is None:
            raise ConnectionFailed(f'The stored connection "{self.name}" was removed. Connect again.', reconnect=True)
        stored = self._stored
        if (row.kind, row.base_url, row.fields) != (stored.kind, stored.base_url, stored.fields):
            # Its token may belong to another app, or to another host than the one that calls go to.
            raise ConnectionFailed(
                f'The stored connection "{self.name}" was saved again with other settings. Open it again.'
            )
        return row

    def _verify_client_secret(self, row: StoredConnection) -> StoredConnection:
        """Return a shared row, without its access token if another client secret obtained it.

        Client id and account are no secrets: a program that knows only those has to authenticate with Zoom first.
        """
        # The key of this field is stored on disk.
        digest = {"proof": sha256(self._credentials.client.secret.encode()).hexdigest()}
        token = row.token if row.fields == digest or row.token is None else replace(row.token, access="")
        return replace(row, fields=digest, token=token)

    def _find_row(self) -> StoredConnection | None:
        try:
            return self._store.read(self._row_name)
        except StoreError as error:
            if self._stored is not None and self._unwritten is None:
                raise ConnectionFailed(
                    f'The stored connection "{self.name}" cannot be read. Retry.', detail=str(error)
                ) from None
        except ConnectionFailed:
            # The token of an account can be requested again, so a shared row that cannot be decrypted is no loss.
            if self._stored is not None or not self._credentials.can_reissue:
                raise
        return None

    def _write_row(self, row: StoredConnection) -> None:
        """Write a row to the store; hold it in memory if the store cannot be written."""
        try:
            self._store.write(row)
            self._unwritten = None
        except StoreError as error:
            self._keep_in_memory(row, error)

    def _keep_in_memory(self, row: StoredConnection, error: StoreError) -> None:
        self._unwritten = row
        _log.warning("The token of connection %s is held in this process only: %s", self.name, error)

    def _build_reconnect_error(self) -> ConnectionFailed:
        remedy = (
            f"Connect again with `zoom-component connect {self.name}`."
            if self._stored is not None
            else "Set a new refresh token."
        )
        return ConnectionFailed(f'Zoom rejects the refresh token of connection "{self.name}". {remedy}', reconnect=True)
