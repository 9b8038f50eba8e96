"""Parse base URLs and find OAuth pages.

Credentials go to https addresses, or stay on this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from zoom_component.client.connections.connection import DEFAULT_BASE_URL
from zoom_component.errors import ConnectionFailed, InputError, Problem
from zoom_facts.paths import get_facts_dir

__all__ = [
    "GOVERNMENT_BASE_URL",
    "OAuthPages",
    "format_host",
    "get_oauth_pages",
    "is_loopback_url",
    "is_trusted_url",
    "is_zoom_url",
    "load_regions",
    "parse_base_url",
    "report_foreign_host",
    "require_known_hosts",
    "require_secure_url",
]

# Zoom for Government has accounts and tokens of its own: https://developers.zoom.us/docs/api/gov/
GOVERNMENT_BASE_URL = "https://api.zoomgov.com/v2"

_LOOPBACK_HOST = re.compile(r"localhost|127(\.\d{1,3}){3}|::1", re.IGNORECASE)
_ZOOM_HOST = re.compile(r"(?:[a-z0-9-]+\.)*(zoom\.us|zoomgov\.com)", re.IGNORECASE)


class OAuthPages(NamedTuple):
    """Hold the address of the consent page and of the token endpoint."""

    authorize_url: str
    token_url: str


@cache
def load_regions() -> dict[str, str]:
    """Return the base URL of each region code, including GOV, from spec/zoom/about.json."""
    about = json.loads((get_facts_dir() / "spec" / "zoom" / "about.json").read_text(encoding="utf-8"))
    return {**about["regional_base_urls"], "GOV": GOVERNMENT_BASE_URL}


def parse_base_url(text: str | None) -> str:
    """Return the API's base URL, without a trailing slash.

    `text` is a URL, a region code such as "EU" or "GOV", or nothing, which means Zoom's default address. Raise
    InputError for the input `base_url` if it is something else, or not https and not on this machine.
    """
    text = (text or "").strip()
    if not text.isascii():
        from zoom_component.identity_text import clean_text

        text = clean_text(text).strip()
    if not text:
        return DEFAULT_BASE_URL
    if "/" not in text:
        return _find_region(text)
    parts = _split_url(text)
    if parts is None or parts.query or parts.fragment:
        raise _invalid_base_url("expected a URL such as https://api.zoom.us/v2, without user, query and fragment.")
    if not _is_secure(parts):
        raise _invalid_base_url(
            "expected a URL that begins with https:// (http:// is for this machine only: http://127.0.0.1:8080/v2)."
        )
    path = parts.path.rstrip("/") or "/v2"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def require_secure_url(url: str, what: str) -> str:
    """Return `url` if credentials may be sent there: https, or this machine.

    Otherwise raise ConnectionFailed.
    """
    parts = _split_url(url)
    if parts is None or not _is_secure(parts):
        raise ConnectionFailed(
            f"The {what} of this connection is not valid: expected an https:// URL (http:// is for this machine only). "
            "Nothing was sent.",
            reconnect=True,
        )
    return url


def is_trusted_url(url: str) -> bool:
    """Return whether a URL is on one of Zoom's hosts or on this machine."""
    host = urlsplit(url).hostname or ""
    return bool(_ZOOM_HOST.fullmatch(host) or _LOOPBACK_HOST.fullmatch(host))


def is_zoom_url(url: str) -> bool:
    """Return whether a URL is on one of Zoom's hosts."""
    return bool(_ZOOM_HOST.fullmatch(urlsplit(url).hostname or ""))


def is_loopback_url(url: str) -> bool:
    """Return whether a URL is on this machine, as the sandbox's is."""
    return bool(_LOOPBACK_HOST.fullmatch(urlsplit(url).hostname or ""))


def format_host(url: str) -> str:
    """Return the host and port of a URL in ASCII: letters of other scripts can look like Zoom's."""
    return urlsplit(url).netloc.rpartition("@")[2].encode("ascii", "backslashreplace").decode()


def report_foreign_host(url: str) -> None:
    """Log, before anything is sent, that credentials go to a host that is neither Zoom's nor this machine."""
    if not is_trusted_url(url):
        from zoom_component.log_records import get_logger

        message = "Credentials and calls go to %s, which is not a host of Zoom's: the caller set this base URL."
        get_logger("zoom_component.connections").warning(message, format_host(url))


def require_known_hosts(urls: Mapping[str, Any], base_url: str, place: str, chosen: Collection[str] = ()) -> None:
    """Raise InputError for an OAuth page on a host that is neither Zoom's nor the base URL's.

    `urls` are fields of a connection: those of a file, or the defaults of a spec, except the fields that the caller has
    `chosen`. `place` is where they stand.
    """
    for key in ("tokenUrl", "authorizeUrl"):
        url = urls.get(key)
        if key in chosen or not isinstance(url, str) or not url.strip():
            continue
        try:
            host = urlsplit(url.strip()).hostname
            is_known = host == urlsplit(base_url).hostname or is_zoom_url(url.strip())
        except ValueError:
            raise InputError([Problem(f"{place}{key}", "expected an https:// URL.")]) from None
        if not is_known and not (is_loopback_url(url.strip()) and is_loopback_url(base_url)):
            text = (
                f"names {format_host(url.strip())}, which is neither a host of Zoom's nor that of the base URL "
                f"({format_host(base_url)}), so no credentials are sent there. If it is intended, set the base URL to "
                "that host with --base-url."
            )
            raise InputError([Problem(f"{place}{key}", text)])


def get_oauth_pages(base_url: str) -> OAuthPages:
    """Return the OAuth pages for a base URL.

    They are Zoom's, those of Zoom for Government, or those of the same host.
    """
    parts = urlsplit(base_url)
    if match := _ZOOM_HOST.fullmatch(parts.hostname or ""):
        origin = f"https://{match.group(1).lower()}"
    else:
        origin = f"{parts.scheme}://{parts.netloc}"
    return OAuthPages(f"{origin}/oauth/authorize", f"{origin}/oauth/token")


def _find_region(code: str) -> str:
    regions = load_regions()
    if (base_url := regions.get(code.upper())) is None:
        raise _invalid_base_url(f"expected a URL or one of the regions {', '.join(sorted(regions))}.")
    return base_url


def _split_url(url: str) -> SplitResult | None:
    """Return the parts of an http(s) URL with a host.

    Return None for anything else, also for one with user or password.
    """
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port
    except ValueError:
        return None
    return parts if is_valid and not re.search(r"[\s\\\x00-\x1f]", url) else None


def _is_secure(parts: SplitResult) -> bool:
    return parts.scheme == "https" or bool(_LOOPBACK_HOST.fullmatch(parts.hostname or ""))


def _invalid_base_url(message: str) -> InputError:
    # The value is not repeated: a URL can hold a password.
    return InputError([Problem("base_url", message)])
