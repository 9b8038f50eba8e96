"""Represent tokens as data, and parse a token endpoint's answer into a token or an error.

Pure: the caller passes the current time. No message holds a secret.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from zoom_component.errors import ComponentError, ConnectionFailed, RateLimited, Unavailable
from zoom_component.messages import Reply

__all__ = ["EXPIRY_MARGIN", "Token", "build_authorization_header", "clean_access_token", "parse_token_response"]

EXPIRY_MARGIN = 60.0
"""Seconds before its expiry from which a token is no longer used: a call needs time to arrive and be checked."""

# Visible ASCII. Any other character would break the header or inject another one
# (https://datatracker.ietf.org/doc/html/rfc6750#section-2.1 allows even less).
_ACCESS_TOKEN = re.compile(r"[\x21-\x7e]+")

# Tokens live for an hour (https://developers.zoom.us/docs/integrations/oauth/). Used if an answer has no lifetime.
_DEFAULT_LIFETIME = 3600.0

# https://developers.zoom.us/docs/integrations/oauth-error-messages/
_MESSAGES = {
    "invalid_client": "Zoom does not know this client id with this client secret. Copy both again from the app's "
    "credentials page, and check that the app is activated and of the right kind.",
    "invalid_grant:authorization_code": "Zoom rejects the code from the consent page: it was used already, has "
    "expired, or belongs to another redirect URL. Connect again.",
    "invalid_grant:refresh_token": "Zoom rejects the refresh token: it was used elsewhere, has expired, or the app "
    "was removed from the account. Connect again.",
    "invalid_grant:account_credentials": "Zoom does not give this app a token for this account. Check the account "
    "id, and that the Server-to-Server app is activated in the same account.",
    "unsupported_grant_type": "This app cannot request tokens in this way. Use `oauth` for a General app, and "
    "`serverToServer` for a Server-to-Server OAuth app.",
    "invalid_scope": "The app does not have the requested scopes. Add them to the app, or leave `scopes` empty.",
    "invalid_request": "Zoom rejects the token request. Compare the client id, the client secret, the account id and "
    "the redirect URL with the app.",
}

# https://www.rfc-editor.org/rfc/rfc6749#section-5.2
_OAUTH_ERRORS = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """Hold what a token endpoint returned.

    Times are seconds since 1970; `expires_at` is None if unknown. `access` is empty if only the refresh token is known.
    `previous_refresh` is the refresh token that this one replaced.
    """

    access: str = field(repr=False)
    expires_at: float | None = None
    refresh: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()
    api_url: str = ""
    issued_at: float = 0.0
    previous_refresh: str = field(default="", repr=False)

    @property
    def authorization_header(self) -> str:
        """Return the value of the Authorization header."""
        return build_authorization_header(self.access)

    def is_usable(self, now: float) -> bool:
        """Return whether the token can be used at `now`.

        It cannot within EXPIRY_MARGIN of its expiry, or within half of its lifetime if that is shorter.
        """
        if not self.access:
            return False
        if self.expires_at is None:
            return True
        margin = min(EXPIRY_MARGIN, max(0.0, self.expires_at - self.issued_at) / 2)
        return now < self.expires_at - margin

    def get_secrets(self) -> frozenset[str]:
        """Return the strings that must not be printed or logged."""
        return frozenset(filter(None, (self.access, self.refresh, self.previous_refresh)))

    def as_json(self) -> dict[str, Any]:
        """Return the token as a JSON object. It holds the secrets: for the encrypted store only."""
        return {
            "access": self.access,
            "expires_at": self.expires_at,
            "refresh": self.refresh,
            "scopes": list(self.scopes),
            "api_url": self.api_url,
            "issued_at": self.issued_at,
            "previous_refresh": self.previous_refresh,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Token:
        """Return the token that `as_json` wrote. Raise KeyError, TypeError or ValueError for any other value."""
        expires_at = value["expires_at"]
        return cls(
            access=str(value["access"]),
            expires_at=None if expires_at is None else float(expires_at),
            refresh=str(value["refresh"]),
            scopes=tuple(str(scope) for scope in value["scopes"]),
            api_url=str(value["api_url"]),
            issued_at=float(value["issued_at"]),
            previous_refresh=str(value.get("previous_refresh", "")),
        )


def build_authorization_header(access: str) -> str:
    """Return the value of the Authorization header for an access token."""
    return f"Bearer {access}"


def clean_access_token(access: str) -> str:
    """Return the token without surrounding space, invisible characters and a leading "Bearer".

    Raise ConnectionFailed if it is empty or holds a character that a header cannot carry.
    """
    token = access.strip()
    if not (token.isascii() and token.isprintable()):
        token = _clean_token(token)
    token = re.sub(r"(?i)^bearer(\s+|$)", "", token).strip()
    if not token:
        raise ConnectionFailed("The token is empty. Set it to an access token.", reconnect=True)
    if not _ACCESS_TOKEN.fullmatch(token):
        raise ConnectionFailed(
            "The token holds a space, a line break or another character that no token has. Copy the whole token again.",
            reconnect=True,
        )
    return token


def _clean_token(token: str) -> str:
    from zoom_component.identity_text import UnreadableCharacter, clean_credential

    # The blank after "Bearer" may be a no-break space.
    scheme = re.match(r"(?i)\W*bearer(?=\s)", token)
    try:
        return clean_credential(token[scheme.end() :] if scheme else token)
    except UnreadableCharacter as error:
        raise ConnectionFailed(
            f"The token holds a character that no token has: {error}. Copy the whole token again.", reconnect=True
        ) from None


def parse_token_response(
    reply: Reply, now: float, *, grant: str, secrets: Iterable[str] = (), previous_refresh_token: str = ""
) -> Token:
    """Return the token in an answer.

    `now` is when it was requested, in seconds since 1970. `previous_refresh_token` is used if the answer has none.
    `secrets` are those of the request: they are removed from Zoom's message. Raise ConnectionFailed if a person has to
    act, RateLimited or Unavailable if a later request may succeed.
    """
    payload = _parse_object(reply.body)
    if reply.status // 100 == 2 and isinstance(payload.get("access_token"), str):
        return _build_token(payload, now, previous_refresh_token)
    raise _build_error(reply, payload, now, grant, secrets)


def _build_token(payload: Mapping[str, Any], now: float, previous_refresh_token: str) -> Token:
    refresh = payload.get("refresh_token")
    scopes = payload.get("scope")
    api_url = payload.get("api_url")
    return Token(
        access=clean_access_token(payload["access_token"]),
        expires_at=now + _parse_lifetime(payload.get("expires_in")),
        refresh=refresh if isinstance(refresh, str) and refresh else previous_refresh_token,
        scopes=tuple(re.split(r"[\s,]+", scopes.strip())) if isinstance(scopes, str) and scopes.strip() else (),
        api_url=api_url if isinstance(api_url, str) else "",
        issued_at=now,
        previous_refresh=previous_refresh_token,
    )


def _parse_lifetime(expires_in: Any) -> float:
    try:
        seconds = float(expires_in)
    except (TypeError, ValueError):
        return _DEFAULT_LIFETIME
    return seconds if math.isfinite(seconds) and seconds > 0 else _DEFAULT_LIFETIME


def _build_error(
    reply: Reply, payload: Mapping[str, Any], now: float, grant: str, secrets: Iterable[str]
) -> ComponentError:
    details: dict[str, Any] = {
        "status": reply.status,
        "detail": _excerpt_message(payload, secrets),
        "tracking_id": reply.headers.get("x-zm-trackingid", ""),
    }
    code = _find_error_code(payload, grant)
    is_zoom = reply.status // 100 in (2, 4) and _is_zoom_answer(reply, payload, code)
    who = "" if is_zoom else _describe_answer(reply, secrets)
    if reply.status == 429:
        retry_at = _parse_retry_after(reply.headers.get("retry-after", ""), now)
        when = f"after {retry_at}" if retry_at else "in a minute"
        message = f"{who}: too" if who else "Too"
        return RateLimited(f"{message} many token requests. Retry {when}.", retry_at=retry_at, **details)
    if not is_zoom:
        # Nobody has to connect again because a firewall or a server that is down answers.
        return Unavailable(
            f"{who}, so that there is no token. Retry in a few minutes. {_choose_advice(reply)}", **details
        )
    message = _MESSAGES.get(f"{code}:{grant}") or _MESSAGES.get(code) or _MESSAGES["invalid_request"]
    return ConnectionFailed(message, reconnect=True, code=code or payload.get("code"), **details)


def _is_zoom_answer(reply: Reply, payload: Mapping[str, Any], code: str) -> bool:
    """Return whether Zoom wrote a refusal, by its form: `{"reason", "error"}`, or a code of the API.

    An error that OAuth defines needs no reason; another one could be a gateway's.
    """
    if code:
        return code in _OAUTH_ERRORS or isinstance(payload.get("reason"), str) or "x-zm-trackingid" in reply.headers
    from zoom_component.client.request.foreign_answers import has_zoom_code

    if "errorCode" in payload:  # the form of Zoom's web pages: {"status", "errorCode", "errorMessage", "result"}
        payload = {"code": payload["errorCode"], "message": payload.get("errorMessage")}
    return has_zoom_code(reply, payload)


def _describe_answer(reply: Reply, secrets: Iterable[str]) -> str:
    """Return who answered the token request, and with what, without the secrets of the request."""
    from zoom_component.client.request.foreign_answers import describe_answer, describe_source

    source = describe_source(reply)
    # Removed before the text is shortened: half a secret would not be recognized.
    body = _remove_secrets(reply.body.decode("latin-1"), secrets).encode("latin-1")
    answer = describe_answer(reply._replace(body=body))
    text = f"{source[0].upper()}{source[1:]} answered the token request: status {reply.status}, {answer}"
    return _remove_secrets(text, secrets)


def _choose_advice(reply: Reply) -> str:
    if reply.status >= 500 or "x-zm-trackingid" in reply.headers:
        return "If it lasts, check the connection's token URL."
    return "If it lasts, ask the administrator of the firewall or the proxy, and check the token URL."


def _find_error_code(payload: Mapping[str, Any], grant: str) -> str:
    """Return OAuth's code of the error, "" if there is none.

    For an invalid refresh token Zoom has answered invalid_request with "Invalid Token!"; that is an invalid_grant:
    https://github.com/mattermost/mattermost-plugin-zoom/issues/203
    """
    code = payload.get("error")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z_]{1,40}", code):
        return ""
    invalid_token = re.search(r"invalid\s+(refresh\s+)?token", str(payload.get("reason", "")), re.IGNORECASE)
    return "invalid_grant" if grant == "refresh_token" and code == "invalid_request" and invalid_token else code


def _excerpt_message(payload: Mapping[str, Any], secrets: Iterable[str]) -> str:
    texts = [payload.get(name) for name in ("reason", "error_description", "message", "errorMessage")]
    message = next((text for text in texts if isinstance(text, str) and text), "")
    return _remove_secrets(message, secrets)[:200]


def _remove_secrets(text: str, secrets: Iterable[str]) -> str:
    from zoom_component.redaction.redactor import mask_secrets

    return mask_secrets(text, secrets)


def _parse_object(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object in a body, {} if it holds none."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _parse_retry_after(header: str, now: float) -> str:
    """Return Retry-After as ISO 8601 in UTC, "" if it is neither seconds nor a date."""
    # Imported late: it loads half of the email package, for an answer that is rare.
    from email.utils import parsedate_to_datetime

    try:
        seconds = now + float(header) if re.fullmatch(r"\d{1,9}", header) else parsedate_to_datetime(header).timestamp()
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, TypeError, OverflowError, OSError):
        return ""
