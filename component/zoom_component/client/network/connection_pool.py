"""Send requests to one origin over connections that are used again, from any number of threads.

A call costs a third of one over httpx. httpx and httpcore remain the way where a test tool has replaced them, through
a proxy, and for the transports of callers.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from threading import Condition, Lock
from typing import TYPE_CHECKING

from zoom_component.client.network.answer_reader import AnswerReader
from zoom_component.client.network.deadline_sockets import Deadline, connect_before
from zoom_component.client.network.replaced_networks import find_replaced
from zoom_component.client.network.request_writer import EncodedRequest, Origin, format_request
from zoom_component.client.network.send_errors import (
    ConnectError,
    ConnectTimeout,
    PoolTimeout,
    ReadError,
    ReadTimeout,
    SendError,
    WriteError,
    WriteTimeout,
)
from zoom_component.messages import Reply

if TYPE_CHECKING:
    from zoom_component.client.network.transports import Transport

__all__ = ["KEEPALIVE_SECONDS", "ConnectionPool", "HttpConnection"]

KEEPALIVE_SECONDS = 5.0  # as httpx: many servers close a connection that is idle for longer
_READ_BYTES = 65_536


class HttpConnection:
    """Hold one connection to an origin. Raise ConnectError or ConnectTimeout if it cannot be made."""

    def __init__(self, origin: Origin, context: ssl.SSLContext | None, deadline: Deadline) -> None:
        try:
            self._socket: socket.socket = connect_before(deadline.end, origin.host, origin.port)
        except TimeoutError as error:
            raise ConnectTimeout(str(error)) from error
        except OSError as error:
            raise ConnectError(str(error)) from error
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                self._socket.settimeout(max(deadline.end - time.monotonic(), 0.001))
                self._socket = context.wrap_socket(self._socket, server_hostname=origin.host)
        except BaseException as error:
            self._socket.close()
            if isinstance(error, TimeoutError):
                raise ConnectTimeout(str(error)) from error
            if isinstance(error, OSError):
                raise ConnectError(str(error)) from error
            raise
        self._expiry = 0.0

    def exchange(self, content: bytes, reader: AnswerReader, deadline: Deadline) -> None:
        """Send the bytes of a request, and read its whole answer. Raise a SendError or BodyRefused."""
        failure = self._write(content, deadline)
        connection, monotonic = self._socket, time.monotonic
        try:
            while True:
                remaining = deadline.end - monotonic()
                if remaining <= 0:
                    raise ReadTimeout("the answer did not end in time")
                connection.settimeout(remaining)
                if reader.feed(connection.recv(_READ_BYTES)):
                    return
        except TimeoutError as error:
            raise ReadTimeout(str(error)) from error
        except OSError as error:
            raise failure or ReadError(str(error)) from error
        except SendError as error:
            raise failure or error from None

    def _write(self, content: bytes, deadline: Deadline) -> WriteError | None:
        """Send everything. Return what went wrong: a server may have answered, and closed, before it read all."""
        try:
            self._socket.settimeout(max(deadline.end - time.monotonic(), 0.001))
            self._socket.sendall(content)
        except TimeoutError as error:
            raise WriteTimeout(str(error)) from error
        except OSError as error:
            failure = WriteError(str(error))
            failure.__cause__ = error
            return failure
        return None

    def mark_idle(self) -> None:
        """Note when the connection became idle."""
        self._expiry = time.monotonic() + KEEPALIVE_SECONDS

    def is_stale(self) -> bool:
        """Return whether an idle connection may not carry another request: it is old, closed, or has unread bytes."""
        if time.monotonic() > self._expiry:
            return True
        return _is_readable(self._socket) and not self._has_only_records()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _has_only_records(self) -> bool:
        """Return whether what can be read are records of TLS itself, such as a ticket for a later session."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return False
        try:
            self._socket.settimeout(0)
            self._socket.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False
        return False


class ConnectionPool:
    """Send requests over at most `connections` at a time to one origin; further ones wait for a free connection."""

    proxy_address = ""

    def __init__(self, origin: Origin, context: ssl.SSLContext | None, connections: int) -> None:
        self._origin = origin
        self._context = context
        self._limit = connections
        self._open_count = 0
        self._idle: list[HttpConnection] = []
        self._lock = Lock()
        self._released = Condition(self._lock)
        self._waiting = 0
        self._is_closed = False
        self._replacements: dict[str, Transport] = {}

    def send(self, request: EncodedRequest, deadline: Deadline, limit: int) -> Reply:
        """Return the answer to a request, with a body of at most `limit` bytes.

        Raise a SendError if no complete answer arrives before the deadline, and BodyRefused.
        """
        if library := find_replaced():
            return self._get_replacement(library).send(request, deadline, limit)
        content = format_request(self._origin, request)
        connection = self._take(deadline)
        reader = AnswerReader(request.method, limit)
        try:
            connection.exchange(content, reader, deadline)
        except BaseException:
            self._discard(connection)
            raise
        if reader.can_reuse and not self._is_closed:
            self._put_back(connection)
        else:
            self._discard(connection)
        return reader.build_reply()

    def close(self) -> None:
        """Close all connections, those in use after their answer."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            self._open_count -= len(idle)
        for connection in idle:
            connection.close()
        for transport in self._replacements.values():
            transport.close()

    def _take(self, deadline: Deadline) -> HttpConnection:
        """Return a connection that nobody else uses."""
        with self._lock:
            while not self._idle and self._open_count >= self._limit:
                self._wait(deadline)
            connection = self._idle.pop() if self._idle else None
            if connection is None:
                self._open_count += 1
        if connection is not None:
            if not connection.is_stale():
                return connection
            connection.close()
        try:
            return HttpConnection(self._origin, self._context, deadline)
        except BaseException:
            self._free_place()
            raise

    def _wait(self, deadline: Deadline) -> None:
        remaining = deadline.end - time.monotonic()
        self._waiting += 1
        try:
            if remaining <= 0 or not self._released.wait(remaining):
                raise PoolTimeout("no connection became free in time")
        finally:
            self._waiting -= 1

    def _put_back(self, connection: HttpConnection) -> None:
        connection.mark_idle()
        with self._lock:
            self._idle.append(connection)
            if self._waiting:
                self._released.notify()

    def _discard(self, connection: HttpConnection) -> None:
        connection.close()
        self._free_place()

    def _free_place(self) -> None:
        with self._lock:
            self._open_count -= 1
            self._released.notify()

    def _get_replacement(self, library: str) -> Transport:
        """Return the transport over a library that a test tool has replaced."""
        if library not in self._replacements:
            from zoom_component.client.network.replacements import create_replacement

            self._replacements[library] = create_replacement(library, self._origin, self._context, self._limit)
        return self._replacements[library]


def _is_readable(connection: socket.socket) -> bool:
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([connection], [], [], 0)[0])
