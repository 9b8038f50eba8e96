"""Define a webhook: where events go, the secret that signs them, and the events that it is subscribed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from zoom_sandbox.event_patterns import ANY_EVENT, check_pattern, matches_pattern


@dataclass(frozen=True, slots=True)
class Webhook:
    """Hold where events go.

    `url` is the endpoint, and `secret` signs what is sent there. `events` are names, or patterns such as `meeting.*`.
    `authorization` is sent as that header, if it is not empty. `retry_speedup` divides the waits before a retry (5, 20
    and 60 minutes): 60 turns minutes into seconds. `timeout` is how long an answer may take, in seconds.

    Raises ValueError for a URL, secret, pattern or number that is not valid.
    """

    url: str
    secret: str = field(repr=False)
    events: Sequence[str] = (ANY_EVENT,)
    authorization: str = field(default="", repr=False)
    retry_speedup: float = 1.0
    timeout: float = 3.0

    def __post_init__(self) -> None:
        _check_url(self.url)
        if not self.secret.strip():
            raise ValueError("secret: a webhook needs a secret; without one, anybody can forge a delivery")
        if any(ord(character) < 32 for character in self.authorization):
            raise ValueError("authorization: expected one line of text")
        if isinstance(self.events, str) or not self.events:
            raise ValueError('events: expected a list of names or patterns, such as ["meeting.*"]')
        for pattern in self.events:
            check_pattern(pattern)
        if self.retry_speedup <= 0 or self.timeout <= 0:
            raise ValueError("retry_speedup and timeout: expected numbers above zero")

    def is_subscribed_to(self, event: str) -> bool:
        """Return whether an event is sent to this webhook."""
        return any(matches_pattern(event, pattern) for pattern in self.events)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_http = False
    if not is_http or not url.isascii() or any(character <= " " for character in url):
        raise ValueError("url: expected a URL that begins with http:// or https:// and names a host")
    if parts.username is not None:
        raise ValueError("url: a webhook's URL may not hold a user and password; use its authorization instead")
