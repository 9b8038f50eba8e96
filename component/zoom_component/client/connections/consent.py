"""Lead a person through Zoom's consent page to a token.

https://developers.zoom.us/docs/integrations/oauth/
"""

from __future__ import annotations

import secrets
import time
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import replace
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from zoom_component.client.connections import pkce
from zoom_component.client.connections.redirect_server import DEFAULT_PORT, RedirectServer, WrongState
from zoom_component.client.connections.registry import build_credentials
from zoom_component.client.connections.token_endpoint import (
    AUTHORIZATION_CODE,
    TokenEndpoint,
    exchange_authorization_code,
)
from zoom_component.client.connections.tokens import Token
from zoom_component.client.connections.urls import parse_base_url, require_secure_url
from zoom_component.client.network.settings import NetworkSettings
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
    network: NetworkSettings | None = None,
    clock: Callable[[], float] = time.time,
) -> Token:
    """Open the consent page and return the token, waiting `timeout` seconds at most.

    `report` receives the address too, in case no browser opens. `port` 0 means any free port; Zoom compares the
    redirect URL with the app's list exactly, so use the port of that list. `network` is for the token request; the
    browser has its own settings. Raise InputError for invalid fields or a port that is in use, ConnectionFailed if the
    person or Zoom refuses, TryLater if Zoom cannot be reached.
    """
    if spec.grant != AUTHORIZATION_CODE:
        raise InputError([Problem("key", f"{spec.key} needs no consent: its app gets tokens by itself.")])
    credentials = build_credentials(spec, fields, parse_base_url(base_url))
    require_secure_url(credentials.client.token_url, "token URL")
    page = require_secure_url(credentials.authorize_url, "authorize URL")
    state = secrets.token_urlsafe(32)
    verifier = pkce.create_verifier(secrets.token_bytes(pkce.RANDOM_BYTES)) if spec.pkce else ""
    with RedirectServer(port, lambda answer: parse_callback(answer, state)) as server:
        query = {
            "response_type": "code",
            "client_id": credentials.client.id,
            "redirect_uri": server.redirect_uri,
            "state": state,
        }
        if credentials.scopes:
            query["scope"] = credentials.scopes
        if spec.pkce:
            query["code_challenge"] = pkce.derive_challenge(verifier, spec.pkce)
            query["code_challenge_method"] = spec.pkce
        url = _add_query(page, query)
        report(f"Allow the app in the browser. If no browser opens, go to:\n{url}")
        _open_browser(open_browser, url)
        code = server.wait_for_code(timeout)
        flow = exchange_authorization_code(credentials.client, code, server.redirect_uri, verifier, clock())
    return replace(endpoint or TokenEndpoint(), network=network or NetworkSettings()).fetch_token(flow)


def parse_callback(answer: Mapping[str, str], state: str) -> str:
    """Return the code in the query of the browser's answer.

    Raise ConnectionFailed, without repeating the query.
    """
    if not answer.get("state", "").strip():
        # RFC 6749 requires the state in the answer, so that nobody can slip in a code of their own.
        # Zoom leaves it out when an app is added on its Marketplace: https://github.com/zulip/zulip/issues/16848
        raise WrongState(
            "The answer has no state, so it belongs to no login of this program, and its code is not used. Zoom sends "
            "such an answer when the app is added on its Marketplace page. Open the address that this program printed, "
            "and allow the app there.",
            reconnect=True,
        )
    # Compared as bytes: compare_digest raises on text that is not ASCII, and this text comes from outside.
    if not compare_digest(answer.get("state", "").encode("utf-8", "surrogateescape"), state.encode()):
        raise WrongState(
            "The answer belongs to another login: its state differs. The page may be old. Close it and connect again.",
            reconnect=True,
        )
    if answer.get("error") == "access_denied":
        raise ConnectionFailed(
            "Consent was refused on Zoom's page. Connect again and allow the app, or ask the account's administrator "
            "to approve it.",
            reconnect=True,
            code="access_denied",
        )
    if "error" in answer or not answer.get("code"):
        raise ConnectionFailed(
            "Zoom's consent page returned no code. Check the app's client id and redirect URL and that the app is "
            "activated, then connect again.",
            reconnect=True,
        )
    return answer["code"]


def _add_query(page: str, query: Mapping[str, str]) -> str:
    parts = urlsplit(page)
    merged = {**dict(parse_qsl(parts.query)), **query}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(merged), ""))


def _open_browser(open_browser: Callable[[str], object], url: str) -> None:
    """Open the browser, or do nothing on a machine without one: the URL is printed too."""
    try:
        open_browser(url)
    except (OSError, webbrowser.Error):
        return
