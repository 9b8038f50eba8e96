"""Provide a sandbox whose app has known tokens and secrets, which the tests search for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from tests.client.connections.kinds import ACCESS, ACCOUNT, REFRESH
from zoom_sandbox import Request, Response, Sandbox
from zoom_sandbox.oauth import OAuth

TOKEN = ("POST", "/oauth/token")
SCOPES = ("user:read:admin", "meeting:write:admin")


class OAuthSandbox(Sandbox):
    """Record token requests and return known tokens.

    `token_requests` holds the forms posted to /oauth/token, `paths` their addresses; `before` is called with each form.
    The tokens of request n are planted-access-n and planted-refresh-n, codes are code-0 and so on; the refresh token
    with number 0 exists from the start. Errors are faults injected at TOKEN.
    """

    def __init__(self) -> None:
        super().__init__(
            client_id=ACCOUNT["clientId"],
            client_secret=ACCOUNT["clientSecret"],
            account_id=ACCOUNT["accountId"],
            scopes=SCOPES,
        )
        self.token_requests: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.before: Callable[[dict[str, str]], None] = lambda form: None
        self._codes = 0
        self._names: list[str] = []
        self._one = threading.Lock()
        self._respond = self.engine.respond
        self.engine.respond = self._respond_and_record  # type: ignore[method-assign]
        self.engine.account.ids.next_token = lambda: self._names.pop(0)  # type: ignore[method-assign]
        self.grant(f"{REFRESH}-0")

    def grant(self, refresh: str) -> None:
        """Give a person a refresh token, as an earlier consent would have."""
        self._names = [refresh, f"{ACCESS}-of-{refresh}"]
        self.engine.account.store(OAuth).issue_token("person", with_refresh=True)

    def revoke(self, refresh: str) -> None:
        """Revoke a refresh token."""
        self.engine.account.store(OAuth).revoke_token(refresh)

    def change_secret(self, secret: str) -> None:
        """Give the app another client secret."""
        self.engine.account.options = replace(self.engine.account.options, client_secret=secret)

    def refuse(self, status: int, body: Any = None, **more: Any) -> None:
        """Respond to every token request with this status and body from now on."""
        self.clear_faults()
        self.add_fault(*TOKEN, status=status, body=body, **more)

    def _respond_and_record(self, request: Request) -> Response:
        with self._one:
            if (request.method, request.path) == TOKEN:
                self._record(dict(parse_qsl(request.body.decode())), request)
            elif request.path == "/oauth/authorize":
                self._names = [f"code-{self._codes}"]
                self._codes += 1
            return self._respond(request)

    def _record(self, form: dict[str, str], request: Request) -> None:
        self.token_requests.append(form)
        self.paths.append(request.path + "".join(f"?{name}={value}" for name, value in request.query))
        number = len(self.token_requests)
        refreshed = [] if form.get("grant_type") == "account_credentials" else [f"{REFRESH}-{number}"]
        self._names = [*refreshed, f"{ACCESS}-{number}"]
        self.before(form)
