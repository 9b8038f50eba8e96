"""Send one POST to a webhook's endpoint. Follows no redirect, uses no proxy, and raises nothing for a bad endpoint."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

_MAX_BODY_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class PostResponse:
    """Hold an answer: its status and first bytes, or None and the problem. `latency` is in seconds."""

    status: int | None
    body: bytes
    latency: float
    problem: str = ""


def post_bytes(url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> PostResponse:
    """Send the bytes and return the answer that is complete within `timeout` seconds."""
    started_at = time.monotonic()
    try:
        status, answer = _exchange(url, headers, body, started_at + timeout)
    except (OSError, HTTPException, ValueError) as error:
        return PostResponse(None, b"", time.monotonic() - started_at, _describe_error(error, timeout))
    problem = "" if 200 <= status < 300 else f"expected a status from 200 to 299, got {status}"
    return PostResponse(status, answer, time.monotonic() - started_at, problem)


def _describe_error(error: Exception, timeout: float) -> str:
    """Return what went wrong on the network, in a phrase."""
    if isinstance(error, TimeoutError):
        return f"no answer arrived within {timeout:g} seconds"
    if isinstance(error, HTTPException):
        return "the answer is not HTTP"
    if isinstance(error, socket.gaierror):
        return "the DNS lookup of the host failed"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not valid: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, OSError):
        return f"the connection failed: {(error.strerror or type(error).__name__).lower()}"
    return "the host name is not valid"


def _exchange(url: str, headers: Mapping[str, str], body: bytes, deadline: float) -> tuple[int, bytes]:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(_Connection(parts, deadline)) as connection:
        connection.request("POST", target, body, dict(headers))
        with closing(connection.getresponse()) as response:
            return response.status, response.read(_MAX_BODY_BYTES)


class _Connection(HTTPConnection):
    """Connect to the host of a URL. Everything, to the last byte of the answer, ends at the deadline."""

    def __init__(self, parts: SplitResult, deadline: float) -> None:
        self.default_port = 443 if parts.scheme == "https" else 80
        super().__init__(parts.hostname or "", parts.port)
        self._is_secure = parts.scheme == "https"
        self._deadline = deadline

    def connect(self) -> None:
        connection = self._connect_to_host()
        try:
            if self._is_secure:
                connection.settimeout(_get_remaining(self._deadline))
                connection = _create_ssl_context().wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise
        self.sock = cast(socket.socket, _DeadlineSocket(connection, self._deadline))

    def _connect_to_host(self) -> socket.socket:
        """Return a connection to the first address of the host that answers."""
        failure: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(self.host, self.port, 0, socket.SOCK_STREAM):
            remaining = _get_remaining(self._deadline)
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(remaining)
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure or OSError("the name has no address")


class _DeadlineSocket:
    """Offer what http.client needs of a socket.

    The timeout of a socket is for each read, which an endpoint that drips meets for ever; these end at the deadline.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline
        self.close = connection.close

    def sendall(self, content: bytes) -> None:
        self._connection.settimeout(_get_remaining(self._deadline))
        self._connection.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        raw = self._connection.makefile("rb", buffering=0)
        return io.BufferedReader(_DeadlineReader(self._connection, raw, self._deadline))


class _DeadlineReader(io.RawIOBase):
    def __init__(self, connection: socket.socket, raw: io.RawIOBase, deadline: float) -> None:
        self._connection = connection
        self._raw = raw
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(_get_remaining(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _get_remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


@lru_cache(maxsize=1)
def _create_ssl_context() -> ssl.SSLContext:
    return ssl.create_default_context()
