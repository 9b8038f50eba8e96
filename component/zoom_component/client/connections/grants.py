"""How tokens are asked for: each grant a generator that yields a `TokenRequest` and is sent the `Reply`. Pure.

Zoom takes a form body with the client's id and secret as Basic authentication:
https://developers.zoom.us/docs/integrations/oauth/ and
https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from zoom_component.client.connections.answers import token_from
from zoom_component.client.connections.tokens import Token
from zoom_component.messages import Reply

__all__ = ["Client", "Flow", "TokenRequest", "account_credentials", "authorization_code", "refresh"]


@dataclass(frozen=True, slots=True)
class Client:
    """The app as the token endpoint knows it."""

    id: str
    secret: str = field(repr=False)
    token_url: str


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One POST to a token endpoint: a form, and the client's id and secret as Basic authentication."""

    url: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)

    def secrets(self) -> frozenset[str]:
        """What must not be seen in anything that is said about this request."""
        hidden = {"code", "refresh_token", "code_verifier"}
        return frozenset({self.client_secret, *(value for name, value in self.form if name in hidden)} - {""})


Flow: TypeAlias = Generator[TokenRequest, Reply, Token]


def authorization_code(client: Client, code: str, redirect_uri: str, verifier: str, now: float) -> Flow:
    """Exchange the code that consent gave; `verifier` is "" where the app goes without PKCE."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if verifier:
        form["code_verifier"] = verifier
    request = _request(client, form)
    reply = yield request
    return token_from(reply, now, grant="authorization_code", hidden=request.secrets())


def refresh(client: Client, refresh_token: str, now: float) -> Flow:
    """Exchange a refresh token. Zoom answers with a new one and the old one is dead."""
    request = _request(client, {"grant_type": "refresh_token", "refresh_token": refresh_token})
    reply = yield request
    return token_from(reply, now, grant="refresh_token", hidden=request.secrets(), refresh=refresh_token)


def account_credentials(client: Client, account_id: str, now: float) -> Flow:
    """A token for the account itself. There is no refresh token: the next one is asked for in the same way."""
    request = _request(client, {"grant_type": "account_credentials", "account_id": account_id})
    reply = yield request
    return token_from(reply, now, grant="account_credentials", hidden=request.secrets())


def _request(client: Client, form: dict[str, str]) -> TokenRequest:
    """What stands in the token URL's query travels in the form: proxies and servers write URLs to their logs."""
    parts = urlsplit(client.token_url)
    merged = {**dict(parse_qsl(parts.query)), **form}
    url = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return TokenRequest(url, tuple(merged.items()), client.id, client.secret)
