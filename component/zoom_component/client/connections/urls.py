"""Where the API and its OAuth pages are. Credentials go to https addresses, or stay on this machine."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from zoom_component.client.connections.connection import DEFAULT_BASE_URL
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_facts.paths import get_facts_dir

__all__ = [
    "GOVERNMENT_BASE_URL",
    "OAuthPages",
    "get_oauth_pages",
    "is_loopback_url",
    "is_trusted_url",
    "load_regions",
    "parse_base_url",
    "require_secure_url",
]

# https://developers.zoom.us/docs/api/gov/ : the government cloud is a Zoom of its own, accounts and tokens
# apart.
GOVERNMENT_BASE_URL = "https://api.zoomgov.com/v2"

_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1", re.IGNORECASE)
_OWN = re.compile(r"(?:[a-z0-9-]+\.)*(zoom\.us|zoomgov\.com)", re.IGNORECASE)


class OAuthPages(NamedTuple):
    """Where a person consents, and where a token is asked for."""

    authorize_url: str
    token_url: str


@cache
def load_regions() -> dict[str, str]:
    """Region word to base URL, government included; from spec/zoom/about.json."""
    about = json.loads((get_facts_dir() / "spec" / "zoom" / "about.json").read_text(encoding="utf-8"))
    return {**about["regional_base_urls"], "GOV": GOVERNMENT_BASE_URL}


def parse_base_url(text: str | None) -> str:
    """The API's base URL without a trailing slash, from a URL, a region word such as "EU" or "GOV", or nothing.

    Raises InputError (input `base_url`) when it is neither, or not https while not on this machine.
    """
    text = (text or "").strip()
    if not text:
        return DEFAULT_BASE_URL
    if "/" not in text:
        return _region(text)
    parts = _split(text)
    if parts is None or parts.query or parts.fragment:
        raise _unusable("is not a base URL: it has to look like https://api.zoom.us/v2, without a question mark or #.")
    if not _is_private(parts):
        raise _unusable("has to begin with https:// (http:// is for this machine only, as http://127.0.0.1:8080/v2).")
    path = parts.path.rstrip("/") or "/v2"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def require_secure_url(url: str, what: str) -> str:
    """`url` itself when credentials may travel there: https, or this machine. Else raises ConnectionFailed."""
    parts = _split(url)
    if parts is None or not _is_private(parts):
        raise ConnectionFailed(
            f"The {what} of this connection cannot be used: it has to be a whole https:// address "
            "(http:// is for this machine only). Nothing was sent there.",
            reconnect=True,
        )
    return url


def is_trusted_url(url: str) -> bool:
    """Whether an address is Zoom's own or on this machine, so that no stranger gets what is sent there."""
    host = urlsplit(url).hostname or ""
    return bool(_OWN.fullmatch(host) or _LOOPBACK.fullmatch(host))


def is_loopback_url(url: str) -> bool:
    """Whether an address is on this machine, as the embedded Zoom's is."""
    return bool(_LOOPBACK.fullmatch(urlsplit(url).hostname or ""))


def get_oauth_pages(base_url: str) -> OAuthPages:
    """The OAuth pages that belong to a base URL: Zoom's, the government's, or those of the same host."""
    parts = urlsplit(base_url)
    if own := _OWN.fullmatch(parts.hostname or ""):
        origin = f"https://{own.group(1).lower()}"
    else:
        origin = f"{parts.scheme}://{parts.netloc}"
    return OAuthPages(f"{origin}/oauth/authorize", f"{origin}/oauth/token")


def _region(word: str) -> str:
    known = load_regions()
    if (found := known.get(word.upper())) is None:
        raise _unusable(f"is no region: use one of {', '.join(sorted(known))}, or a whole URL.")
    return found


def _split(url: str) -> SplitResult | None:
    """The parts of an http(s) URL with a host; None for anything else, a user or password in it included."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        return None
    return parts if usable and not re.search(r"[\s\\\x00-\x1f]", url) else None


def _is_private(parts: SplitResult) -> bool:
    return parts.scheme == "https" or bool(_LOOPBACK.fullmatch(parts.hostname or ""))


def _unusable(why: str) -> InputError:
    # What came is not repeated: a URL can hold a password.
    return InputError([Problem("base_url", f"What was given {why}")])
