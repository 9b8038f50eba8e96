"""Verify notifications of Zoom's API v1: a form with a user and a password instead of a signature.

Such a notification has no time of its own. It becomes an event like `v1.meeting.started`, with a JSON body made of the
form fields; the prefix keeps it apart from the signed event of the same name.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook.event import Event
from zoom_component.events.webhook.verdict import Notification, Rejection
from zoom_component.events.webhook.verifier import Headers
from zoom_component.identity_text import remove_invisible
from zoom_component.json_output import to_json

__all__ = ["LegacyVerifier"]

_MAX_FIELDS = 100
_BASIC = re.compile(rb"(?i)basic +([a-z0-9+/]+=*) *")


class LegacyVerifier:
    """Verify notifications of API v1 by the user and password that are set for them in Zoom.

    Raise InputError when either is blank: anybody could send notifications then.
    """

    def __init__(self, user: str, password: str) -> None:
        user, password = remove_invisible(user), remove_invisible(password)
        blank = [name for name, value in (("v1User", user), ("v1Password", password)) if not value.strip()]
        if blank:
            message = "expected a value, got a blank one: without user and password, anybody could send notifications"
            raise InputError([Problem(name, message) for name in blank])
        self._expected = f"{user}:{password}".encode("utf-8", "surrogatepass")

    def verify(self, headers: Headers, body: bytes, now: float) -> Notification | Rejection:
        """Return the verdict on a notification. Never raise for any input. `now` is in epoch seconds."""
        credentials = _read_credentials(headers)
        if credentials is None:
            return Rejection("no_credentials")
        if not hmac.compare_digest(credentials, self._expected):
            return Rejection("wrong_credentials")
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
        except UnicodeError:
            return Rejection("no_form", "expected UTF-8")
        except ValueError:
            return Rejection("no_form", f"expected at most {_MAX_FIELDS} fields")
        if not fields.get("id") and not fields.get("uuid"):
            return Rejection("no_form", "expected an id or a uuid")
        return Notification(_build_event(fields, now))


def _build_event(fields: Mapping[str, str], now: float) -> Event:
    """Return the event for a form.

    The uuid is that of one meeting instance, so with the status it identifies a notification. Without a uuid each
    delivery is an event of its own, because a duplicate is better than a lost event.
    """
    status = re.sub(r"[^a-z0-9]+", "_", fields.get("status", "").lower()[:100]).strip("_")
    body = {"event": f"v1.meeting.{status or 'unknown'}", "payload": {"object": dict(fields)}}
    raw = to_json(body, sort_keys=True).encode()
    return Event(raw, body, "v1" if fields.get("uuid") else f"v1 {now!r}")


def _read_credentials(headers: Headers) -> bytes | None:
    values = []
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        lowered = name.decode("latin-1").lower() if isinstance(name, bytes) else name.lower()
        if lowered == "authorization":
            values.append(value if isinstance(value, bytes) else value.encode("utf-8", "replace"))
    match = _BASIC.fullmatch(values[0]) if len(values) == 1 else None
    if match is None:
        return None
    try:
        return base64.b64decode(match[1], validate=True)
    except binascii.Error:
        return None
