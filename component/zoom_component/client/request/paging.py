"""Page through a list: one class for each style of paging. A new style is a class here and a line in `_STYLES`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.values import format_value
from zoom_component.errors import InputError, Problem, RepeatedPage, Unexpected
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import ActionSpec, PagingSpec

__all__ = ["PageNumberPaginator", "Paginator", "SinglePage", "TokenPaginator", "create_paginator"]

_PAGING_FIELDS = frozenset({"next_page_token", "page_count", "page_number", "page_size", "total_records"})
_REPEATED = "the list returned a page that it had returned before, so it would never end; try another page size"


class Paginator:
    """Build the request of each page of a list, and decide from an answer whether another page follows.

    `token` names the page that `build_request` asks for, "" for the first; a call resumes there. `next_token` names
    the page after the last answer, "" for none. `dropped_fields` are fields of an answer that describe one page, not
    the list.
    """

    dropped_fields = _PAGING_FIELDS

    def __init__(self, spec: PagingSpec, request: BoundRequest, page_size: int | None = None, resume: str = "") -> None:
        if page_size is not None and page_size < 1:
            limits = f"an integer from 1 to {spec.max_page_size}"
            raise InputError([Problem("page_size", f"expected {limits}, got {format_value(page_size)}")])
        self.spec = spec
        self.token = resume
        self.next_token = ""
        self._request = request
        self._page_size = page_size

    @classmethod
    def check_resume(cls, token: str) -> None:
        """Raise InputError for a token that this style of paging cannot resume at."""

    def build_request(self) -> BoundRequest:
        """Return the request for the page that `token` names."""
        size = min(self._page_size or self.spec.page_size, self.spec.max_page_size)
        return self._with_paging(str(size), self.token)

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        """Return whether another page follows, and move on to it.

        `data` is the answer and `count` the number of its items. Raises RepeatedPage for an answer that leads back to
        an earlier page, Unexpected for a token that is not text.
        """
        raise NotImplementedError

    def _move_to(self, token: str) -> bool:
        self.token = self.next_token = token
        return True

    def _with_paging(self, size: str, token: str) -> BoundRequest:
        """Return the request with this page size and token in its query; "" stands for neither."""
        names = (self.spec.page_size_param, self.spec.page_param)
        others = [pair for pair in self._request.query if pair[0] not in names]
        paging = [(name, value) for name, value in zip(names, (size, token), strict=True) if value]
        return self._request._replace(query=[*others, *paging])


class TokenPaginator(Paginator):
    """Follow the token of each answer to the next page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tokens = {self.token}

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        self.next_token = ""
        value = data.get(self.spec.token_field)
        if value is True or (value and not isinstance(value, str | int)):
            raise Unexpected(f"expected text as the next page token, got {format_value(value)}")
        token = str(value or "")
        if not token:
            return False
        if token in self._tokens:
            raise RepeatedPage(_REPEATED)
        self._tokens.add(token)
        return self._move_to(token)


class PageNumberPaginator(Paginator):
    """Count page numbers up to the last page; the token is a page number."""

    @classmethod
    def check_resume(cls, token: str) -> None:
        if token and _to_integer(token) is None:
            raise InputError([Problem("resume", f"expected a page number, got {format_value(token)}")])

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        self.next_token = ""
        number, last = int(self.token or 1), _to_integer(data.get("page_count"))
        if not count or last is None or number >= last:
            return False
        answered = _to_integer(data.get("page_number"))
        if answered is not None and answered != number:
            raise RepeatedPage(_REPEATED)
        return self._move_to(str(number + 1))


class SinglePage(Paginator):
    """Ask for one page and stop, because the inputs choose the page, or because the action never follows.

    Nothing is added to the query that the caller did not provide; a page size above the limit becomes the limit.
    """

    dropped_fields = frozenset()

    def build_request(self) -> BoundRequest:
        query = dict(self._request.query)
        size = self._page_size or _to_integer(query.get(self.spec.page_size_param))
        text = query.get(self.spec.page_size_param, "") if size is None else str(min(size, self.spec.max_page_size))
        return self._with_paging(text, self.token or query.get(self.spec.page_param, ""))

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        self.next_token = str(data.get(self.spec.token_field) or "")
        return False


_STYLES: Mapping[str, type[Paginator]] = {"token": TokenPaginator, "number": PageNumberPaginator}


def create_paginator(
    action: ActionSpec, values: Mapping[str, Any], request: BoundRequest, *, page_size: int | None, resume: str
) -> Paginator:
    """Return the paginator for a call of a list action.

    `values` are the validated inputs and `request` is the request that they make. Raises InputError for a page size
    below 1, or a `resume` that the style of paging cannot use.
    """
    spec = action.pages
    assert spec is not None
    style = _STYLES[spec.style]
    style.check_resume(resume)
    paginator = SinglePage if _asks_for_one_page(action, spec, values) else style
    return paginator(spec, request, page_size, resume)


def _asks_for_one_page(action: ActionSpec, spec: PagingSpec, values: Mapping[str, Any]) -> bool:
    if not spec.follow:
        return True
    names = {f"query.{name}" for name in (*_PAGING_FIELDS, spec.page_size_param, spec.page_param)}
    return any(action.inputs[key].target in names for key in values)


def _to_integer(value: Any) -> int | None:
    """Return an integer, also one that is given as text; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
