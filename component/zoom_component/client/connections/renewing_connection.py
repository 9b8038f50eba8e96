"""One token per app and account, whoever asks: every task, thread and process of the machine gets the same.

A new server-to-server token may end the previous one, and a refresh token works once
(https://developers.zoom.us/docs/integrations/oauth/). So whoever needs a token takes the lock of its row, looks
whether another has brought one meanwhile, and only then asks Zoom; what comes is kept before it is used.
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

from zoom_component.client.connections import grants
from zoom_component.client.connections.fields import Credentials
from zoom_component.client.connections.store import (
    READY,
    RECONNECT_NEEDED,
    ConnectionStore,
    StoredConnection,
    StoreError,
)
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ComponentError, ConnectionFailed

__all__ = ["RenewingConnection"]

_log = logging.getLogger(__name__)


class RenewingConnection:
    """A connection that gets its tokens itself.

    `row` is the name under which its token is shared in `store`; `kept` is that row as it was when a person's saved
    connection was opened; without it the row is only a place for the token. `seed` is a token that came along with
    the settings: it is used when the store has none. `clock` gives seconds since 1970.
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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.key = credentials.kind
        self.base_url = base_url
        self._credentials = credentials
        self._store = store
        self._row = name if row_name is None else row_name
        self.identity = self._row
        self._kept = stored
        self._seed = initial_token
        self._endpoint = endpoint or TokenEndpoint()
        self._clock = clock
        self._token: Token | None = None
        self._seen: frozenset[str] = initial_token.get_secrets() if initial_token else frozenset()
        self._flight = threading.Lock()
        self._failures = 0
        self._failure: ComponentError | None = None
        self._unsaved: StoredConnection | None = None

    def __repr__(self) -> str:
        return f"BrokeredConnection(name={self.name!r}, key={self.key!r}, base_url={self.base_url!r})"

    def get_cached_header(self) -> str | None:
        token = self._token
        return token.authorization_header if token is not None and token.is_usable(self._clock()) else None

    def authorize(self) -> str:
        return self.get_cached_header() or self._single(rejected="")

    def renew(self, rejected_header: str) -> str:
        return self._single(rejected_header)

    def get_scopes(self) -> tuple[str, ...] | None:
        return (self._token.scopes or None) if self._token is not None else None

    def get_secrets(self) -> frozenset[str]:
        client = self._credentials.client
        basic = b64encode(f"{client.id}:{client.secret}".encode()).decode("ascii")
        return self._seen | {client.secret, basic}

    def close(self) -> None:
        self._token = None

    def _single(self, rejected: str) -> str:
        """One at a time. Who waited while another failed gets that failure: asking again at once would end the same."""
        failures = self._failures
        with self._flight:
            held = self.get_cached_header()
            if held is not None and held != rejected:
                return held
            if self._failure is not None and self._failures != failures:
                raise copy.copy(self._failure)
            try:
                return self._take(self._obtain(rejected))
            except ComponentError as error:
                if isinstance(error, ConnectionFailed):
                    error.connection = self.name
                self._failure = copy.copy(error)
                self._failures += 1
                raise

    def _take(self, token: Token) -> str:
        self._seen |= token.get_secrets()
        self._token = token
        return token.authorization_header

    def _obtain(self, rejected: str) -> Token:
        with self._locked():
            row = self._read()
            if row.state == RECONNECT_NEEDED:
                raise self._reconnect_needed()
            return self._usable(row.token, rejected) or self._usable(self._from_seed(row), rejected) or self._ask(row)

    def _usable(self, token: Token | None, rejected: str) -> Token | None:
        good = token is not None and token.is_usable(self._clock()) and token.authorization_header != rejected
        return token if good else None

    def _ask(self, row: StoredConnection) -> Token:
        """Ask Zoom, and keep the answer before anyone uses it. Holding the lock."""
        if self._credentials.can_reissue:
            flow = grants.request_account_token(self._credentials.client, self._credentials.account_id, self._clock())
            return self._keep(row, self._endpoint.fetch_token(flow))
        held = row.token.refresh if row.token else ""
        refresh = held or (self._seed.refresh if self._seed else "")
        if not refresh:
            self._give_up(row)
        try:
            return self._keep(row, self._refresh(refresh))
        except ConnectionFailed as error:
            if error.code != "invalid_grant":
                raise
            return self._after_invalid_grant(refresh, error)

    def _after_invalid_grant(self, refused: str, error: ConnectionFailed) -> Token:
        """Somebody may have written a newer pair past our lock; else a person has to connect again, and we say so."""
        row = self._read()
        newer = row.token
        if newer is not None and newer.refresh and newer.refresh != refused:
            if newer.is_usable(self._clock()):
                return newer
            try:
                return self._keep(row, self._refresh(newer.refresh))
            except ConnectionFailed as again:
                if again.code != "invalid_grant":
                    raise
        self._write(replace(row, state=RECONNECT_NEEDED, updated_at=self._clock()))
        raise error

    def _refresh(self, refresh_token: str) -> Token:
        self._seen |= {refresh_token}
        return self._endpoint.fetch_token(
            grants.exchange_refresh_token(self._credentials.client, refresh_token, self._clock())
        )

    def _give_up(self, row: StoredConnection) -> None:
        if self._kept is None:
            raise ConnectionFailed(
                "The access token is used up and no refresh token came with it. Give a refresh token too "
                "(ZOOM_REFRESH_TOKEN), or connect with `zoom-component connect`.",
                reconnect=True,
            )
        self._write(replace(row, token=None, state=RECONNECT_NEEDED, updated_at=self._clock()))
        raise self._reconnect_needed()

    def _from_seed(self, row: StoredConnection) -> Token | None:
        """The token of the settings, once: it gives way to one that descends from it, and is not tried again."""
        seed = self._seed
        if seed is None or (seed.refresh and row.token is not None):
            return None
        if seed.access:
            self._seed = Token("", refresh=seed.refresh)
        return seed

    def _keep(self, row: StoredConnection, token: Token) -> Token:
        self._seen |= token.get_secrets()
        self._write(replace(row, token=token, state=READY, updated_at=self._clock()))
        return token

    def _locked(self) -> AbstractContextManager[None]:
        return self._store.lock(self._row)

    def _read(self) -> StoredConnection:
        """The row as it is now; an empty one where only a token is to be shared and none is there."""
        found = self._found()
        if self._unsaved is not None and (found is None or found.updated_at <= self._unsaved.updated_at):
            return self._unsaved
        if self._kept is None:
            return self._proven(found or StoredConnection(self._row, self.key))
        if found is None:
            raise ConnectionFailed(
                f"The stored connection {self.name!r} is gone: it was removed. Connect again.", reconnect=True
            )
        if (found.kind, found.base_url, found.fields) != (self._kept.kind, self._kept.base_url, self._kept.fields):
            # Its token may be another app's, or belong to another host than the one we send to.
            raise ConnectionFailed(f"Connection {self.name!r} was saved anew with other settings. Open it again.")
        return found

    def _proven(self, row: StoredConnection) -> StoredConnection:
        """A shared row, without its access token when that was got with another client secret.

        The client's id and the account are no secrets: who knows only those has to convince Zoom first.
        """
        proof = {"proof": sha256(self._credentials.client.secret.encode()).hexdigest()}
        token = row.token if row.fields == proof or row.token is None else replace(row.token, access="")
        return replace(row, fields=proof, token=token)

    def _found(self) -> StoredConnection | None:
        try:
            return self._store.read(self._row)
        except StoreError as error:
            if self._kept is not None and self._unsaved is None:
                raise ConnectionFailed(
                    f"The stored connection {self.name!r} cannot be read. Try again.", detail=str(error)
                ) from None
        except ConnectionFailed:
            # An account's token can be minted anew: a row that nobody saved and that does not open is no loss.
            if self._kept is not None or not self._credentials.can_reissue:
                raise
        return None

    def _write(self, row: StoredConnection) -> None:
        """Keep a row; where the store takes none, in this object, which then knows better than the store."""
        try:
            self._store.write(row)
            self._unsaved = None
        except StoreError as error:
            self._unsaved = row
            _log.warning("The token of connection %s lives in this process only: %s", self.name, error)

    def _reconnect_needed(self) -> ConnectionFailed:
        how = f"`zoom-component connect {self.name}`" if self._kept is not None else "a new refresh token"
        return ConnectionFailed(
            f"Connection {self.name!r} needs a person: Zoom does not take its refresh token any more. "
            f"Connect again with {how}.",
            reconnect=True,
        )
