"""A listener at an address: the very bytes of the event, signed with a secret of its own.

`x-zm-signature` and `x-zm-request-timestamp` are as Zoom makes them, so that any receiver written for Zoom verifies
them, under this secret. `x-inbox-signature` signs the event's key and the attempt, too: whoever goes by the key to tell
a repetition verifies that one. 2xx is done; 4xx, apart from 408 and 429, is not tried again.
"""

from __future__ import annotations

import hmac
import ssl
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from zoom_component.client.request.retry import parse_retry_after
from zoom_component.events.listeners.listener import Delivery, Reject, Retry

__all__ = ["ForwardHandler", "build_signed_headers"]

_MAX_READ = 2000  # bytes of an answer that are looked at
_MAX_RETRY_AFTER = 86_400.0  # of what a Retry-After may ask for
_TRANSIENT_STATUSES = (408, 429)


class ForwardHandler:
    """Posts each event to an address. No redirect is followed and no proxy asked."""

    def __init__(self, url: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Send it, and judge the answer."""
        now = self._clock()
        headers = build_signed_headers(self._secret, int(now), delivery)
        status, asked, said = _post(self._url, headers, delivery.event.raw, timeout)
        if 200 <= status < 300:
            return
        told = f"the answer was {status}{': ' + said if said else ''}"
        if 400 <= status < 500 and status not in _TRANSIENT_STATUSES:
            raise Reject(told)
        wait = parse_retry_after(asked, now)
        raise Retry(told, None if wait is None else min(wait, _MAX_RETRY_AFTER))

    def close(self) -> None:
        """Nothing outlives its post."""

    def list_secrets(self) -> Iterable[str]:
        """What signs, and what an address may carry."""
        parts = urlsplit(self._url)
        return [each for each in (self._secret, parts.password, parts.query) if each]


def build_signed_headers(secret: str, timestamp: int, delivery: Delivery) -> dict[str, str]:
    """The headers of a forwarded event: both signatures, and what tells a repetition."""
    raw, about = delivery.event.raw, b"%s:%d" % (delivery.key.encode(), delivery.attempt)
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "zoom-component",
        "x-zm-request-timestamp": str(timestamp),
        "x-zm-signature": _sign(secret, b"v0:%d:%s" % (timestamp, raw)),
        "x-inbox-key": delivery.key,
        "x-inbox-attempt": str(delivery.attempt),
        "x-inbox-signature": _sign(secret, b"v0:%d:%s:%s" % (timestamp, about, raw)),
    }


def _sign(secret: str, message: bytes) -> str:
    return f"v0={hmac.digest(secret.encode(), message, 'sha256').hex()}"


class _Answer(NamedTuple):
    status: int
    retry_after: str | None
    excerpt: str


def _post(url: str, headers: dict[str, str], body: bytes, timeout: float) -> _Answer:
    """One exchange. Raises TryAgain, with the reason, where no answer comes."""
    deadline = time.monotonic() + timeout
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout)
    try:
        connection.request("POST", target, body, headers)
        # What connecting took is taken off the time for the answer.
        connection.sock.settimeout(max(deadline - time.monotonic(), 0.001))
        response = connection.getresponse()
        return _Answer(response.status, response.getheader("retry-after"), _read_excerpt(response))
    except TimeoutError:
        raise Retry(f"no answer came within {timeout:g} seconds") from None
    except HTTPException:
        raise Retry("what came back is no HTTP answer") from None
    except OSError as error:
        raise Retry(f"it could not be reached: {(error.strerror or type(error).__name__).lower()}") from None
    finally:
        connection.close()


def _read_excerpt(response: HTTPResponse) -> str:
    """The beginning of what an answer says, on one line; of a good one nobody asks."""
    if 200 <= response.status < 300:
        return ""
    text = response.read(_MAX_READ).decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:300]


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout, context=_create_tls_context())
    return HTTPConnection(host, port, timeout=timeout)


@lru_cache(maxsize=1)
def _create_tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()
