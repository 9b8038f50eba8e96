"""Name why no complete answer arrived, for both drivers."""

from __future__ import annotations

from typing import Any

import httpx

from zoom_component.client.request.bodies import BodyRefused, DamagedBody
from zoom_component.client.request.network_failures import Destination, explain_failure
from zoom_component.client.transport.exchange import SendFailure

__all__ = ["build_send_failure"]

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def build_send_failure(error: Exception, base: httpx.URL, seconds: float, transport: Any) -> SendFailure:
    """Return the kind of a failure, its text and why it happened. httpx puts no headers into its texts.

    `base` is the base URL, `seconds` the limit of the exchange. `transport` may know the address of a proxy.
    """
    if isinstance(error, BodyRefused):
        kind = "broken" if isinstance(error, DamagedBody) else "refused"
        return SendFailure(kind, str(error), f"the answer was not read to its end: {error}")
    port = base.port or {"https": 443}.get(base.scheme, 80)
    destination = Destination(base.host, port, getattr(transport, "proxy_address", ""), seconds)
    text, explanation = f"{type(error).__name__}: {error}", explain_failure(error, destination)
    if isinstance(error, _NOT_SENT):
        return SendFailure("connect", text, explanation)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return SendFailure("timeout", text, explanation)
    return SendFailure("broken", text, explanation)
