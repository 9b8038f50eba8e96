"""Page through a list: one class for each style of paging. A new style is a class here and a line in `_STYLES`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zoom_component.client.request.values import format_value
from zoom_component.errors import InputError, Problem, RepeatedPage, Unexpected
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import ActionSpec, PagingSpec

__all__ = [
    "REPEATED",
    "PageNumberPaginator",
    "Paginator",
    "SinglePage",
    "TokenPaginator",
    "asks_for_one_page",
    "create_paginator",
]

_PAGING_FIELDS = frozenset({"next_page_token", "page_count", "page_number", "page_size", "total_records"})
_INCOMPLETE = "the list may be incomplete: {}"
_NAMED = re.compile(r"[a-z_]{1,40}=.", re.ASCII)
_TOTALS = ("total_records", "total", "total_count", "total_items")
REPEATED = "the list returned a page that it had returned before, so it would never end; try another page size"


class Paginator:
    """Build the request of each page of a list, and decide from an answer whether another page follows.

    `token` names the page that `build_request` asks for, "" for the first; a call resumes there. `next_token` names
    the page after the last answer, "" for none. `warning` explains why a list that ended may be incomplete, "" if it is
    not. `is_guess` is True while no answer confirms that the page exists. `dropped_fields` are fields of an answer
    that describe one page, not the list.
    """

    dropped_fields = _PAGING_FIELDS

    def __init__(self, spec: PagingSpec, request: BoundRequest, page_size: int | None = None, resume: str = "") -> None:
        if page_size is not None and not 1 <= page_size <= spec.max_page_size:
            limits = f"an integer from 1 to {spec.max_page_size:,}"
            raise InputError([Problem("page_size", f"expected {limits}, got {format_value(page_size)}")])
        self.spec = spec
        self.token = resume
        self.next_token = ""
        self.warning = ""
        self.is_guess = False
        self._request = request
        self._page_size = page_size

    @classmethod
    def check_resume(cls, token: str) -> None:
        """Raise InputError for a token that this style of paging cannot resume at."""

    def build_request(self) -> BoundRequest:
        """Return the request for the page that `token` names."""
        return self._with_paging(str(self._get_size()), *_parse_token(self.spec, self.token))

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        """Return whether another page follows, and move on to it.

        `data` is the answer and `count` the number of its items. Raises RepeatedPage for an answer that leads back to
        an earlier page, Unexpected for a token that is not text.
        """
        raise NotImplementedError

    def _get_size(self) -> int:
        return min(self._page_size or self.spec.page_size, self.spec.max_page_size)

    def _with_paging(self, size: str, name: str, value: str) -> BoundRequest:
        """Return the request with this page size and page in its query; "" stands for neither."""
        names = (self.spec.page_size_param, name)
        others = [pair for pair in self._request.query if pair[0] not in names]
        paging = [(key, text) for key, text in ((self.spec.page_size_param, size), (name, value)) if text]
        return self._request._replace(query=[*others, *paging])


class TokenPaginator(Paginator):
    """Follow the token of each answer to the next page; without tokens, count by page numbers or by the total.

    A token is always followed. A list that began with tokens ends with them. Otherwise the answer decides: by its
    count of pages, by its total, or, if it has neither, by whether the page is full. The token of a page that is asked
    for by its number is `page_number=2`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tokens = {self.token}
        name, value = _parse_token(self.spec, self.token)
        is_numbered = name == self.spec.number_param
        self._number = _to_integer(value) or 1 if is_numbered else 1
        self._follows_tokens = bool(value) and not is_numbered
        self._is_resumed = bool(self.token)
        self._count = 0
        self._total: int | None = None

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        self.next_token = self.warning = ""
        self._count += count
        # The smallest total: items may be added or removed while the list is read.
        totals = [total for total in (self._total, _find_total(data)) if total is not None]
        self._total = min(totals, default=None)
        if token := self._read_token(data):
            if token in self._tokens:
                raise RepeatedPage(REPEATED)
            self._tokens.add(token)
            self._follows_tokens, self.is_guess = True, False
            return self._move_to(_format_token(self.spec, self._get_token_param(), token))
        if not self._follows_tokens and count and self._has_more(data, count):
            if self.spec.number_param:
                return self._count_on(data)
            self.warning = _INCOMPLETE.format("its last page is full, and the answer does not offer another one")
        self._warn_of_total()
        return False

    def end_early(self) -> None:
        """End the list at a page that was returned before, although no answer confirmed that it exists."""
        self.next_token = ""
        self.warning = _INCOMPLETE.format("its last page is full, and the next one is the same page again")
        self._warn_of_total()

    def _warn_of_total(self) -> None:
        if self._total is not None and self._count < self._total and not self._is_resumed:
            self.warning = _INCOMPLETE.format(f"it ended after {self._count:,} of {self._total:,} items")

    def _read_token(self, data: Mapping[str, Any]) -> str:
        value = data.get(self.spec.token_field)
        if value is True or (value and not isinstance(value, str | int)):
            raise Unexpected(f"expected text as the next page token, got {format_value(value)}")
        return str(value or "")

    def _get_token_param(self) -> str:
        is_by_number = self.spec.page_param == self.spec.number_param
        return self.spec.token_field if is_by_number else self.spec.page_param

    def _has_more(self, data: Mapping[str, Any], count: int) -> bool:
        """Return whether an answer without a token lets expect that a page follows."""
        last = _to_integer(data.get("page_count"))
        self.is_guess = last is None or self._number >= last
        if last and self._number < last:
            return True
        size = _to_integer(data.get(self.spec.page_size_param))
        is_full = count >= min(self._get_size(), size or self._get_size())
        is_marked_end = self.spec.token_field in data
        if self._total is not None and not self._is_resumed:
            return self._count < self._total and (is_full or not is_marked_end)
        return is_full and not last and not is_marked_end

    def _count_on(self, data: Mapping[str, Any]) -> bool:
        answered = _to_integer(data.get("page_number"))
        if answered is not None and answered != self._number and not self.is_guess:
            raise RepeatedPage(REPEATED)
        self._number += 1
        return self._move_to(_format_token(self.spec, self.spec.number_param, str(self._number)))

    def _move_to(self, token: str) -> bool:
        self.token = self.next_token = token
        return True


