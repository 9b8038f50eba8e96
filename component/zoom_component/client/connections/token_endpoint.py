"""Request tokens: a flow for each grant, and the sender of its requests.

A flow is a generator that yields a `TokenRequest` and receives its `Reply`. Zoom takes a form body, with the client's
id and secret as Basic authentication: https://developers.zoom.us/docs/integrations/oauth/ and
https://developers.zoom.us/docs/internal-apps/s2s-oauth/

A request is repeated if a server fails. `token_sender` sends it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from zoom_component.client.connections.tokens import Token, parse_token_response
from zoom_component.client.connections.urls import require_secure_url
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.messages import Reply

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.token_sender import TokenSender

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
        from zoom_component.client.connections.token_sender import TokenSender

        request = next(flow)
        require_secure_url(request.url, "token URL")
        limit = self.timeout or timeout or _DEFAULT_TIMEOUT
        with TokenSender(request.url, self.transport, self.network, limit) as sender:
            while True:
                try:
                    request = flow.send(self._send_repeatedly(sender, request))
                except StopIteration as end:
                    token: Token = end.value
                    return token

    def _send_repeatedly(self, sender: TokenSender, request: TokenRequest) -> Reply:
        """Send a request until the answer is not 5xx, `attempts` times at most."""
        for attempt in range(1, self.attempts):
            reply = sender.send(request)
            if reply.status < 500 or _is_blocked(reply):
                return reply
            wait = self.first_wait * 2 ** (attempt - 1) * (0.5 + self.random())
            _log_wait(request, reply, wait, attempt + 1, self.attempts)
            self.sleep(wait)
        return sender.send(request)


def _is_blocked(reply: Reply) -> bool:
    from zoom_component.client.request.foreign_answers import is_block_page

    return is_block_page(reply)


def _log_wait(request: TokenRequest, reply: Reply, wait: float, attempt: int, limit: int) -> None:
    from zoom_component.client.retry_log import log_retry

    log_retry("POST", request.url, str(reply.status), wait, attempt, limit)
