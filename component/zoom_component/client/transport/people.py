"""Find the names of one person in an answer of Zoom: the user id, beside an e-mail address, `me` or the id in the path.

Only successful answers are read, and no request is made for this. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from zoom_component.messages import BoundRequest, Reply

__all__ = ["find_names", "normalize_name"]

_PATH = re.compile(r"/users(?:/([^/?]+)(?:/(meetings|webinars))?)?(?:\?.*)?\Z")


def normalize_name(text: str) -> str:
    """Return a name of a person in one spelling. Letter case matters in user ids, and not in e-mail addresses."""
    text = text.strip()
    return text.casefold() if "@" in text else text


def find_names(request: BoundRequest, reply: Reply) -> list[tuple[str, str]]:
    """Return each other name of a person in an answer, with the user id of that person."""
    if not 200 <= reply.status < 300 or request.method not in ("GET", "POST"):
        return []
    match = _PATH.match(request.path)
    if match is None and b'"host_email"' not in reply.body:
        return []
    if match is not None and match[2] and request.method != "POST":
        return []  # a list of meetings does not name a host for each
    try:
        data = json.loads(reply.body)
    except (ValueError, RecursionError):
        return []
    if not isinstance(data, Mapping):
        return []
    pairs = [*_find_host(data), *(_find_users(request, data, match) if match is not None else ())]
    return [(name, user_id) for name, user_id in pairs if name and name != user_id]


def _find_host(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the host's e-mail address of a meeting, a webinar or a recording."""
    if (host := _text(data.get("host_id"))) and (email := _text(data.get("host_email"))):
        yield normalize_name(email), host


def _find_users(request: BoundRequest, data: Mapping[str, Any], match: re.Match[str]) -> Iterator[tuple[str, str]]:
    name = normalize_name(unquote(match[1] or ""))
    is_alias = name == "me" or "@" in name
    if match[2]:
        # With `schedule_for`, the host is another person than the one in the path.
        body = request.body if isinstance(request.body, Mapping) else {}
        if is_alias and not body.get("schedule_for") and (host := _text(data.get("host_id"))):
            yield name, host
        return
    users = data.get("users") if not name and request.method == "GET" else [data]
    for user in users if isinstance(users, list) else ():
        if isinstance(user, Mapping) and (user_id := _text(user.get("id"))):
            yield normalize_name(_text(user.get("email"))), user_id
            if is_alias:
                yield name, user_id


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