class PageNumberPaginator(TokenPaginator):
    """Count page numbers up to the last page; the token is a page number. A token in an answer is followed."""

    @classmethod
    def check_resume(cls, token: str) -> None:
        if token and _to_integer(token) is None and not _NAMED.match(token):
            raise InputError([Problem("resume", f"expected a page number, got {format_value(token)}")])


class SinglePage(Paginator):
    """Ask for one page and stop, because the inputs choose the page, or because the action never follows.

    Nothing is added to the query that the caller did not provide; a page size above the limit becomes the limit.
    """

    dropped_fields = frozenset()

    def build_request(self) -> BoundRequest:
        query = dict(self._request.query)
        size = self._page_size or _to_integer(query.get(self.spec.page_size_param))
        text = query.get(self.spec.page_size_param, "") if size is None else str(min(size, self.spec.max_page_size))
        name, value = _parse_token(self.spec, self.token)
        return self._with_paging(text, name, value or query.get(name, ""))

    def advance(self, data: Mapping[str, Any], count: int) -> bool:
        self.next_token = str(data.get(self.spec.token_field) or "")
        return False


_STYLES: Mapping[str, type[Paginator]] = {"token": TokenPaginator, "number": PageNumberPaginator}


def create_paginator(
    action: ActionSpec, values: Mapping[str, Any], request: BoundRequest, *, page_size: int | None, resume: str
) -> Paginator:
    """Return the paginator for a call of a list action.

    `values` are the validated inputs and `request` is the request that they make. Raises InputError for a page size
    that the operation does not allow, or a `resume` that the style of paging cannot use.
    """
    spec = action.pages
    assert spec is not None
    style = _STYLES[spec.style]
    style.check_resume(resume)
    paginator = SinglePage if asks_for_one_page(action, values) else style
    return paginator(spec, request, page_size, resume)


def asks_for_one_page(action: ActionSpec, values: Mapping[str, Any]) -> bool:
    """Return whether the inputs choose one page of a list, or the action never returns more."""
    spec = action.pages
    if spec is None or not spec.follow:
        return True
    names = {f"query.{name}" for name in (*_PAGING_FIELDS, spec.page_size_param, spec.page_param)}
    return any(action.inputs[key].target in names for key in values)


def _parse_token(spec: PagingSpec, token: str) -> tuple[str, str]:
    """Return the query parameter that asks for the page of a token, and its value."""
    name, _, value = token.partition("=")
    if value and spec.page_param != spec.number_param == name and _to_integer(value) is not None:
        return name, value
    if value and spec.page_param == spec.number_param and name == spec.token_field:
        return name, value
    return spec.page_param, token


def _format_token(spec: PagingSpec, name: str, value: str) -> str:
    """Return the token of a page. It names the query parameter if that is not the usual one of the list."""
    return value if name == spec.page_param else f"{name}={value}"


def _find_total(data: Mapping[str, Any]) -> int | None:
    return next((total for name in _TOTALS if (total := _to_integer(data.get(name))) is not None), None)


def _to_integer(value: Any) -> int | None:
    """Return an integer, also one that is given as text; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
