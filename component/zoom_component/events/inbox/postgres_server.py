"""The way to a PostgreSQL server: its URL, connections that are kept for the next use, and transactions over them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from zoom_component.events.inbox.postgres_schema import SCHEMA

__all__ = ["Rows", "Server", "parse_url"]

Rows = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

_MAX_IDLE = 8
_MAX_TRIES = 8
_CONFLICTS = (psycopg.errors.DeadlockDetected, psycopg.errors.UniqueViolation)
# A dead network is noticed within seconds; whatever the URL says goes first.
_TIMEOUTS = {"connect_timeout": "5", "keepalives_idle": "10", "tcp_user_timeout": "20000"}


class Server:
    """A server with an inbox. `shown` is its address without the password. Raises OSError, whatever went wrong."""

    def __init__(self, url: str) -> None:
        self.settings = parse_url(url)
        self.display_url = _format_url(self.settings)
        self._secret = str(self.settings.get("password", ""))
        self._lock = Lock()
        self._idle: list[Rows] = []

    def run_transaction(self, act: Callable[[Rows], T]) -> T:
        """All that `act` does, or nothing. It may be done again where two wanted the same rows at once, or where a
        connection that was kept turns out to be dead."""
        for left in reversed(range(_MAX_TRIES)):
            connection, fresh = self._take_connection()
            try:
                done = self._begin(connection, act)
            except psycopg.Error as problem:
                lost = connection.broken and not fresh
                self._return_connection(connection)
                if not left or not (lost or isinstance(problem, _CONFLICTS)):
                    raise self.make_error("cannot be used", problem) from None
                continue
            except BaseException:
                self._return_connection(connection)
                raise
            self._commit(connection)
            return done
        raise AssertionError  # the last try has returned or raised

    def close(self) -> None:
        """Close what is kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def make_error(self, what_failed: str, error: Exception) -> OSError:
        """The problem as a sentence without the password."""
        said = " ".join(str(error).split())
        return OSError(
            f"the inbox {self.display_url} {what_failed}: {said.replace(self._secret, '***') if self._secret else said}"
        )

    def _begin(self, connection: Rows, act: Callable[[Rows], T]) -> T:
        connection.execute("begin isolation level read committed")
        return act(connection)

    def _commit(self, connection: Rows) -> None:
        # Not tried again: a commit whose answer was lost may have been one.
        try:
            connection.execute("commit")
        except psycopg.Error as problem:
            raise self.make_error("did not say whether it kept this", problem) from None
        finally:
            self._return_connection(connection)

    def _take_connection(self) -> tuple[Rows, bool]:
        with self._lock:
            if self._idle:
                return self._idle.pop(), False
        try:
            return psycopg.connect(**self.settings, autocommit=True), True
        except psycopg.Error as problem:
            raise self.make_error("cannot be reached", problem) from None

    def _return_connection(self, connection: Rows) -> None:
        status = psycopg.pq.TransactionStatus
        try:
            if connection.info.transaction_status not in (status.IDLE, status.UNKNOWN):
                connection.execute("rollback")
        except psycopg.Error:
            connection.close()
        with self._lock:
            if not connection.closed and len(self._idle) < _MAX_IDLE:
                self._idle.append(connection)
                return
        connection.close()


def parse_url(url: str) -> dict[str, Any]:
    """What a URL says, as psycopg takes it, for connections that see the inbox's schema."""
    try:
        if not url.startswith(("postgresql://", "postgres://")):
            raise ValueError
        said = conninfo_to_dict(url)
        int(str(said.get("port") or 0).split(",")[0])
    except (psycopg.Error, ValueError):
        # What the parser says may quote the password.
        raise OSError("this is no URL of a PostgreSQL server; one is postgresql://USER@HOST:5432/DATABASE") from None
    options = f"{said.get('options') or ''} -c search_path={SCHEMA}".strip()
    named = {"application_name": "zoom-component", "client_encoding": "utf8"}
    return {**_TIMEOUTS, **named, **said, "options": options}


def _format_url(parameters: dict[str, Any]) -> str:
    user = f"{parameters['user']}@" if parameters.get("user") else ""
    port = f":{parameters['port']}" if parameters.get("port") else ""
    return f"postgresql://{user}{parameters.get('host', '')}{port}/{parameters.get('dbname', '')}"
