"""What a token endpoint's answer means: a token, or what to do next. Pure, and nothing it says holds a secret."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from zoom_component.client.connections.tokens import Token, clean_access_token
from zoom_component.errors import ComponentError, ConnectionFailed, RateLimited, Unavailable
from zoom_component.messages import Reply

__all__ = ["parse_token_response"]

# https://developers.zoom.us/docs/integrations/oauth/ : tokens live for an hour; used where an answer does not
# say.
_HOUR = 3600.0

# https://developers.zoom.us/docs/integrations/oauth-error-messages/
_NEXT = {
    "invalid_client": "Zoom does not know this client id with this client secret. Copy both again from the app's "
    "credentials page, and check that the app is activated and of the right kind.",
    "invalid_grant:authorization_code": "Zoom does not take the code that came back from the consent page: it was "
    "used, has expired, or belongs to another redirect address. Connect again.",
    "invalid_grant:refresh_token": "Zoom does not take the refresh token any more: it was used elsewhere, has "
    "expired, or the app was removed from the account. Connect again.",
    "invalid_grant:account_credentials": "Zoom does not give this app a token for this account. Check the account "
    "id, and that the Server-to-Server app is activated in that same account.",
    "unsupported_grant_type": "This app cannot ask for tokens in this way. Use `oauth` for a General app, and "
    "`serverToServer` for a Server-to-Server OAuth app.",
    "invalid_scope": "The app does not have the scopes that were asked for. Add them to the app, or leave scopes "
    "empty.",
    "invalid_request": "Zoom cannot use this token request. Check the client id, the client secret, the account id "
    "and the redirect address against the app.",
}


def parse_token_response(
    reply: Reply, now: float, *, grant: str, secrets: Iterable[str] = (), previous_refresh_token: str = ""
) -> Token:
    """The token in an answer. `now` is when it was asked for, in seconds since 1970; `refresh` is kept if none came.

    Raises ConnectionFailed when a person has to act, RateLimited or Unavailable when later may do. `hidden`
    are the request's secrets: they are cut out of what Zoom says.
    """
    said = _object(reply.body)
    if reply.status // 100 == 2 and isinstance(said.get("access_token"), str):
        return _token(said, now, previous_refresh_token)
    raise _failure(reply, said, now, grant, secrets)


def _token(said: Mapping[str, Any], now: float, refresh: str) -> Token:
    fresh = said.get("refresh_token")
    scopes = said.get("scope")
    api_url = said.get("api_url")
    return Token(
        access=clean_access_token(said["access_token"]),
        expires_at=now + _lifetime(said.get("expires_in")),
        refresh=fresh if isinstance(fresh, str) and fresh else refresh,
        scopes=tuple(re.split(r"[\s,]+", scopes.strip())) if isinstance(scopes, str) and scopes.strip() else (),
        api_url=api_url if isinstance(api_url, str) else "",
        issued_at=now,
    )


def _lifetime(expires_in: Any) -> float:
    try:
        seconds = float(expires_in)
    except (TypeError, ValueError):
        return _HOUR
    return seconds if math.isfinite(seconds) and seconds > 0 else _HOUR


def _failure(reply: Reply, said: Mapping[str, Any], now: float, grant: str, hidden: Iterable[str]) -> ComponentError:
    about: dict[str, Any] = {
        "status": reply.status,
        "detail": _excerpt(said, hidden),
        "tracking_id": reply.headers.get("x-zm-trackingid", ""),
    }
    if reply.status == 429:
        when = _retry_at(reply.headers.get("retry-after", ""), now)
        until = f"after {when}" if when else "in a minute"
        return RateLimited(
            f"Zoom gets too many token requests from this app. Try again {until}.", retry_at=when, **about
        )
    if reply.status >= 500:
        return Unavailable(
            f"Zoom's token address answers {reply.status}: it is down. Try again in some minutes.", **about
        )
    word = _word(said, grant)
    if not word:
        return ConnectionFailed(
            f"The token address answers {reply.status}, and not as Zoom's does. Check the connection's token URL and "
            "base URL.",
            reconnect=True,
            **about,
        )
    sentence = _NEXT.get(f"{word}:{grant}") or _NEXT.get(word) or _NEXT["invalid_request"]
    return ConnectionFailed(sentence, reconnect=True, code=word, **about)


def _word(said: Mapping[str, Any], grant: str) -> str:
    """OAuth's word for the failure. Zoom has answered a dead refresh token with invalid_request and "Invalid Token!"

    https://github.com/mattermost/mattermost-plugin-zoom/issues/203
    """
    word = said.get("error")
    if not isinstance(word, str) or not re.fullmatch(r"[a-z_]{1,40}", word):
        return ""
    dead = re.search(r"invalid\s+(refresh\s+)?token", str(said.get("reason", "")), re.IGNORECASE)
    return "invalid_grant" if grant == "refresh_token" and word == "invalid_request" and dead else word


def _excerpt(said: Mapping[str, Any], hidden: Iterable[str]) -> str:
    words = [said.get(name) for name in ("reason", "error_description", "message", "errorMessage")]
    text = next((word for word in words if isinstance(word, str) and word), "")
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, "[redacted]")
    return text[:200]


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _retry_at(header: str, now: float) -> str:
    """Retry-After, seconds or a date, as ISO 8601 in UTC; "" where it is absent or makes no sense."""
    # Late: it brings half of the mail package along, for an answer that hardly ever comes.
    from email.utils import parsedate_to_datetime

    try:
        seconds = now + float(header) if re.fullmatch(r"\d{1,9}", header) else parsedate_to_datetime(header).timestamp()
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, TypeError, OverflowError, OSError):
        return ""
