"""The way to a PostgreSQL server: its URL, connections that are kept for the next use, and transactions over them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from zoom_component.events.inbox.postgres_schema import SCHEMA

__all__ = ["Rows", "Server", "settings"]

Rows = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

_IDLE = 8
_TRIES = 8
_TWO_WANTED_THE_SAME = (psycopg.errors.DeadlockDetected, psycopg.errors.UniqueViolation)
# A dead network is noticed within seconds; whatever the URL says goes first.
_PATIENCE = {"connect_timeout": "5", "keepalives_idle": "10", "tcp_user_timeout": "20000"}


class Server:
    """A server with an inbox. `shown` is its address without the password. Raises OSError, whatever went wrong."""

    def __init__(self, url: str) -> None:
        self.settings = settings(url)
        self.shown = _shown(self.settings)
        self._secret = str(self.settings.get("password", ""))
        self._lock = Lock()
        self._idle: list[Rows] = []

    def transact(self, act: Callable[[Rows], T]) -> T:
        """All that `act` does, or nothing. It may be done again where two wanted the same rows at once, or where a
        connection that was kept turns out to be dead."""
        for left in reversed(range(_TRIES)):
            connection, fresh = self._taken()
            try:
                done = self._begun(connection, act)
            except psycopg.Error as problem:
                lost = connection.broken and not fresh
                self._put_back(connection)
                if not left or not (lost or isinstance(problem, _TWO_WANTED_THE_SAME)):
                    raise self.trouble("cannot be used", problem) from None
                continue
            except BaseException:
                self._put_back(connection)
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

    def trouble(self, what: str, problem: Exception) -> OSError:
        """The problem as a sentence without the password."""
        said = " ".join(str(problem).split())
        return OSError(f"the inbox {self.shown} {what}: {said.replace(self._secret, '***') if self._secret else said}")

    def _begun(self, connection: Rows, act: Callable[[Rows], T]) -> T:
        connection.execute("begin isolation level read committed")
        return act(connection)

    def _commit(self, connection: Rows) -> None:
        # Not tried again: a commit whose answer was lost may have been one.
        try:
            connection.execute("commit")
        except psycopg.Error as problem:
            raise self.trouble("did not say whether it kept this", problem) from None
        finally:
            self._put_back(connection)

    def _taken(self) -> tuple[Rows, bool]:
        with self._lock:
            if self._idle:
                return self._idle.pop(), False
        try:
            return psycopg.connect(**self.settings, autocommit=True), True
        except psycopg.Error as problem:
            raise self.trouble("cannot be reached", problem) from None

    def _put_back(self, connection: Rows) -> None:
        status = psycopg.pq.TransactionStatus
        try:
            if connection.info.transaction_status not in (status.IDLE, status.UNKNOWN):
                connection.execute("rollback")
        except psycopg.Error:
            connection.close()
        with self._lock:
            if not connection.closed and len(self._idle) < _IDLE:
                self._idle.append(connection)
                return
        connection.close()


def settings(url: str) -> dict[str, Any]:
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
    return {**_PATIENCE, **named, **said, "options": options}


def _shown(said: dict[str, Any]) -> str:
    user = f"{said['user']}@" if said.get("user") else ""
    port = f":{said['port']}" if said.get("port") else ""
    return f"postgresql://{user}{said.get('host', '')}{port}/{said.get('dbname', '')}"
