"""Find the meetings that links name: links of any page or app of Zoom, also inside a link of a mail scanner."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

__all__ = ["LINK", "LinkTarget", "decode_uuid", "read_link"]

_IN_LINK = r"[^\s<>\"'`|\\^{}()\[\]\u201c\u201d\u201e\u00ab\u00bb]"
LINK = re.compile(
    rf"(?:(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:)?//{_IN_LINK}+"
    rf"|zoom[a-z]+:[/?]{_IN_LINK}+"
    rf"|(?<![\w@.:/-])(?:[\w-]+\.)+[a-z]{{2,}}\.?(?::\d+)?[/?]{_IN_LINK}*",
    re.IGNORECASE,
)
_EMBEDDED = re.compile(r"(?:https?|zoom[a-z]*)://", re.IGNORECASE)
# Addresses that Zoom uses, as calendars recognize them: https://github.com/leits/MeetingBar (MeetingServices.swift).
# Zoom for Government is separate: https://developers.zoom.us/docs/api/gov/
_HOST = re.compile(r"(?:[\w-]+\.)*(?:zoom(?:-x)?\.(?:us|com|com\.cn)|zoom-x\.de|zoomgov\.com)")
# The apps' own links may have a word for a host:
# https://marketplace.zoom.us/docs/guides/guides/client-url-schemes/
_APP_HOST = re.compile(r"|[\w-]+|[\w-]+\.launch")
# Pages with articles, accounts or telephone numbers, whose numbers are not those of meetings.
_OTHER_HOSTS = frozenset(
    {"support", "developers", "devforum", "marketplace", "community", "blog", "status", "learn", "learning", "docs"}
)
_OTHER_PAGES = frozenset(
    {"hc", "article", "articles", "kb", "phone", "call", "calls", "sms", "billing", "rec", "clips"}
)
_JOIN_PAGES = frozenset({"j", "s", "w", "wc", "join"})
_OTHER_PARENTS = frozenset({"user", "users", "account", "accounts", "contact", "contacts", "group", "role", "ticket"})
_UUID_PAGES = frozenset({"meetings", "past_meetings", "webinars", "past_webinars", "meeting", "webinar"})
_NUMBER = re.compile(r"[1-9][0-9]{7,11}(?![0-9A-Za-z])")
# 16 bytes in base64, or in the form that Zoom's page shows: https://developers.zoom.us/docs/api/references/meeting-ids/
_UUID = re.compile(r"[A-Za-z0-9+/_-]{22}|[A-Za-z0-9+/_-]{2,60}==|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NUMBER_NAME = re.compile(r".*(?:meeting|webinar|conf).*|mn|mid|id")
_UUID_NAME = re.compile(r".*(?:uuid|meetingid|webinarid|meetingno|meetingnumber)|mid|id")
_OTHER_NAME = re.compile(r".*(?:pwd|pass|token|user|account|host|client|occurrence|phone|registrant|type|topic).*")
_BASE64_URL = re.compile(r"(?<![A-Za-z0-9])(?:a1)?(aHR0c[A-Za-z0-9_+/-]{8,}={0,2})")
_URL_DEFENSE_2 = re.compile(r"/v2/url\?(?:.*&)?u=([^&]+)")
_URL_DEFENSE_3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_-]*)", re.DOTALL)
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MAX_ENCODINGS = 4
_MAX_EMBEDDED = (12, 4, 2)  # links that are read inside a link, inside those, and inside these


class LinkTarget(NamedTuple):
    """Hold the meetings that a link names, why it names none, and whether it is a link to Zoom."""

    ids: tuple[str, ...]
    reason: str = ""
    is_zoom: bool = True


def read_link(link: str, depth: int = 0) -> LinkTarget:
    """Return the meetings that a link names: in its path, in its query, or in a link to Zoom inside it.

    A number in a link to another host is not taken.
    """
    parts = _split_link(link)
    if parts is None:
        return LinkTarget((), "a link that is not valid", is_zoom=False)
    host, scheme = (parts.hostname or "").rstrip("."), parts.scheme.lower()
    is_app = scheme.startswith("zoom")
    if "phone" in scheme:
        return LinkTarget((), "a link that calls a telephone number")
    if _HOST.fullmatch(host) or (is_app and _APP_HOST.fullmatch(host)):
        ids = _find_ids(parts, host)
        return LinkTarget(ids) if ids else _read_embedded(link, depth) or LinkTarget((), _explain(parts))
    reason = f"a link to {host or 'no host'} and not to Zoom; if it leads to Zoom, open it and copy the address there"
    return _read_embedded(link, depth) or LinkTarget((), reason, is_zoom=False)


def decode_uuid(text: str) -> str | None:
    """Return the UUID of a text that is a UUID as it is, or encoded for a URL once or several times; None otherwise."""
    for _ in range(_MAX_ENCODINGS):
        if _UUID.fullmatch(text) and not text.isdigit():
            return text
        if "%" not in text:
            return None
        text = unquote(text)
    return None


def _split_link(link: str) -> SplitResult | None:
    has_scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)", link)
    try:
        parts = urlsplit(link if has_scheme else f"https://{link.lstrip('/')}")
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts


def _find_ids(parts: SplitResult, host: str) -> tuple[str, ...]:
    pages = [unquote(page) for page in parts.path.split("/") if page]
    query = _split_query(parts.query)
    is_other = host.partition(".")[0] in _OTHER_HOSTS or any(page.lower() in _OTHER_PAGES for page in pages)
    parents = zip(("", *map(str.lower, pages)), pages, strict=False)
    ways = (
        _iter_path_numbers(parents, is_other),
        (number for name, value in query if _NUMBER_NAME.match(name) and (number := _match_number(value))),
        (uuid for name, value in query if _UUID_NAME.fullmatch(name) and (uuid := decode_uuid(value))),
        (uuid for name, page in pairwise(pages) if name in _UUID_PAGES and (uuid := decode_uuid(page))),
    )
    return next((ids for way in ways if (ids := tuple(dict.fromkeys(way)))), ())


def _iter_path_numbers(pages: Iterable[tuple[str, str]], is_other: bool) -> Iterator[str]:
    """Yield the meeting numbers of a path; `pages` are its parts, each with the one before it in lower case."""
    for parent, page in pages:
        is_expected = parent in _JOIN_PAGES if is_other else parent not in _OTHER_PARENTS
        if is_expected and (number := _match_number(page)):
            yield number


def _match_number(text: str) -> str | None:
    """Return the meeting number at the beginning of a text, None if there is none."""
    match = _NUMBER.match(re.sub(r"(?<=\d)[ -](?=\d)", "", text))
    return match[0] if match else None


def _split_query(query: str) -> list[tuple[str, str]]:
    """Return the parameters with simple names. A "+" stays: it is part of a UUID."""
    pairs = (part.partition("=") for part in re.split(r"[&;]", query.replace("&amp;", "&")))
    named = ((re.sub(r"[^a-z]", "", unquote(name).lower()), unquote(value)) for name, _, value in pairs)
    return [(name, value) for name, value in named if not _OTHER_NAME.fullmatch(name)]


def _read_embedded(link: str, depth: int) -> LinkTarget | None:
    """Return what the links to Zoom inside a link name; None if there is none."""
    inner = islice(_iter_embedded(link), _MAX_EMBEDDED[depth]) if depth < len(_MAX_EMBEDDED) else ()
    targets = [read_link(each, depth + 1) for each in inner]
    zoom = [target for target in targets if target.is_zoom]
    ids = tuple(dict.fromkeys(each for target in zoom for each in target.ids))
    return LinkTarget(ids) if ids else next(iter(zoom), None)


def _iter_embedded(link: str) -> Iterator[str]:
    """Yield each link inside a link, as it stands there after decoding everything as often as that changes it."""
    if match := _URL_DEFENSE_2.search(link):
        # "-" stands for "%" and "_" for "/": https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/URL_Decoder_API
        yield unquote(match[1].replace("-", "%").replace("_", "/"))
    if match := _URL_DEFENSE_3.search(link):
        yield _restore_characters(match[1], match[2])
    text = link
    for _ in range(_MAX_ENCODINGS):
        yield from (text[match.start() :] for match in _EMBEDDED.finditer(text, 1))
        for match in _BASE64_URL.finditer(text):
            inner = _decode_base64(match[1].rstrip("=").replace("+", "-").replace("/", "_"))
            yield inner if "://" in inner else unquote(inner)
        if (decoded := unquote(text)) == text:
            return
        text = decoded


def _restore_characters(text: str, encoded: str) -> str:
    """Return an address whose special characters were replaced: "*" is one of them, "**A" are two, "**B" three."""
    characters = iter(_decode_base64(encoded))

    def restore(match: re.Match[str]) -> str:
        count = _RUN_LENGTHS.index(match[1]) + 2 if match[1] else 1
        return "".join(next(characters, "*") for _ in range(count))

    return re.sub(r"\*(?:\*([A-Za-z0-9_-]))?", restore, text)


def _decode_base64(text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _explain(parts: SplitResult) -> str:
    """Return why a link to Zoom names no meeting."""
    pages = {page.lower() for page in parts.path.split("/")}
    if "my" in pages:
        return "a personal link without a meeting number; open it and copy the Meeting ID"
    if "register" in pages:
        return "a link to a registration page without a meeting number"
    if pages & {"rec", "recording", "clips"}:
        return "a link to a recording without a meeting number"
    if "u" in pages:
        return "a link to telephone numbers without a meeting number"
    return "a link without a meeting number"
