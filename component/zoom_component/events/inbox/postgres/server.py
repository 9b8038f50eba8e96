"""Connect to a PostgreSQL server: parse its URL, pool connections, and run transactions."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
from psycopg.conninfo import conninfo_to_dict

from zoom_component.events.inbox.failures import InboxFailure
from zoom_component.events.inbox.postgres.deadlines import Deadlines
from zoom_component.events.inbox.postgres.failures import describe_postgres_failure
from zoom_component.events.inbox.postgres.schema import SCHEMA
from zoom_component.forked_processes import ProcessLocal, abandon, registered

__all__ = ["LONG", "SHORT", "Rows", "Server", "parse_url"]

# Seconds after which a transaction has lost its way to the server. LONG is for those that may read or change all rows;
# the server's statement_timeout ends them before.
SHORT, LONG = 6.0, 70.0

Rows = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

_MAX_IDLE = 8
_MAX_TRIES = 8
_CONFLICTS = (psycopg.errors.DeadlockDetected, psycopg.errors.UniqueViolation, psycopg.errors.LockNotAvailable)
# Notice a dead network within seconds. Parameters of the URL override these.
_TIMEOUTS = {
    "connect_timeout": "5", "keepalives_idle": "10", "keepalives_interval": "3", "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}  # fmt: skip
# What the server does about a client that freezes or is cut off inside a transaction, in milliseconds: it ends the
# transaction, so that its locks are free before another receiver has to answer (Zoom waits 3 seconds).
# https://www.postgresql.org/docs/current/runtime-config-client.html
_SERVER_SETTINGS = {
    "idle_in_transaction_session_timeout": 1500,
    "lock_timeout": 2000,
    "statement_timeout": 60_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 3,
    "tcp_keepalives_count": 3,
}


class Server(ProcessLocal):
    """Run transactions on a server. `display_url` is its URL without the password. Raise OSError for every failure."""

    def __init__(self, url: str) -> None:
        self.settings = parse_url(url)
        self.display_url = _format_url(self.settings)
        self._secret = str(self.settings.get("password", ""))
        self._lock = Lock()
        self._idle: list[Rows] = []
        self._is_closed = False
        self._deadlines = Deadlines()
        self._open: WeakSet[Rows] = WeakSet()
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Use new connections in the child, without ending those of the parent on the server."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for connection in list(self._open):
            with suppress(psycopg.Error, OSError):
                # Closing or freeing a connection sends the server a request to end its session. It goes nowhere.
                os.dup2(nowhere, connection.fileno())
        os.close(nowhere)
        abandon(list(self._open))
        self._lock, self._idle, self._open, self._deadlines = Lock(), [], WeakSet(), Deadlines()

    def run_transaction(self, act: Callable[[Rows], T], seconds: float = SHORT) -> T:
        """Run `act` in one transaction and return its result.

        `act` may run several times: after a conflict with another transaction, and if a pooled connection was dead.
        After so many `seconds` without an end, the way to the server counts as lost.
        """
        return self._run(act, seconds, is_transaction=True)

    def run_statement(self, act: Callable[[Rows], T]) -> T:
        """Run `act`, whose statements are a transaction each, and return its result.

        `act` may run several times, as in `run_transaction`, so what it does twice must have the effect of once.
        """
        return self._run(act, SHORT, is_transaction=False)

    def _run(self, act: Callable[[Rows], T], seconds: float, *, is_transaction: bool) -> T:
        for tries_left in reversed(range(_MAX_TRIES)):
            connection, is_new = self._take_connection()
            try:
                with self._deadlines.limit(connection, seconds):
                    result = self._begin(connection, act) if is_transaction else act(connection)
            except psycopg.Error as error:
                is_lost = connection.broken and not is_new
                self._return_connection(connection)
                if is_lost:
                    self._close_idle()  # they take the same way
                if not tries_left or not (is_lost or isinstance(error, _CONFLICTS)):
                    raise self.make_error("cannot be used", error) from None
                continue
            except BaseException:
                self._return_connection(connection)
                raise
            if is_transaction:
                self._commit(connection)
            else:
                self._return_connection(connection)
            return result
        raise AssertionError  # the last try has returned or raised

    def close(self) -> None:
        """Close the pooled connections, and open no more."""
        with self._lock:
            self._is_closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def make_error(self, what_failed: str, error: Exception) -> InboxFailure:
        """Return an error that describes a failure without the password."""
        reason = " ".join(str(error).split())
        if self._secret:
            reason = reason.replace(self._secret, "***")
        return describe_postgres_failure(self.display_url, error, reason, what_failed)

    def _begin(self, connection: Rows, act: Callable[[Rows], T]) -> T:
        connection.execute("begin isolation level read committed")
        return act(connection)

    def _commit(self, connection: Rows) -> None:
        # Never retried: a commit whose answer was lost may have succeeded.
        try:
            with self._deadlines.limit(connection, SHORT):
                connection.execute("commit")
        except psycopg.Error as error:
            raise self.make_error("did not confirm the commit", error) from None
        finally:
            self._return_connection(connection)

    def _take_connection(self) -> tuple[Rows, bool]:
        with self._lock:
            if self._is_closed:
                raise InboxFailure(f"the inbox {self.display_url} is closed; open it again", "closed")
            if self._idle:
                return self._idle.pop(), False
        try:
            connection = psycopg.connect(**self.settings, autocommit=True)
            self._open.add(connection)
            return connection, True
        except psycopg.Error as error:
            raise self.make_error("cannot be reached", error) from None

    def _return_connection(self, connection: Rows) -> None:
        status = psycopg.pq.TransactionStatus
        try:
            if connection.info.transaction_status not in (status.IDLE, status.UNKNOWN):
                with self._deadlines.limit(connection, SHORT):
                    connection.execute("rollback")
        except psycopg.Error:
            connection.close()
        with self._lock:
            if not (connection.closed or self._is_closed) and len(self._idle) < _MAX_IDLE:
                self._idle.append(connection)
                return
        connection.close()


def parse_url(url: str) -> dict[str, Any]:
    """Return the connection parameters of a URL for psycopg, with the inbox's schema as search path. Raise OSError."""
    try:
        if not url.startswith(("postgresql://", "postgres://")):
            raise ValueError
        parameters = conninfo_to_dict(url)
        int(str(parameters.get("port") or 0).split(",")[0])
    except (psycopg.Error, ValueError):
        # The parser's message may quote the password, so it is dropped.
        raise OSError("expected a URL such as postgresql://USER@HOST:5432/DATABASE, got another text") from None
    own = str(parameters.get("options") or "")
    settings = [f"-c {name}={value}" for name, value in _SERVER_SETTINGS.items() if name not in own]
    options = " ".join([own, *settings, f"-c search_path={SCHEMA}"]).strip()
    defaults = {"application_name": "zoom-component", "client_encoding": "utf8"}
    return {**_TIMEOUTS, **defaults, **parameters, "options": options}


def _format_url(parameters: dict[str, Any]) -> str:
    user = f"{parameters['user']}@" if parameters.get("user") else ""
    port = f":{parameters['port']}" if parameters.get("port") else ""
    return f"postgresql://{user}{parameters.get('host', '')}{port}/{parameters.get('dbname', '')}"
