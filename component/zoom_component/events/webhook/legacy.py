"""Notifications of Zoom's API v1: a form with four fields, and a user and password in place of a signature.

Such a notification has no time of its own. It becomes an event like `v1.meeting.started`, whose body is written here,
in JSON, from the fields as they came; the prefix keeps it apart from the event of the same name that is signed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook.event import Event
from zoom_component.events.webhook.verdict import Notification, Rejection
from zoom_component.events.webhook.verifier import Headers

__all__ = ["LegacyVerifier"]

_MOST_FIELDS = 100
_BASIC = re.compile(rb"(?i)basic +([a-z0-9+/]+=*) *")


class LegacyVerifier:
    """Judges notifications of API v1 by the user and password that were set for them.

    Raises InputError where either is blank: anybody could send notifications then.
    """

    def __init__(self, user: str, password: str) -> None:
        blank = [name for name, value in (("v1User", user), ("v1Password", password)) if not value.strip()]
        if blank:
            why = "it is blank: without user and password, anybody could send notifications"
            raise InputError([Problem(name, why) for name in blank])
        self._expected = f"{user}:{password}".encode("utf-8", "surrogatepass")

    def verify(self, headers: Headers, body: bytes, now: float) -> Notification | Rejection:
        """The verdict on a notification. Never raises for what was sent."""
        given = _credentials(headers)
        if given is None:
            return Rejection("no_credentials")
        if not hmac.compare_digest(given, self._expected):
            return Rejection("wrong_credentials")
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError as problem:
            return Rejection("no_form", "it is no UTF-8" if isinstance(problem, UnicodeError) else "it has many fields")
        if not fields.get("id") and not fields.get("uuid"):
            return Rejection("no_form", "it has neither id nor uuid")
        return Notification(_event(fields, now))


def _event(fields: Mapping[str, str], now: float) -> Event:
    """The meeting's uuid is that of one taking place, so with the status it tells one notification from another.

    Without one every delivery is an event of its own: better twice than not at all.
    """
    status = re.sub(r"[^a-z0-9]+", "_", fields.get("status", "").lower()[:100]).strip("_")
    body = {"event": f"v1.meeting.{status or 'unknown'}", "payload": {"object": dict(fields)}}
    raw = json.dumps(body, sort_keys=True).encode()
    return Event(raw, body, "v1" if fields.get("uuid") else f"v1 {now!r}")


def _credentials(headers: Headers) -> bytes | None:
    found = []
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        low = name.decode("latin-1").lower() if isinstance(name, bytes) else name.lower()
        if low == "authorization":
            found.append(value if isinstance(value, bytes) else value.encode("utf-8", "replace"))
    match = _BASIC.fullmatch(found[0]) if len(found) == 1 else None
    if match is None:
        return None
    try:
        return base64.b64decode(match[1], validate=True)
    except binascii.Error:
        return None
