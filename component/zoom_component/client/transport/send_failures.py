"""Name why no complete answer arrived, for both drivers."""

from __future__ import annotations

from typing import Any

from zoom_component.client.network.request_writer import Origin
from zoom_component.client.network.send_errors import SendError
from zoom_component.client.request.bodies import BodyRefused, DamagedBody
from zoom_component.client.request.network_failures import Destination, explain_failure
from zoom_component.client.transport.exchange import SendFailure

__all__ = ["build_send_failure", "get_failure_kind"]


def build_send_failure(error: SendError | BodyRefused, origin: Origin, seconds: float, transport: Any) -> SendFailure:
    """Return the kind of a failure, its text and why it happened. The texts hold no headers.

    `seconds` is the limit of the exchange. `transport` knows the address of a proxy.
    """
    if isinstance(error, BodyRefused):
        kind = "broken" if isinstance(error, DamagedBody) else "refused"
        return SendFailure(kind, str(error), f"the answer was not read to its end: {error}")
    destination = Destination(origin.host, origin.port, transport.proxy_address, seconds)
    text, explanation = f"{type(error).__name__}: {error}", explain_failure(error, destination)
    return SendFailure(get_failure_kind(error), text, explanation)


def get_failure_kind(error: SendError) -> str:
    """Return the kind of a failure: "connect" if nothing was sent, "timeout", or "broken"."""
    if error.is_unsent:
        return "connect"
    return "timeout" if error.is_timeout else "broken"
