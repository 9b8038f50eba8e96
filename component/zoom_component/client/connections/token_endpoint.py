"""Request tokens: a flow for each grant, and the sender of its requests.

A flow is a generator that yields a `TokenRequest` and receives its `Reply`. Zoom takes a form body, with the client's
id and secret as Basic authentication: https://developers.zoom.us/docs/integrations/oauth/ and
https://developers.zoom.us/docs/internal-apps/s2s-oauth/

This is the one module of the package that sends; it repeats a request if a server fails. It does not follow redirects
or read `.netrc`: a client secret goes to the token URL only. `client.network` finds the proxy.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from zoom_component.client.connections.tokens import Token, parse_token_response
from zoom_component.client.connections.urls import is_loopback_url, require_secure_url
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.client.request.network_failures import Destination
from zoom_component.errors import ConnectionFailed, TimedOut, Unavailable
from zoom_component.messages import Reply

if TYPE_CHECKING:
    import httpx

__all__ = [
    "ACCOUNT_CREDENTIALS",
    "AUTHORIZATION_CODE",
    "Credentials",
    "OAuthClient",
    "TokenEndpoint",
    "TokenFlow",
    "TokenRequest",
    "exchange_authorization_code",
    "exchange_refresh_token",
    "request_account_token",
]

_DEFAULT_TIMEOUT = 10.0
_MAX_BODY = 1_000_000  # bytes; an answer with a token has a few thousand
AUTHORIZATION_CODE = "authorization_code"
ACCOUNT_CREDENTIALS = "account_credentials"


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Hold the app's client id and secret, and the address of its token endpoint."""

    id: str
    secret: str = field(repr=False)
    token_url: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold what token requests need.

    `kind` is the key of the spec; `grant` is AUTHORIZATION_CODE or ACCOUNT_CREDENTIALS.
    """

    kind: str
    grant: str
    client: OAuthClient
    account_id: str = ""
    scopes: str = ""
    authorize_url: str = ""

    @property
    def can_reissue(self) -> bool:
        """Return whether a new token needs neither a person nor an earlier token."""
        return self.grant == ACCOUNT_CREDENTIALS


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Describe one POST to a token endpoint: a form, with Basic authentication of the client."""

    url: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)

    def get_secrets(self) -> frozenset[str]:
        """Return the strings that must not be printed or logged."""
        secret_fields = {"code", "refresh_token", "code_verifier"}
        return frozenset({self.client_secret, *(value for name, value in self.form if name in secret_fields)} - {""})


TokenFlow: TypeAlias = Generator[TokenRequest, Reply, Token]


def exchange_authorization_code(
    client: OAuthClient, code: str, redirect_uri: str, verifier: str, now: float
) -> TokenFlow:
    """Request a token for the code from the consent page.

    `verifier` is "" if the app does not use PKCE.
    """
    form = {"grant_type": AUTHORIZATION_CODE, "code": code, "redirect_uri": redirect_uri}
    if verifier:
        form["code_verifier"] = verifier
    request = _build_request(client, form)
    reply = yield request
    return parse_token_response(reply, now, grant=AUTHORIZATION_CODE, secrets=request.get_secrets())


def exchange_refresh_token(client: OAuthClient, refresh_token: str, now: float) -> TokenFlow:
    """Request a token for a refresh token.

    The answer holds a new refresh token; the old one is then invalid.
    """
    request = _build_request(client, {"grant_type": "refresh_token", "refresh_token": refresh_token})
    reply = yield request
    return parse_token_response(
        reply,
        now,
        grant="refresh_token",
        secrets=request.get_secrets(),
        previous_refresh_token=refresh_token,
    )


def request_account_token(client: OAuthClient, account_id: str, now: float) -> TokenFlow:
    """Request a token for the account itself.

    It has no refresh token: the next token is requested the same way.
    """
    request = _build_request(client, {"grant_type": ACCOUNT_CREDENTIALS, "account_id": account_id})
    reply = yield request
    return parse_token_response(reply, now, grant=ACCOUNT_CREDENTIALS, secrets=request.get_secrets())


