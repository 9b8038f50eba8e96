"""A subscription: where events go, the secret that signs them, and which ones are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from zoom_facts import list_event_names

ALL_EVENTS = ("*",)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events go.

    `url` is the receiver's address and `secret` signs what is sent there. `events` are names or patterns such as
    `meeting.*`. `authorization` is sent as that header where it is given. `hurry` divides the waits before a retry
    (5, 20 and 60 minutes): 60 makes minutes of them seconds. `timeout` is how long an answer may take, in seconds.

    Raises ValueError, in a sentence, for an address, a secret, a pattern or a number that cannot be meant.
    """

    url: str
    secret: str = field(repr=False)
    events: Sequence[str] = ALL_EVENTS
    authorization: str = field(default="", repr=False)
    retry_speedup: float = 1.0
    timeout: float = 3.0

    def __post_init__(self) -> None:
        _check_url(self.url)
        if not self.secret.strip():
            raise ValueError("A webhook needs a secret: without one, anybody could forge a delivery.")
        if any(ord(sign) < 32 for sign in self.authorization):
            raise ValueError("A webhook's authorization is one line of text.")
        if isinstance(self.events, str) or not self.events:
            raise ValueError('A webhook\'s events are a list of names or patterns, such as ["meeting.*"].')
        for pattern in self.events:
            check_pattern(pattern)
        if self.retry_speedup <= 0 or self.timeout <= 0:
            raise ValueError("A webhook's hurry and timeout are numbers above zero.")

    def is_subscribed_to(self, event: str) -> bool:
        """Whether an event of this name goes here."""
        return any(fnmatchcase(event, pattern) for pattern in self.events)


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern that fits no event there is, since nothing would ever come of it."""
    names = list_event_names()
    if not any(fnmatchcase(name, pattern) for name in names):
        raise ValueError(f"No event fits {pattern!r}{suggest_event_names(pattern)}.")


def suggest_event_names(name: str) -> str:
    """`; did you mean a or b?` without its question mark, or "" where nothing is near."""
    near = get_close_matches(name, list_event_names(), n=2, cutoff=0.7)
    return f"; near ones are {' and '.join(near)}" if near else ""


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not url.isascii() or any(sign <= " " for sign in url):
        raise ValueError("A webhook's address begins with http:// or https:// and names a host.")
    if parts.username is not None:
        raise ValueError("A webhook's address holds no user and password: give them as its authorization.")
