"""Send token requests. Redirects are not followed: a client secret goes to the token URL only."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from zoom_component.client.network.deadline_sockets import Deadline
from zoom_component.client.network.request_writer import DEFAULT_HEADERS, EncodedRequest, Origin
from zoom_component.client.network.send_errors import SendError
from zoom_component.client.network.transports import adapt_transport, create_transport
from zoom_component.client.request.bodies import BodyRefused
from zoom_component.client.request.network_failures import Destination, explain_failure
from zoom_component.errors import ConnectionFailed, TimedOut, Unavailable

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.token_endpoint import TokenRequest
    from zoom_component.client.network.settings import NetworkSettings
    from zoom_component.messages import Reply

__all__ = ["TokenSender"]

_MAX_BODY = 1_000_000  # bytes; an answer with a token has a few thousand


class TokenSender:
    """Send the requests of one flow to a token URL, each limited to seconds.

    Raise InputError for invalid settings of the network, and ConnectionFailed for a URL that cannot be sent.
    """

    def __init__(self, url: str, transport: httpx.BaseTransport | None, network: NetworkSettings, limit: float) -> None:
        self._limit = limit
        try:
            self._origin = Origin.from_url(url)
        except ValueError:
            raise _refuse_url() from None
        if transport is not None:
            self._transport = adapt_transport(transport, url)
        else:
            self._transport = create_transport(url, network, connections=1)

    def __enter__(self) -> TokenSender:
        return self

    def __exit__(self, *exc: object) -> None:
        self._transport.close()

    def send(self, request: TokenRequest) -> Reply:
        """Send a request, and return its answer. Raise Unavailable or TimedOut without a complete one in time."""
        try:
            return self._transport.send(_encode(request), Deadline.start(self._limit), _MAX_BODY)
        except BodyRefused as error:
            raise Unavailable(f"The answer to the token request was not read to its end: {error}.") from None
        except SendError as error:
            raise self._build_error(error) from None

    def _build_error(self, error: SendError) -> Unavailable | TimedOut:
        """Return the error of a token request that got no answer, in the words of a call that gets none."""
        route = Destination(self._origin.host, self._origin.port, self._transport.proxy_address, self._limit)
        explanation = explain_failure(error, route)
        detail = type(error).__name__
        if error.is_unsent and detail != "PoolTimeout":
            return Unavailable(f"The token request was not sent: {explanation}.", detail=detail)
        text = f"The token request failed: {explanation}."
        return TimedOut(text, detail=detail) if error.is_timeout else Unavailable(text, detail=detail)


def _encode(request: TokenRequest) -> EncodedRequest:
    parts = urlsplit(request.url)
    credentials = b64encode(f"{request.client_id}:{request.client_secret}".encode()).decode()
    headers = {
        **DEFAULT_HEADERS,
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Basic {credentials}",
    }
    target = parts.path or "/"
    if not (target.isascii() and target.isprintable() and " " not in target):
        raise _refuse_url()
    return EncodedRequest("POST", target, headers, urlencode(request.form).encode())


def _refuse_url() -> ConnectionFailed:
    return ConnectionFailed("The token URL of this connection is not a valid URL.", reconnect=True)
