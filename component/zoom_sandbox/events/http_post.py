"""One POST to a receiver. No redirect is followed, no proxy asked, and nothing is raised for what a receiver does."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

_MOST = 65_536  # bytes of an answer that are looked at


@dataclass(frozen=True, slots=True)
class PostResponse:
    """What came back: a status and the answer's first bytes, or None and the reason; `latency` is in seconds."""

    status: int | None
    body: bytes
    latency: float
    problem: str = ""


def post_bytes(url: str, headers: Mapping[str, str], body: bytes, timeout: float) -> PostResponse:
    """Send the bytes and give what came back within the time."""
    began = time.monotonic()
    connection = _connection(url, timeout)
    try:
        status, answer = _exchange(connection, url, headers, body, began + timeout)
    except TimeoutError:
        return _nothing(began, f"no answer came within {timeout:g} seconds")
    except HTTPException:
        return _nothing(began, "what came back is no HTTP answer")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        return _nothing(began, f"the address could not be reached: {reason}")
    except ValueError:
        return _nothing(began, "the address names no host that there can be")
    finally:
        connection.close()
    problem = "" if 200 <= status < 300 else f"the answer was {status}, and only 2xx counts as received"
    return PostResponse(status, answer, time.monotonic() - began, problem)


def _exchange(
    connection: HTTPConnection, url: str, headers: Mapping[str, str], body: bytes, deadline: float
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", target, body, dict(headers))
    # What connecting took is taken off the time for the answer.
    connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
    response = connection.getresponse()
    return response.status, response.read(_MOST)


def _nothing(began: float, problem: str) -> PostResponse:
    return PostResponse(None, b"", time.monotonic() - began, problem)


def _connection(url: str, timeout: float) -> HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, timeout=timeout, context=_trust())
    return HTTPConnection(host, parts.port, timeout=timeout)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
