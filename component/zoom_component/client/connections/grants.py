"""Define how tokens are requested, as generators.

A flow yields a `TokenRequest` and receives its `Reply`. Pure. Zoom takes a form body, with the client's id and secret
as Basic authentication: https://developers.zoom.us/docs/integrations/oauth/ and
https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from zoom_component.client.connections.token_response import parse_token_response
from zoom_component.client.connections.tokens import Token
from zoom_component.messages import Reply

__all__ = [
    "OAuthClient",
    "TokenFlow",
    "TokenRequest",
    "exchange_authorization_code",
    "exchange_refresh_token",
    "request_account_token",
]


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Hold the app's client id and secret, and the address of its token endpoint."""

    id: str
    secret: str = field(repr=False)
    token_url: str


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
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if verifier:
        form["code_verifier"] = verifier
    request = _build_request(client, form)
    reply = yield request
    return parse_token_response(reply, now, grant="authorization_code", secrets=request.get_secrets())


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
    request = _build_request(client, {"grant_type": "account_credentials", "account_id": account_id})
    reply = yield request
    return parse_token_response(reply, now, grant="account_credentials", secrets=request.get_secrets())


def _build_request(client: OAuthClient, form: dict[str, str]) -> TokenRequest:
    """Move the query of the token URL into the form, because proxies and servers log URLs."""
    parts = urlsplit(client.token_url)
    merged = {**dict(parse_qsl(parts.query)), **form}
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return TokenRequest(url, tuple(merged.items()), client.id, client.secret)
