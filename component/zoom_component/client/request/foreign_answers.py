"""Decide whether Zoom wrote a failed answer, and describe an answer that something else wrote.

A firewall, a proxy, a gateway or a login page may answer in Zoom's place, with any status. Only an error in Zoom's form
knows anything about ids, permissions and tokens: https://developers.zoom.us/docs/api/errors/
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from zoom_component.client.request.replies import format_excerpt, get_message, get_tracking_id
from zoom_component.errors import RateLimited, Refused, ResponseError, Unavailable, Unexpected
from zoom_component.messages import Reply

__all__ = ["build_foreign_error", "describe_answer", "describe_source", "has_zoom_code", "is_block_page"]

# Headers in which gateways and content networks name a request, so that their administrator finds it in a log.
_ID_HEADERS = (
    "cf-ray", "x-amzn-requestid", "x-amz-cf-id", "x-amz-apigw-id", "x-azure-ref", "x-ms-request-id", "akamai-grn",
    "x-akamai-request-id", "x-iinfo", "x-sucuri-id", "x-kong-request-id", "x-request-id", "x-correlation-id",
    "x-cloud-trace-context", "x-squid-error", "via",
)  # fmt: skip
# The same in the text of a page: Cloudflare, F5, Imperva, Akamai, Fortinet.
_ID_IN_PAGE = re.compile(
    r"(?i)\b(ray id|support id(?: is)?|incident id|event id|request id|reference(?: id)?)\W{0,3}\s*([\w.-]{6,80})"
)
_TITLES = (re.compile(rb"(?is)<title\b[^>]*>(.*?)</title"), re.compile(rb"(?is)<h1\b[^>]*>(.*?)</h1"))
_TAG = re.compile(r"<[^>]*>")
_CHALLENGE = re.compile(r"(?i)just a moment|attention required|access denied|blocked|captcha|challenge|checking your")
_MAX_PAGE = 65_536
_GRPC_CODES = range(17)  # https://grpc.io/docs/guides/status-codes/
# What only Zoom's own codes can report: who may do it, whether the object exists, whether the token is valid.
_JUDGED_BY_CODE = frozenset({401, 403, 404, 407, 409, 410})


def has_zoom_code(reply: Reply, data: Any, known_codes: Sequence[Mapping[str, Any]] = ()) -> bool:
    """Return whether the JSON of an answer is an error in Zoom's form: a code of Zoom's, with a message or none.

    Gateways send such objects too: with a text as the code, with the status repeated as the code, or with a code of
    gRPC. These are Zoom's only in an answer that has Zoom's tracking id. `known_codes` is the table of
    error codes, for a known code that is written as text.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("message"), str | None):
        return False
    code = data.get("code")
    if isinstance(code, bool) or not isinstance(code, int | str):
        return False
    is_traced = bool(get_tracking_id(reply))
    if isinstance(code, str):
        is_number = code.isascii() and code.isdigit()
        return is_number and (is_traced or any(str(row.get("code")) == code for row in known_codes))
    if is_traced or code == 429:  # https://developers.zoom.us/docs/api/rate-limits/
        return True
    return code != reply.status and code not in _GRPC_CODES


def build_foreign_error(reply: Reply, data: Any) -> ResponseError:
    """Return the error of an answer without a code of Zoom's. `data` is what could be read of its body.

    Its kind reports nothing about the object, the permissions or the token. A reason that Zoom gives without a code,
    as it does in XML and in plain text, is in the message.
    """
    tracking_id = get_tracking_id(reply)
    facts: dict[str, Any] = {"status": reply.status, "tracking_id": tracking_id, "detail": format_excerpt(reply.body)}
    fields = data.get("errors") if isinstance(data, Mapping) else None
    is_zoom = bool(tracking_id) or (isinstance(fields, list) and not _is_json(reply))
    reason = _find_reason(reply, data) if is_zoom else ""
    if reason and 400 <= reply.status < 500 and reply.status not in _JUDGED_BY_CODE | {408, 429}:
        fields = [field for field in fields if isinstance(field, Mapping)] if isinstance(fields, list) else []
        message = f"the service answered {reply.status}: {reason.rstrip('.')}. See the documentation of the operation."
        return Refused(message, zoom_message=reason, fields=fields, **facts)
    message = f"{describe_source(reply)} answered {reply.status} with {describe_answer(reply)}"
    return _choose_error(reply)(f"{message}. {_choose_advice(reply)}", zoom_message=reason, **facts)


def describe_source(reply: Reply) -> str:
    """Return who wrote an answer: Zoom if it has a tracking id or a rate limit of Zoom's."""
    is_zoom = get_tracking_id(reply) or "x-ratelimit-type" in reply.headers or "x-ratelimit-category" in reply.headers
    return "Zoom's web server" if is_zoom else "something in front of Zoom"


