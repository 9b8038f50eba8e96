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

from zoom_component.client.request.retry import asked_wait
from zoom_component.events.listeners.listeners import Delivery, GiveUp, TryAgain

__all__ = ["Forward", "signed_headers"]

_MOST = 2000  # bytes of an answer that are looked at
_LONGEST = 86_400.0  # of what a Retry-After may ask for
_PASSING = (408, 429)


class Forward:
    """Posts each event to an address. No redirect is followed and no proxy asked."""

    def __init__(self, url: str, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock

    def run(self, delivery: Delivery, timeout: float) -> None:
        """Send it, and judge the answer."""
        now = self._clock()
        headers = signed_headers(self._secret, int(now), delivery)
        status, asked, said = _post(self._url, headers, delivery.event.raw, timeout)
        if 200 <= status < 300:
            return
        told = f"the answer was {status}{': ' + said if said else ''}"
        if 400 <= status < 500 and status not in _PASSING:
            raise GiveUp(told)
        wait = asked_wait(asked, now)
        raise TryAgain(told, None if wait is None else min(wait, _LONGEST))

    def stop(self) -> None:
        """Nothing outlives its post."""

    def secrets(self) -> Iterable[str]:
        """What signs, and what an address may carry."""
        parts = urlsplit(self._url)
        return [each for each in (self._secret, parts.password, parts.query) if each]


def signed_headers(secret: str, stamp: int, delivery: Delivery) -> dict[str, str]:
    """The headers of a forwarded event: both signatures, and what tells a repetition."""
    raw, about = delivery.event.raw, b"%s:%d" % (delivery.key.encode(), delivery.attempt)
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "zoom-component",
        "x-zm-request-timestamp": str(stamp),
        "x-zm-signature": _signature(secret, b"v0:%d:%s" % (stamp, raw)),
        "x-inbox-key": delivery.key,
        "x-inbox-attempt": str(delivery.attempt),
        "x-inbox-signature": _signature(secret, b"v0:%d:%s:%s" % (stamp, about, raw)),
    }


def _signature(secret: str, message: bytes) -> str:
    return f"v0={hmac.digest(secret.encode(), message, 'sha256').hex()}"


class _Answer(NamedTuple):
    status: int
    retry_after: str | None
    said: str


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
        return _Answer(response.status, response.getheader("retry-after"), _said(response))
    except TimeoutError:
        raise TryAgain(f"no answer came within {timeout:g} seconds") from None
    except HTTPException:
        raise TryAgain("what came back is no HTTP answer") from None
    except OSError as error:
        raise TryAgain(f"it could not be reached: {(error.strerror or type(error).__name__).lower()}") from None
    finally:
        connection.close()


def _said(response: HTTPResponse) -> str:
    """The beginning of what an answer says, on one line; of a good one nobody asks."""
    if 200 <= response.status < 300:
        return ""
    text = response.read(_MOST).decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:300]


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout, context=_trust())
    return HTTPConnection(host, port, timeout=timeout)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
