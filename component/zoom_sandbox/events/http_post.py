"""Send one POST to a webhook's endpoint. Follows no redirect, uses no proxy, and raises nothing for a bad endpoint."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import urlsplit

_MAX_BODY_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class PostResponse:
    """Hold an answer: its status and first bytes, or None and the problem. `latency` is in seconds."""

    status: int | None
    body: bytes
    latency: float
    problem: str = ""


def post_bytes(url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> PostResponse:
    """Send the bytes and return the answer that arrives within `timeout` seconds."""
    started_at = time.monotonic()
    connection = _create_connection(url, timeout)
    try:
        status, answer = _exchange(connection, url, headers, body, started_at + timeout)
    except (OSError, HTTPException, ValueError) as error:
        return PostResponse(None, b"", time.monotonic() - started_at, _describe_error(error, timeout))
    finally:
        connection.close()
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


def _exchange(
    connection: HTTPConnection, url: str, headers: Mapping[str, str], body: bytes, deadline: float
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.connect()
    # A timeout of the socket limits each read only, and an endpoint may send a byte at a time.
    timer = Timer(max(deadline - time.monotonic(), 0.001), _shut_down, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target, body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read(_MAX_BODY_BYTES)
    finally:
        timer.cancel()
        if time.monotonic() >= deadline:
            raise TimeoutError


def _shut_down(connection: socket.socket) -> None:
    """End the reads of another thread."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _create_connection(url: str, timeout: float) -> HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, timeout=timeout, context=_create_ssl_context())
    return HTTPConnection(host, parts.port, timeout=timeout)


@lru_cache(maxsize=1)
def _create_ssl_context() -> ssl.SSLContext:
    return ssl.create_default_context()