def describe_answer(reply: Reply) -> str:
    """Return what an answer holds and who signs it, as in `a page titled "Blocked" (server: cloudflare, cf-ray: 8f)`.

    What looks like a secret is masked; a redirect is shown without its query.
    """
    ids = [
        f"{name}: {format_excerpt(value.encode(), 80)}"
        for name in ("server", *_ID_HEADERS)
        if (value := str(reply.headers.get(name, "")).strip())
    ]
    page = _decode(reply) if _is_markup(reply) else ""
    if page and (match := _ID_IN_PAGE.search(_TAG.sub(" ", page))):
        ids.append(f"{match[1].lower()}: {match[2]}")
    signature = f" ({', '.join(ids)})" if ids else ""
    return f"{_describe_body(reply)}{signature}"


def is_block_page(reply: Reply) -> bool:
    """Return whether a firewall refuses the call with a page, so that sending it again is useless."""
    if "challenge" in str(reply.headers.get("cf-mitigated", "")).lower():
        return True
    return _is_markup(reply) and bool(_CHALLENGE.search(_find_title(reply)))


def _choose_error(reply: Reply) -> type[ResponseError]:
    """Return the error of a status that Zoom's API did not choose: a proxy without credentials may get them."""
    if reply.status == 429:
        return RateLimited
    return Unavailable if reply.status >= 500 or reply.status in (407, 408) else Unexpected


def _choose_advice(reply: Reply) -> str:
    if reply.status == 407:
        return "The proxy wants credentials: add a user and a password to its address."
    if reply.status == 511:
        return "This network wants a login first: open any page in a browser."
    if reply.status == 429:
        return "Send fewer calls at a time."
    if reply.status >= 500 and not is_block_page(reply):
        return "Try again later."
    if get_tracking_id(reply):
        return "Zoom's API answers errors as JSON with a code: check the path and the base URL."
    return "Ask the administrator of the firewall, the proxy or the gateway, and check the base URL."


def _find_reason(reply: Reply, data: Any) -> str:
    """Return the reason that Zoom gives without a code: a message, those of the fields, or a plain text."""
    if isinstance(data, Mapping) and data:
        return get_message(data)
    if _is_markup(reply) or reply.body.lstrip()[:1] in (b"<", b"{", b"["):
        return ""
    return format_excerpt(reply.body, 400)


def _is_json(reply: Reply) -> bool:
    return reply.body.lstrip()[:1] in (b"{", b"[")


def _describe_body(reply: Reply) -> str:
    if 300 <= reply.status < 400 and (location := str(reply.headers.get("location", ""))):
        return f"a redirect to {_shorten_url(location)}"
    if not reply.body.strip():
        return "an empty body"
    if _is_markup(reply):
        title = _find_title(reply)
        return f'a page titled "{title}"' if title else f"a page without a title: {format_excerpt(reply.body, 120)}"
    form = "JSON that is not in Zoom's form" if _is_json(reply) else "the text"
    return f"{form}: {format_excerpt(reply.body, 160)}"


def _is_markup(reply: Reply) -> bool:
    beginning = reply.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith(b"<?xml") and b"<html" not in beginning:
        return False
    return beginning.startswith(b"<") and (b"<html" in beginning or b"<!doctype html" in beginning or _has_title(reply))


def _has_title(reply: Reply) -> bool:
    return any(pattern.search(reply.body[:_MAX_PAGE]) for pattern in _TITLES)


def _find_title(reply: Reply) -> str:
    """Return the title of a page, or its first heading, on one line; "" for none."""
    page = reply.body[:_MAX_PAGE]
    for pattern in _TITLES:
        if match := pattern.search(page):
            text = html.unescape(_TAG.sub(" ", _decode(reply._replace(body=match[1]))))
            if text.strip():
                return format_excerpt(text.encode(), 120).replace('"', "'")
    return ""


def _decode(reply: Reply) -> str:
    match = re.search(r"charset=\"?([\w.-]{1,40})", str(reply.headers.get("content-type", "")), re.IGNORECASE)
    try:
        name = codecs.lookup(match[1]).name if match else "utf-8"
        return reply.body[:_MAX_PAGE].decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        return reply.body[:_MAX_PAGE].decode("utf-8", "replace")


def _shorten_url(url: str) -> str:
    """Return a URL without its query and without credentials: both may hold secrets."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that is not valid"
    text = f"{parts.scheme}://{host}{port}{parts.path}" if host else parts.path
    return format_excerpt(text.encode(), 160)
