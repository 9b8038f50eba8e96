"""Serve Zoom's OAuth: tokens for an account or a person, refresh with rotation, PKCE, revocation.

https://developers.zoom.us/docs/integrations/oauth/ and https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from zoom_facts import find_operation
from zoom_sandbox.account import Account
from zoom_sandbox.messages import HTML_TYPE, Request, Response, json_response
from zoom_sandbox.resources import load_operations

LIFETIME = 3600  # seconds; spec/zoom/about.json; https://developers.zoom.us/docs/internal-apps/s2s-oauth/
CODE_LIFETIME = 600  # seconds
BOT_SCOPE = "imchat:bot"  # the one scope of a chatbot's token
Parameters = Mapping[str, str]


class OAuthError(Exception):
    """Answer a token request with a status, an error code of OAuth, and a reason."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """Hold what an access token grants. `scopes` None means everything. `expires_at` is in epoch seconds."""

    kind: str
    expires_at: float
    refresh: str = ""
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """Hold an authorization code that has not been exchanged yet."""

    redirect_uri: str
    challenge: str
    method: str
    expires_at: float


class OAuth:
    """Hold the tokens and codes of one app in one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._grants: dict[str, TokenGrant] = {}
        self._refreshes: dict[str, str] = {}
        self._codes: dict[str, AuthorizationCode] = {}

    def respond(self, request: Request, base_url: str) -> Response:
        """Return the response to a request below /oauth. `base_url` becomes the `api_url` of a token's answer."""
        routes: dict[tuple[str, str], Callable[[Request, Parameters, str], Response]] = {
            ("POST", "/oauth/token"): self._handle_token,
            ("GET", "/oauth/authorize"): self._handle_authorize,
            ("POST", "/oauth/revoke"): self._handle_revoke,
        }
        handler = routes.get((request.method, request.path))
        if handler is None:
            is_known_path = request.path in {path for _, path in routes}
            return json_response(
                405 if is_known_path else 404, {"error": "invalid_request", "reason": "No such address."}
            )
        try:
            return handler(request, _parse_parameters(request), base_url)
        except OAuthError as error:
            return json_response(error.status, {"reason": error.reason, "error": error.error})

    def find_grant(self, authorization: str) -> TokenGrant | None:
        """Return the grant of an Authorization header, or None unless it carries a valid bearer token."""
        scheme, _, token = authorization.strip().partition(" ")
        grant = self._grants.get(token.strip())
        is_valid = scheme.lower() == "bearer" and grant is not None and grant.expires_at > self._account.clock()
        return grant if is_valid else None

    def has_valid_token(self, authorization: str) -> bool:
        """Return whether an Authorization header carries a valid bearer token."""
        return self.find_grant(authorization) is not None

    def issue_token(self, kind: str, with_refresh: bool = False, scopes: Collection[str] | None = None) -> str:
        """Return a new access token, valid for an hour, with the app's scopes by default.

        `kind` is `account`, `bot`, `person` or `test`.
        """
        granted = self._account.options.scopes if scopes is None else scopes
        refresh = self._account.ids.next_token() if with_refresh else ""
        token = self._account.ids.next_token()
        expires_at = self._account.clock() + LIFETIME
        self._grants[token] = TokenGrant(kind, expires_at, refresh, None if granted is None else frozenset(granted))
        if refresh:
            self._refreshes[refresh] = token
        return token

    def revoke_token(self, token: str) -> None:
        """Revoke an access token, or a refresh token with its access token; ignore an unknown one."""
        grant = self._grants.pop(self._refreshes.pop(token, token), None)
        if grant is not None:
            self._refreshes.pop(grant.refresh, None)

    def _handle_token(self, request: Request, parameters: Parameters, base_url: str) -> Response:
        self._check_client(request, parameters)
        grants = {
            "account_credentials": self._grant_account_token,
            "authorization_code": self._grant_code_token,
            "client_credentials": self._grant_bot_token,
            "refresh_token": self._grant_refreshed_token,
        }
        kind = parameters.get("grant_type", "")
        if not kind:
            raise OAuthError(400, "invalid_request", "The grant_type is missing.")
        if kind not in grants:
            raise OAuthError(400, "unsupported_grant_type", "The grant_type is not supported.")
        token = grants[kind](parameters)
        answer = {"access_token": token, "token_type": "bearer", "expires_in": LIFETIME}
        if refresh := self._grants[token].refresh:
            answer["refresh_token"] = refresh
        scopes = self._account.options.scopes if kind != "client_credentials" else (BOT_SCOPE,)
        scope = _list_all_scopes() if scopes is None else " ".join(scopes)
        return json_response(200, {**answer, "scope": scope, "api_url": base_url})

    def _grant_account_token(self, parameters: Parameters) -> str:
        if parameters.get("account_id") != self._account.options.account_id:
            raise OAuthError(400, "invalid_request", "The account_id is missing or unknown.")
        for token in [token for token, grant in self._grants.items() if grant.kind == "account"]:
            self.revoke_token(token)
        return self.issue_token("account")

    def _grant_bot_token(self, parameters: Parameters) -> str:
        """Return a chatbot's token: https://developers.zoom.us/docs/chat/installation-and-authentication/."""
        return self.issue_token("bot", scopes=(BOT_SCOPE,))

    def _grant_code_token(self, parameters: Parameters) -> str:
        code = self._codes.pop(parameters.get("code", ""), None)
        if code is None or code.expires_at <= self._account.clock():
            raise OAuthError(400, "invalid_grant", "The authorization code is unknown, used or expired.")
        if parameters.get("redirect_uri", "") != code.redirect_uri:
            raise OAuthError(400, "invalid_grant", "The redirect_uri is not the one that the code was issued for.")
        if code.challenge and not _is_verified(parameters.get("code_verifier", ""), code):
            raise OAuthError(400, "invalid_grant", "The code_verifier does not fit the code_challenge.")
        return self.issue_token("person", with_refresh=True)

    def _grant_refreshed_token(self, parameters: Parameters) -> str:
        refresh = parameters.get("refresh_token", "")
        if refresh not in self._refreshes:
            raise OAuthError(400, "invalid_grant", "The refresh token is unknown, used or revoked.")
        # A refresh token is valid once. The access token that was issued with it stays valid until it expires.
        del self._refreshes[refresh]
        return self.issue_token("person", with_refresh=True)

    def _handle_authorize(self, request: Request, parameters: Parameters, base_url: str) -> Response:
        redirect_uri = parameters.get("redirect_uri", "")
        if parameters.get("client_id") != self._account.options.client_id:
            return _html_page(400, "Invalid client", "No app has this client_id.")
        if not urlsplit(redirect_uri).scheme:
            return _html_page(400, "Invalid redirect", "The redirect_uri is missing or not an absolute address.")
        answer = {"state": parameters["state"]} if parameters.get("state") else {}
        if parameters.get("response_type") != "code":
            return _redirect(redirect_uri, {"error": "unsupported_response_type", **answer})
        method = parameters.get("code_challenge_method", "plain")
        if method not in ("plain", "S256"):
            return _redirect(redirect_uri, {"error": "invalid_request", **answer})
        code = self._account.ids.next_token()
        challenge = parameters.get("code_challenge", "")
        expires_at = self._account.clock() + CODE_LIFETIME
        self._codes[code] = AuthorizationCode(redirect_uri, challenge, method, expires_at)
        return _redirect(redirect_uri, {"code": code, **answer})

    def _handle_revoke(self, request: Request, parameters: Parameters, base_url: str) -> Response:
        self._check_client(request, parameters)
        if not parameters.get("token"):
            raise OAuthError(400, "invalid_request", "The token is missing.")
        self.revoke_token(parameters["token"])
        return json_response(200, {"status": "success"})

    def _check_client(self, request: Request, parameters: Parameters) -> None:
        credentials = _parse_client(request.headers.get("authorization", ""), parameters)
        # Some clients form-encode the two before Basic: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
        decoded = (unquote_plus(credentials[0]), unquote_plus(credentials[1]))
        options = self._account.options
        expected = f"{options.client_id}:{options.client_secret}".encode()
        if not any(hmac.compare_digest(":".join(pair).encode(), expected) for pair in (credentials, decoded)):
            raise OAuthError(401, "invalid_client", "Invalid client_id or client_secret.")


def _parse_client(authorization: str, parameters: Parameters) -> tuple[str, str]:
    """Return the client's id and secret, from Basic authentication or from the form."""
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return parameters.get("client_id", ""), parameters.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _parse_parameters(request: Request) -> Parameters:
    """Return the query and the form together, because real clients send a token request either way."""
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {**dict(request.query), **dict(form)}


def _is_verified(verifier: str, code: AuthorizationCode) -> bool:
    computed = verifier
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        computed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return bool(verifier) and hmac.compare_digest(computed.encode(), code.challenge.encode())


@lru_cache(maxsize=1)
def _list_all_scopes() -> str:
    """Return every classic scope of the operations with state: an app without scopes of its own has them all."""
    stateful = (find_operation(method, path) for method, path in load_operations())
    return " ".join(sorted({scope for operation in stateful if operation for scope in operation.scopes}))


def _redirect(url: str, answer: Mapping[str, str]) -> Response:
    separator = "&" if urlsplit(url).query else "?"
    return Response(302, {"location": f"{url}{separator}{urlencode(answer)}"})


def _html_page(status: int, title: str, text: str) -> Response:
    html = f"<!doctype html><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p>"
    return Response(status, {"content-type": HTML_TYPE}, html.encode())
