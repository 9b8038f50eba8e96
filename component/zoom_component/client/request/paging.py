"""How a list goes on: what to ask for, what the next page is called, and when to stop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.values import format_value
from zoom_component.errors import InputError, Problem, RepeatedPage, Unexpected
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import ActionSpec, PagingSpec

__all__ = ["PAGING_FIELDS", "Paginator", "build_page_request", "is_single_page"]

PAGING_FIELDS = frozenset({"next_page_token", "page_count", "page_number", "page_size", "total_records"})


class Paginator:
    """One walk through a list. It remembers the tokens it has followed: one that comes twice would never end."""

    def __init__(self, pages: PagingSpec, request: BoundRequest, *, size: int | None = None, resume: str = "") -> None:
        self._pages = pages
        self._request = request
        self._fixed = [pair for pair in request.query if pair[0] not in (pages.page_size_param, pages.page_param)]
        self._size = _size(size, pages)
        self._token = _started(resume, pages)
        self._seen = {resume} if resume else set()
        self._repeated = False

    @property
    def token(self) -> str:
        """The token of the page that `request` asks for; "" for the first."""
        return self._token

    def request(self) -> BoundRequest:
        """The request for the page where the walk stands."""
        query = [*self._fixed, (self._pages.page_size_param, self._size)]
        if self._token:
            query.append((self._pages.page_param, self._token))
        return self._request._replace(query=query)

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        """Moves on by what a page's answer says. True while there is another page. `count` is how many items it had."""
        if self._pages.style == "number":
            return self._advance_number(data, count)
        said = data.get(self._pages.token_field)
        if said is True or (said and not isinstance(said, str | int)):
            raise Unexpected("the next page token is no text, so the list cannot go on; what came so far is kept")
        token = str(said or "")
        if not token:
            return False
        if token in self._seen:
            self._repeated = True
            return False
        self._seen.add(token)
        self._token = token
        return True

    def check(self) -> None:
        """Raises RepeatedPage when the last answer named a page that was fetched before."""
        if self._repeated:
            raise RepeatedPage(
                "the list gave the same next page token twice, so it would never end; "
                "what came so far is in `partial`. Try again, or with another page size"
            )

    def _advance_number(self, data: Mapping[str, Any], count: int) -> bool:
        number, total = int(self._token or 1), _whole(data.get("page_count"))
        if not count or total is None or number >= total:
            return False
        said = _whole(data.get("page_number"))
        if said is not None and said != number:
            self._repeated = True
            return False
        self._token = str(number + 1)
        return True


def is_single_page(action: ActionSpec, values: Mapping[str, Any]) -> bool:
    """Whether a call gets one page and no more: its inputs say which, or the action never walks."""
    if action.pages is None:
        return False
    steering = {*PAGING_FIELDS, action.pages.page_size_param, action.pages.page_param}
    sent = [(action.inputs[key].target or "").partition(".") for key in values]
    return not action.pages.follow or any(where == "query" and name in steering for where, _, name in sent)


def build_page_request(
    pages: PagingSpec, request: BoundRequest, *, size: int | None = None, resume: str = ""
) -> BoundRequest:
    """The request for that one page. Nothing is asked for that nobody gave; a size past the limit is the largest."""
    said = dict(request.query)
    if size is not None:
        said[pages.page_size_param] = _size(size, pages)
    if resume:
        said[pages.page_param] = _started(resume, pages)
    given = _whole(said.get(pages.page_size_param))
    if given is not None:
        said[pages.page_size_param] = str(min(given, pages.max_page_size))
    own = [pair for pair in request.query if pair[0] not in (pages.page_size_param, pages.page_param)]
    steered = [(name, said[name]) for name in (pages.page_size_param, pages.page_param) if said.get(name)]
    return request._replace(query=[*own, *steered])


def _size(asked: int | None, pages: PagingSpec) -> str:
    if asked is not None and asked < 1:
        raise InputError([Problem("page_size", f"came {format_value(asked)}; accepted: 1 to {pages.max_page_size}")])
    return str(min(asked or pages.page_size, pages.max_page_size))


def _started(resume: str, pages: PagingSpec) -> str:
    if pages.style == "number" and resume and _whole(resume) is None:
        raise InputError([Problem("resume", f"came {format_value(resume)}; accepted: the number of a page")])
    return resume


def _whole(value: Any) -> int | None:
    """A whole number, also where it is given as text."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
