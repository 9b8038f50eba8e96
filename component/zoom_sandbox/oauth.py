"""Zoom's OAuth: tokens for an account or a person, refresh with rotation, PKCE, revocation.

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
from zoom_sandbox.operations import HANDLERS

LIFETIME = 3600  # spec/zoom/about.json; https://developers.zoom.us/docs/internal-apps/s2s-oauth/
CODE_LIFETIME = 600
BOT_SCOPE = "imchat:bot"  # the one scope of a chatbot's token
Parameters = Mapping[str, str]


class OAuthError(Exception):
    """A token request that is turned down: status, OAuth's error word, and a reason for people."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What an access token stands for. `scopes` None means everything."""

    kind: str
    expires_at: float
    refresh: str = ""
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """An authorization code that waits to be exchanged."""

    redirect_uri: str
    challenge: str
    method: str
    expires_at: float


class OAuth:
    """The tokens and codes of one app in one account."""

    def __init__(self, world: Account) -> None:
        self._world = world
        self._grants: dict[str, TokenGrant] = {}
        self._refreshes: dict[str, str] = {}
        self._codes: dict[str, AuthorizationCode] = {}

    def respond(self, request: Request, base: str) -> Response:
        """Answer a request below /oauth."""
        routes: dict[tuple[str, str], Callable[[Request, Parameters, str], Response]] = {
            ("POST", "/oauth/token"): self._token,
            ("GET", "/oauth/authorize"): self._authorize,
            ("POST", "/oauth/revoke"): self._revoke,
        }
        play = routes.get((request.method, request.path))
        if play is None:
            known = request.path in {path for _, path in routes}
            return json_response(405 if known else 404, {"error": "invalid_request", "reason": "No such address."})
        try:
            return play(request, _parameters(request), base)
        except OAuthError as denied:
            return json_response(denied.status, {"reason": denied.reason, "error": denied.error})

    def find_grant(self, authorization: str) -> TokenGrant | None:
        """What an Authorization header stands for; None unless it carries a bearer token that is good now."""
        scheme, _, token = authorization.strip().partition(" ")
        grant = self._grants.get(token.strip())
        good = scheme.lower() == "bearer" and grant is not None and grant.expires_at > self._world.clock()
        return grant if good else None

    def has_valid_token(self, authorization: str) -> bool:
        """Whether an Authorization header carries a bearer token that is good now."""
        return self.find_grant(authorization) is not None

    def issue_token(self, kind: str, refreshable: bool = False, scopes: Collection[str] | None = None) -> str:
        """A new access token, good for an hour, with the app's scopes unless others are given.

        Kinds: `account`, `bot`, `person`, `test`.
        """
        granted = self._world.options.scopes if scopes is None else scopes
        refresh = self._world.ids.next_token() if refreshable else ""
        token = self._world.ids.next_token()
        lasts = self._world.clock() + LIFETIME
        self._grants[token] = TokenGrant(kind, lasts, refresh, None if granted is None else frozenset(granted))
        if refresh:
            self._refreshes[refresh] = token
        return token

    def revoke_token(self, token: str) -> None:
        """End an access token, or a refresh token with its access token; unknown ones are let be."""
        grant = self._grants.pop(self._refreshes.pop(token, token), None)
        if grant is not None:
            self._refreshes.pop(grant.refresh, None)

    def _token(self, request: Request, parameters: Parameters, base: str) -> Response:
        self._check_client(request, parameters)
        grants = {
            "account_credentials": self._for_account,
            "authorization_code": self._for_code,
            "client_credentials": self._for_bot,
            "refresh_token": self._for_refresh,
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
        scopes = self._world.options.scopes if kind != "client_credentials" else (BOT_SCOPE,)
        return json_response(
            200, {**answer, "scope": _scope() if scopes is None else " ".join(scopes), "api_url": base}
        )

    def _for_account(self, parameters: Parameters) -> str:
        if parameters.get("account_id") != self._world.options.account_id:
            raise OAuthError(400, "invalid_request", "The account_id is missing or unknown.")
        for token in [token for token, grant in self._grants.items() if grant.kind == "account"]:
            self.revoke_token(token)
        return self.issue_token("account")

    def _for_bot(self, parameters: Parameters) -> str:
        """A chatbot's token: https://developers.zoom.us/docs/chat/installation-and-authentication/."""
        return self.issue_token("bot", scopes=(BOT_SCOPE,))

    def _for_code(self, parameters: Parameters) -> str:
        code = self._codes.pop(parameters.get("code", ""), None)
        if code is None or code.expires_at <= self._world.clock():
            raise OAuthError(400, "invalid_grant", "The authorization code is unknown, used or expired.")
        if parameters.get("redirect_uri", "") != code.redirect_uri:
            raise OAuthError(400, "invalid_grant", "The redirect_uri is not the one that the code was issued for.")
        if code.challenge and not _proves(parameters.get("code_verifier", ""), code):
            raise OAuthError(400, "invalid_grant", "The code_verifier does not fit the code_challenge.")
        return self.issue_token("person", refreshable=True)

    def _for_refresh(self, parameters: Parameters) -> str:
        refresh = parameters.get("refresh_token", "")
        if refresh not in self._refreshes:
            raise OAuthError(400, "invalid_grant", "The refresh token is unknown, used or revoked.")
        # The refresh token dies with its use; the access token it came with lives on until its own end.
        del self._refreshes[refresh]
        return self.issue_token("person", refreshable=True)

    def _authorize(self, request: Request, parameters: Parameters, base: str) -> Response:
        redirect_uri = parameters.get("redirect_uri", "")
        if parameters.get("client_id") != self._world.options.client_id:
            return _page(400, "Invalid client", "No app has this client_id.")
        if not urlsplit(redirect_uri).scheme:
            return _page(400, "Invalid redirect", "The redirect_uri is missing or not an absolute address.")
        answer = {"state": parameters["state"]} if parameters.get("state") else {}
        if parameters.get("response_type") != "code":
            return _redirect(redirect_uri, {"error": "unsupported_response_type", **answer})
        method = parameters.get("code_challenge_method", "plain")
        if method not in ("plain", "S256"):
            return _redirect(redirect_uri, {"error": "invalid_request", **answer})
        code = self._world.ids.next_token()
        challenge = parameters.get("code_challenge", "")
        self._codes[code] = AuthorizationCode(redirect_uri, challenge, method, self._world.clock() + CODE_LIFETIME)
        return _redirect(redirect_uri, {"code": code, **answer})

    def _revoke(self, request: Request, parameters: Parameters, base: str) -> Response:
        self._check_client(request, parameters)
        if not parameters.get("token"):
            raise OAuthError(400, "invalid_request", "The token is missing.")
        self.revoke_token(parameters["token"])
        return json_response(200, {"status": "success"})

    def _check_client(self, request: Request, parameters: Parameters) -> None:
        told = _client(request.headers.get("authorization", ""), parameters)
        # Some clients encode the two as in a form before Basic: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
        forms = (told, (unquote_plus(told[0]), unquote_plus(told[1])))
        setup = self._world.options
        wanted = f"{setup.client_id}:{setup.client_secret}".encode()
        if not any(hmac.compare_digest(":".join(form).encode(), wanted) for form in forms):
            raise OAuthError(401, "invalid_client", "Invalid client_id or client_secret.")


def _client(authorization: str, parameters: Parameters) -> tuple[str, str]:
    """The client's id and secret, from Basic authentication or from the form."""
    scheme, _, coded = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return parameters.get("client_id", ""), parameters.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _parameters(request: Request) -> Parameters:
    """Query and form together: real clients send a token request either way."""
    form = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {**dict(request.query), **dict(form)}


def _proves(verifier: str, code: AuthorizationCode) -> bool:
    shown = verifier
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        shown = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return bool(verifier) and hmac.compare_digest(shown.encode(), code.challenge.encode())


@lru_cache(maxsize=1)
def _scope() -> str:
    """Every classic scope of the operations that are played: the app was granted them all."""
    played = (find_operation(method, path) for method, path in HANDLERS)
    return " ".join(sorted({scope for operation in played if operation for scope in operation.scopes}))


def _redirect(address: str, answer: Mapping[str, str]) -> Response:
    joint = "&" if urlsplit(address).query else "?"
    return Response(302, {"location": f"{address}{joint}{urlencode(answer)}"})


def _page(status: int, title: str, text: str) -> Response:
    html = f"<!doctype html><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p>"
    return Response(status, {"content-type": HTML_TYPE}, html.encode())
