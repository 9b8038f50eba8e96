"""Exchange refresh tokens. Each works once, so the grant is lost with the answer to its exchange.

Before a token is spent, room for its successor is reserved on the disk. An exchange that has begun is not ended by a
signal, and has a long time limit of its own. The answer is stored before anything else, beside the spent token.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from zoom_component.client.connections.store import READY, ConnectionStore, StoredConnection, StoreError
from zoom_component.client.connections.token_endpoint import Credentials, TokenEndpoint, exchange_refresh_token
from zoom_component.client.connections.tokens import Token
from zoom_component.client.connections.uninterrupted import run_to_end
from zoom_component.errors import ConnectionFailed

__all__ = ["RefreshGrant"]

# Seconds. The time limit of a session does not apply: a client that stops listening loses the grant.
_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class RefreshGrant:
    """Exchange the refresh tokens of one row of the store, whose lock the caller holds.

    `read_row` returns the row as it is now. `keep_in_memory` takes a row with a new token that cannot be stored.
    """

    name: str
    credentials: Credentials
    store: ConnectionStore
    endpoint: TokenEndpoint
    clock: Callable[[], float]
    read_row: Callable[[], StoredConnection]
    keep_in_memory: Callable[[StoredConnection, Exception], None]

    def exchange(self, row: StoredConnection, refresh_token: str) -> Token:
        """Return the new token, which is stored.

        If Zoom rejects the refresh token, a newer one that another program has written without the lock is used, and
        then the one before it. Raise ConnectionFailed with the code invalid_grant if all are rejected.
        """
        tried = {refresh_token}
        try:
            return self._spend(row, refresh_token)
        except ConnectionFailed as error:
            if error.code != "invalid_grant":
                raise
            rejection = error
        newer = self.read_row().token
        if newer is not None and newer.refresh not in tried and newer.is_usable(self.clock()):
            return newer
        previous = row.token.previous_refresh if row.token else ""
        for candidate in (newer.refresh if newer else "", previous):
            if not candidate or candidate in tried:
                continue
            tried.add(candidate)
            try:
                return self._spend(row, candidate)
            except ConnectionFailed as error:
                if error.code != "invalid_grant":
                    raise
        raise rejection

    def _spend(self, row: StoredConnection, refresh_token: str) -> Token:
        spent = replace(row.token or Token(""), refresh=refresh_token)
        if row.token and row.token.refresh not in ("", refresh_token):
            # A token that was rejected stays beside the one that is tried now, until one of them works.
            spent = replace(spent, previous_refresh=row.token.refresh)
        prepared = replace(row, token=spent, updated_at=self.clock())
        try:
            self.store.prepare_token(prepared)
        except StoreError as error:
            raise ConnectionFailed(
                f'The token of connection "{self.name}" is not renewed, because the new one could not be stored: '
                f"{error}. A refresh token works once. Make room there, or set ZOOM_COMPONENT_STATE to a folder that "
                "can be written, and retry."
            ) from None
        return run_to_end(lambda: self._exchange_and_store(prepared, refresh_token))

    def _exchange_and_store(self, row: StoredConnection, refresh_token: str) -> Token:
        flow = exchange_refresh_token(self.credentials.client, refresh_token, self.clock())
        token = self.endpoint.fetch_token(flow, _TIMEOUT)
        stored = replace(row, token=token, state=READY, updated_at=self.clock())
        try:
            self.store.write_token(stored)
        except (StoreError, ConnectionFailed) as error:
            self.keep_in_memory(stored, error)
        return token
