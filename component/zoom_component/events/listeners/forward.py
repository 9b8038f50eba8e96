"""Forward events to a URL: post the received bytes, signed with the listener's secret.

`x-zm-signature` and `x-zm-request-timestamp` are computed as Zoom does it, so a receiver written for Zoom can verify
them with this secret. `x-inbox-signature` also covers the event's key and the attempt; a receiver that detects
duplicates by `x-inbox-key` should verify it. Status 2xx acknowledges the event; 4xx except 408 and 429 rejects it.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from http.client import HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.network.tunnel import RoutedConnection
from zoom_component.client.request.retry import parse_retry_after
from zoom_component.errors import InputError
from zoom_component.events.listeners.listener import Delivery, Reject, Retry

__all__ = ["ForwardHandler", "build_signed_headers"]

_MAX_READ = 2000  # bytes of a response that are read
_MAX_RETRY_AFTER = 86_400.0  # seconds
_TRANSIENT_STATUSES = (408, 429)


class ForwardHandler:
    """Post each event to a URL, without following redirects. `network` names a proxy and certificate authorities."""

    def __init__(
        self,
        url: str,
        secret: str,
        clock: Callable[[], float] = time.time,
        network: NetworkSettings | None = None,
    ) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._network = network or NetworkSettings()

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Post the event. Raise Reject or Retry for a response other than 2xx, and Retry without a response."""
        now = self._clock()
        headers = build_signed_headers(self._secret, int(now), delivery)
        status, retry_after, excerpt = _post(self._url, headers, delivery.event.raw, timeout, self._network)
        if 200 <= status < 300:
            return
        message = f"got status {status}{': ' + excerpt if excerpt else ''}"
        if 400 <= status < 500 and status not in _TRANSIENT_STATUSES:
            raise Reject(message)
        wait = parse_retry_after(retry_after, now)
        raise Retry(message, None if wait is None else min(wait, _MAX_RETRY_AFTER))

    def close(self) -> None:
        """Do nothing: no connection outlives its request."""

    def list_secrets(self) -> Iterable[str]:
        """Return the signing secret and the parts of the URL that may be secret."""
        parts = urlsplit(self._url)
        return [each for each in (self._secret, parts.password, parts.query) if each]


def build_signed_headers(secret: str, timestamp: int, delivery: Delivery) -> dict[str, str]:
    """Return the headers of a forwarded event: both signatures, the event's key and the attempt."""
    raw, context = delivery.event.raw, b"%s:%d" % (delivery.key.encode(), delivery.attempt)
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "zoom-component",
        "x-zm-request-timestamp": str(timestamp),
        "x-zm-signature": _sign(secret, b"v0:%d:%s" % (timestamp, raw)),
        "x-inbox-key": delivery.key,
        "x-inbox-attempt": str(delivery.attempt),
        "x-inbox-signature": _sign(secret, b"v0:%d:%s:%s" % (timestamp, context, raw)),
    }


def _sign(secret: str, message: bytes) -> str:
    return f"v0={hmac.digest(secret.encode(), message, 'sha256').hex()}"


class _Response(NamedTuple):
    """Hold what is used of a response."""

    status: int
    retry_after: str | None
    excerpt: str


def _post(url: str, headers: dict[str, str], body: bytes, timeout: float, network: NetworkSettings) -> _Response:
    """Send one request and return the response. Raise Retry with the reason if there is no response."""
    try:
        connection = RoutedConnection(url, network, timeout)
    except InputError as error:
        raise Retry(str(error)) from None
    try:
        connection.request("POST", connection.target, body, {**headers, **connection.proxy_headers})
        response = connection.getresponse()
        return _Response(response.status, response.getheader("retry-after"), _read_excerpt(response))
    except (HTTPException, OSError) as error:
        raise Retry(_explain(error, connection, timeout)) from None
    finally:
        connection.close()


def _explain(error: Exception, connection: RoutedConnection, timeout: float) -> str:
    """Return why there is no response, in the words of a call that gets none."""
    from zoom_component.client.request.network_failures import Destination, describe_failure, find_failure

    failure = find_failure(error)
    if failure.kind == "answer_timeout" and not connection.is_open:
        failure = failure._replace(kind="connect_timeout")
    return describe_failure(failure, Destination(connection.host, connection.port, connection.proxy_address, timeout))


def _read_excerpt(response: HTTPResponse) -> str:
    """Return the beginning of an error response on one line; "" for a successful one."""
    if 200 <= response.status < 300:
        return ""
    text = response.read(_MAX_READ).decode("utf-8", "replace")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:300]
