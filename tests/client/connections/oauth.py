"""The embedded Zoom's OAuth with an app of the tests' own, whose tokens and secrets are planted, to be looked for."""

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
    """`asked` are the forms posted to /oauth/token, `paths` their addresses; `before` is called with each form.

    The n-th request's tokens are planted-access-n and planted-refresh-n, codes are code-0 and so on; the refresh token
    of number 0 is there from the start. What goes wrong is a fault at TOKEN.
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
        self.engine.respond = self._watched  # type: ignore[method-assign]
        self.engine.account.ids.next_token = lambda: self._names.pop(0)  # type: ignore[method-assign]
        self.grant(f"{REFRESH}-0")

    def grant(self, refresh: str) -> None:
        """Gives a person a refresh token, as an earlier consent would have."""
        self._names = [refresh, f"{ACCESS}-of-{refresh}"]
        self.engine.account.store(OAuth).issue_token("person", with_refresh=True)

    def revoke(self, refresh: str) -> None:
        """Ends a refresh token."""
        self.engine.account.store(OAuth).revoke_token(refresh)

    def change_secret(self, secret: str) -> None:
        """Gives the app another client secret."""
        self.engine.account.options = replace(self.engine.account.options, client_secret=secret)

    def refuse(self, status: int, body: Any = None, **more: Any) -> None:
        """Answers this to every token request from now on."""
        self.clear_faults()
        self.add_fault(*TOKEN, status=status, body=body, **more)

    def _watched(self, request: Request) -> Response:
        with self._one:
            if (request.method, request.path) == TOKEN:
                self._ask(dict(parse_qsl(request.body.decode())), request)
            elif request.path == "/oauth/authorize":
                self._names = [f"code-{self._codes}"]
                self._codes += 1
            return self._respond(request)

    def _ask(self, form: dict[str, str], request: Request) -> None:
        self.token_requests.append(form)
        self.paths.append(request.path + "".join(f"?{name}={value}" for name, value in request.query))
        number = len(self.token_requests)
        refreshed = [] if form.get("grant_type") == "account_credentials" else [f"{REFRESH}-{number}"]
        self._names = [*refreshed, f"{ACCESS}-{number}"]
        self.before(form)
