"""The walk of a person through Zoom's consent page, and back with a token.

https://developers.zoom.us/docs/integrations/oauth/
"""

from __future__ import annotations

import secrets
import time
import webbrowser
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from zoom_component.client.connections import grants, pkce
from zoom_component.client.connections.fields import AUTHORIZATION_CODE, build_credentials
from zoom_component.client.connections.redirect_server import DEFAULT_PORT, RedirectServer, StateMismatch
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.connections.tokens import Token
from zoom_component.client.connections.urls import parse_base_url as read_base_url
from zoom_component.client.connections.urls import require_secure_url
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_component.spec.spec import ConnectionSpec

__all__ = ["request_consent"]


def request_consent(
    spec: ConnectionSpec,
    fields: Mapping[str, Any],
    *,
    base_url: str | None = None,
    open_browser: Callable[[str], object] = webbrowser.open,
    report: Callable[[str], None] = print,
    port: int = DEFAULT_PORT,
    timeout: float = 300.0,
    endpoint: TokenEndpoint | None = None,
    clock: Callable[[], float] = time.time,
) -> Token:
    """Send a person to the consent page and wait, `timeout` seconds at most, for a token.

    `say` gets the address too, for where no browser opens. `port` 0 is any free one; Zoom wants the redirect address
    exactly as the app lists it, so give the port that is listed there. Raises InputError on wrong fields or a port that
    is taken, ConnectionFailed when the person or Zoom refuses, TryLater when Zoom cannot be reached.
    """
    if spec.grant != AUTHORIZATION_CODE:
        raise InputError([Problem("key", f"{spec.key} needs no consent: its client gets tokens by itself.")])
    known = build_credentials(spec, fields, read_base_url(base_url))
    require_secure_url(known.client.token_url, "token URL")
    page = require_secure_url(known.authorize_url, "authorize URL")
    state = secrets.token_urlsafe(32)
    verifier = pkce.create_verifier(secrets.token_bytes(pkce.RANDOM_BYTES)) if spec.pkce else ""
    with RedirectServer(port, lambda answer: parse_callback(answer, state)) as redirect:
        asked = {
            "response_type": "code",
            "client_id": known.client.id,
            "redirect_uri": redirect.redirect_uri,
            "state": state,
        }
        if known.scopes:
            asked["scope"] = known.scopes
        if spec.pkce:
            asked |= {"code_challenge": pkce.derive_challenge(verifier, spec.pkce), "code_challenge_method": spec.pkce}
        address = _with_query(page, asked)
        report(f"Allow the app in the browser. If none opens, go to:\n{address}")
        _show(open_browser, address)
        code = redirect.wait_for_code(timeout)
        flow = grants.exchange_authorization_code(known.client, code, redirect.redirect_uri, verifier, clock())
    return (endpoint or TokenEndpoint()).fetch_token(flow)


def parse_callback(answer: Mapping[str, str], state: str) -> str:
    """The code in what the browser came back with. Raises ConnectionFailed, and repeats nothing of it."""
    # On bytes: compare_digest refuses text that is not ASCII, and this comes from outside.
    if not compare_digest(answer.get("state", "").encode("utf-8", "surrogateescape"), state.encode()):
        raise StateMismatch(
            "The answer does not belong to this walk (its state is another): it may be an old page, or somebody "
            "else's. Close it and connect again.",
            reconnect=True,
        )
    if answer.get("error") == "access_denied":
        raise ConnectionFailed(
            "Consent was refused on Zoom's page. Connect again and allow it, or ask the account's administrator to "
            "approve the app.",
            reconnect=True,
            code="access_denied",
        )
    if "error" in answer or not answer.get("code"):
        raise ConnectionFailed(
            "Zoom's consent page came back without a code. Check the app's client id, its redirect address and that it "
            "is activated, then connect again.",
            reconnect=True,
        )
    return answer["code"]


def _with_query(page: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(page)
    merged = {**dict(parse_qsl(parts.query)), **query}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(merged), ""))


def _show(open_browser: Callable[[str], object], address: str) -> None:
    """A machine without a browser is no failure: the address was said."""
    try:
        open_browser(address)
    except (OSError, webbrowser.Error):
        return
