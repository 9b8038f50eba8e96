"""A small OAuth server on this machine: counts, rotates refresh tokens, checks PKCE, and can be told to misbehave."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.connections.kinds import ACCESS, REFRESH, SECRET

Answer = tuple[int, dict[str, str], bytes]


def answer(status: int, body: object, **headers: str) -> Answer:
    return status, {"content-type": "application/json", **headers}, json.dumps(body).encode()


def refused(error: str, reason: str = "", status: int = 400) -> Answer:
    return answer(status, {"reason": reason, "error": error}, **{"x-zm-trackingid": "WEB_1"})


class LoopbackOAuth:
    """`asked` are the forms posted to /oauth/token, `paths` their request lines. `misbehave` answers in place of it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.refresh_tokens: set[str] = {f"{REFRESH}-0"}
        self.codes: dict[str, str] = {}
        self.lifetime: Any = 3600
        self.client_secret = SECRET
        self.misbehave: Callable[[dict[str, str]], Answer | None] = lambda form: None
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v2"

    def __enter__(self) -> LoopbackOAuth:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def token(self, path: str, authorization: str, form: dict[str, str]) -> Answer:
        with self._lock:
            self.asked.append(form)
            self.paths.append(path)
            if (instead := self.misbehave(form)) is not None:
                return instead
            if b64decode(authorization.removeprefix("Basic ")).decode() != f"app-1:{self.client_secret}":
                return refused("invalid_client", "Invalid client_id or client_secret")
            return self._grant(form)

    def consent(self, query: dict[str, str]) -> str:
        """Where the person's browser goes after agreeing."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query.get("code_challenge", "")
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def _grant(self, form: dict[str, str]) -> Answer:
        grant = form["grant_type"]
        if grant == "account_credentials":
            return self._issue("") if form["account_id"] == "account-1" else refused("invalid_grant")
        if grant == "refresh_token":
            if form["refresh_token"] not in self.refresh_tokens:
                return refused("invalid_grant", f"Invalid Token! {form['refresh_token']}", 401)
            self.refresh_tokens.discard(form["refresh_token"])
        else:
            digest = sha256(form["code_verifier"].encode()).digest()
            if self.codes.pop(form["code"], None) != urlsafe_b64encode(digest).rstrip(b"=").decode():
                return refused("invalid_grant", "Invalid code")
        renewed = f"{REFRESH}-{len(self.asked)}"
        self.refresh_tokens.add(renewed)
        return self._issue(renewed)

    def _issue(self, refresh: str) -> Answer:
        said = {"access_token": f"{ACCESS}-{len(self.asked)}", "token_type": "bearer", "expires_in": self.lifetime}
        said |= {"scope": "user:read:admin meeting:write:admin", "api_url": "https://api.zoom.us"}
        return answer(200, said | ({"refresh_token": refresh} if refresh else {}))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is part of the game."""


def _handler(server: LoopbackOAuth) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            status, headers, content = server.token(
                self.path, self.headers.get("authorization", ""), dict(parse_qsl(body))
            )
            self._send(status, headers, content)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._send(302, {"location": server.consent(dict(parse_qsl(parts.query)))}, b"")

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