def _build_request(client: OAuthClient, form: dict[str, str]) -> TokenRequest:
    """Move the query of the token URL into the form, because proxies and servers log URLs."""
    parts = urlsplit(client.token_url)
    merged = {**dict(parse_qsl(parts.query)), **form}
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return TokenRequest(url, tuple(merged.items()), client.id, client.secret)


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Fetch tokens over HTTP.

    `timeout` limits one answer, in seconds; None means the limit of the session that needs the token, or else 10.
    `first_wait` is in seconds; each further wait is twice as long. `sleep`, `random` (a number from 0
    to 1) and `transport` are replaced in tests; `transport` is closed after each flow and has to stay usable. `network`
    names a proxy and certificate authorities.
    """

    timeout: float | None = None
    attempts: int = 4
    first_wait: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random
    transport: httpx.BaseTransport | None = None
    network: NetworkSettings = field(default_factory=NetworkSettings)

    def fetch_token(self, flow: TokenFlow, timeout: float | None = None) -> Token:
        """Run a flow and return its token. `timeout` is the limit of the session.

        Raise ConnectionFailed if a person has to act; Unavailable, TimedOut or RateLimited if a later call may succeed.
        """
        # Imported late: a call that has a token already does not need it.
        import httpx

        request = next(flow)
        require_secure_url(request.url, "token URL")
        limit = self.timeout or timeout or _DEFAULT_TIMEOUT
        transport = self.transport or _create_transport(request.url, self.network)
        parts = urlsplit(request.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        route = Destination(parts.hostname or "", port, getattr(transport, "proxy_address", ""), limit)
        with httpx.Client(trust_env=False, follow_redirects=False, timeout=limit, transport=transport) as client:
            while True:
                try:
                    request = flow.send(self._send_repeatedly(client, request, route))
                except StopIteration as end:
                    token: Token = end.value
                    return token

    def _send_repeatedly(self, client: httpx.Client, request: TokenRequest, route: Destination) -> Reply:
        """Send a request until the answer is not 5xx, `attempts` times at most."""
        for attempt in range(1, self.attempts):
            reply = _send(client, request, route)
            if reply.status < 500 or _is_blocked(reply):
                return reply
            wait = self.first_wait * 2 ** (attempt - 1) * (0.5 + self.random())
            _log_wait(request, reply, wait, attempt + 1, self.attempts)
            self.sleep(wait)
        return _send(client, request, route)


def _create_transport(url: str, network: NetworkSettings) -> httpx.BaseTransport:
    """Return the transport for a token URL. Raise InputError for invalid settings of the network."""
    import httpx

    from zoom_component.client.network.exchange_limits import limit_whole_exchanges

    if url.startswith("http://") and is_loopback_url(url):
        return limit_whole_exchanges(httpx.HTTPTransport(verify=False, trust_env=False))
    from zoom_component.client.network.transports import create_transport

    return create_transport(url, network, connections=1)


def _send(client: httpx.Client, request: TokenRequest, route: Destination) -> Reply:
    """Send a request, and return its answer if it is complete within the limit of its route."""
    import httpx

    from zoom_component.client.network.exchange_limits import Deadline, read_body
    from zoom_component.client.request.bodies import BodyRefused

    deadline = Deadline.start(route.timeout or _DEFAULT_TIMEOUT)
    try:
        with client.stream(
            "POST",
            request.url,
            data=dict(request.form),
            auth=httpx.BasicAuth(request.client_id, request.client_secret),
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), deadline)},
        ) as response:
            body = read_body(response, deadline, _MAX_BODY)
    except BodyRefused as error:
        raise Unavailable(f"The answer to the token request was not read to its end: {error}.") from None
    except httpx.HTTPError as error:
        raise _build_network_error(error, route) from None
    except (httpx.InvalidURL, ValueError):
        raise ConnectionFailed("The token URL of this connection is not a valid URL.", reconnect=True) from None
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, body)


def _build_network_error(error: httpx.HTTPError, route: Destination) -> Unavailable | TimedOut:
    """Return the error of a token request that got no answer, in the words of a call that gets none."""
    import httpx

    from zoom_component.client.request.network_failures import explain_failure

    explanation = explain_failure(error, route)
    detail = type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError | httpx.UnsupportedProtocol):
        return Unavailable(f"The token request was not sent: {explanation}.", detail=detail)
    text = f"The token request failed: {explanation}."
    return (
        TimedOut(text, detail=detail) if isinstance(error, httpx.TimeoutException) else Unavailable(text, detail=detail)
    )


def _is_blocked(reply: Reply) -> bool:
    from zoom_component.client.request.foreign_answers import is_block_page

    return is_block_page(reply)


def _log_wait(request: TokenRequest, reply: Reply, wait: float, attempt: int, limit: int) -> None:
    from zoom_component.client.retry_log import log_retry

    log_retry("POST", request.url, str(reply.status), wait, attempt, limit)
