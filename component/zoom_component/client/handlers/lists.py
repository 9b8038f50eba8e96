"""Handle a list: its windows one after another, page by page in each, merged or streamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from zoom_component.client.request import spans
from zoom_component.client.request.paging import (
    REPEATED,
    Paginator,
    TokenPaginator,
    asks_for_one_page,
    create_paginator,
)
from zoom_component.client.request.spans import Window
from zoom_component.errors import ComponentError, InputError, Problem, RepeatedPage
from zoom_component.json_output import to_json
from zoom_component.messages import BoundRequest, CallWarning, Handler, Page, Reply

if TYPE_CHECKING:
    from zoom_component.client.calls import Call

__all__ = ["ListPlan", "find_answer_warning", "handle_list", "plan_list"]

_MAX_EMPTY_PAGES = 100  # in a row, each with a token: a list that goes on like this never ends
Read = Callable[[Reply | None, str], Any]


class ListPlan(NamedTuple):
    """Hold the windows that remain of a list, none for a list without a split, and the token to begin with."""

    windows: tuple[Window, ...] = ()
    token: str = ""


def plan_list(call: Call, request: BoundRequest) -> ListPlan:
    """Return the windows that a call asks for, and where in the first of them it resumes.

    Raises InputError for a range of too many windows, and for a token that does not belong to the range.
    """
    span, action = call.action.span, call.action
    asked = None
    if span is not None and (span.months or span.days) and not asks_for_one_page(action, call.inputs.values):
        asked = spans.find_range(span, request.query, call.now)
    windows = spans.list_windows(span, asked) if span is not None and asked is not None else []
    if span is not None and asked is not None and len(windows) > 1:
        if call.resume:
            windows, token = spans.parse_resume(span, asked, call.resume)
            return ListPlan(tuple(windows), token)
        return ListPlan(tuple(windows))
    if spans.is_window_token(call.resume):
        message = "the token belongs to a range of several requests; use the inputs of the call that returned it"
        raise InputError([Problem("resume", message)])
    return ListPlan((), call.resume)


def handle_list(call: Call, request: BoundRequest, read: Read) -> Handler:
    """Fetch a list to its end. A stream yields each page; any other call returns the items of all, merged.

    `read` returns the JSON of a reply, which has a list of items in a field. Raises InputError for a page size or a
    resume token that the list cannot use, RepeatedPage for a list that would never end.
    """
    plan = plan_list(call, request)
    result = _ListResult(call, request)
    windows = plan.windows or (None,)
    for at, window in enumerate(windows):
        part = request
        if window is not None and call.action.span is not None:
            part = request._replace(query=spans.set_window(call.action.span, request.query, window))
        resume = plan.token if at == 0 else ""
        values = call.inputs.values
        paginator = create_paginator(call.action, values, part, page_size=call.page_size, resume=resume)
        place = _Place(window, windows[at + 1] if at + 1 < len(windows) else None, at == 0 and not call.resume)
        yield from _fetch_window(call, paginator, place, result, read)
    if not call.stream:
        for text in dict.fromkeys(result.warnings):
            yield CallWarning(text)
    return result.build()


class _Place(NamedTuple):
    """Hold the window that is read, None for a list without windows, and the window after it."""

    window: Window | None
    following: Window | None
    is_start: bool

    def format_resume(self, token: str) -> str:
        """Return the token that a call resumes at, "" for the start of the list."""
        if self.window is None or (self.is_start and not token):
            return token
        return spans.format_resume(self.window, token)

    def format_next(self, token: str) -> str:
        """Return the token of the next page, which may be the first one of the next window; "" at the end."""
        if self.window is not None and token:
            return spans.format_resume(self.window, token)
        return spans.format_resume(self.following, "") if self.following is not None else token


def _fetch_window(call: Call, paginator: Paginator, place: _Place, result: _ListResult, read: Read) -> Any:
    """Fetch the pages of a window, or of a list without windows."""
    memory, is_first = _PageMemory(), True
    result.start_window()
    while True:
        with result.add_progress(paginator, place):
            data = read((yield paginator.build_request()), paginator.spec.items)
        items = data[paginator.spec.items]
        warnings = [find_answer_warning(call, paginator.build_request(), data)] if is_first else []
        is_first = False
        repeated: RepeatedPage | None = None
        with result.add_progress(paginator, place):
            if memory.has_page(items):
                if not paginator.is_guess or not isinstance(paginator, TokenPaginator):
                    raise RepeatedPage(REPEATED)
                paginator.end_early()
                items, has_next = [], False
            else:
                try:
                    has_next = paginator.advance(data, len(items))
                except RepeatedPage as error:
                    has_next, repeated = False, error
        texts = tuple(text for text in (*warnings, paginator.warning) if text)
        if call.stream:
            yield Page(items, place.format_next(paginator.next_token), texts)
        else:
            result.add_page(data, items, texts, paginator.dropped_fields)
        if repeated is not None:
            with result.add_progress(paginator, place):
                raise repeated
        if not has_next:
            return


def find_answer_warning(call: Call, request: BoundRequest, data: Mapping[str, Any]) -> str:
    """Return a sentence if an answer covers less time than its request asked for, else ""."""
    span = call.action.span
    names = (span.from_param, span.to_param) if span is not None else ("from", "to")
    query = dict(request.query)
    if not any(name in query and name in data for name in names):
        return ""
    return spans.describe_narrowing(Window(*(query.get(name, "") for name in names)), data, names, call.now)


class _PageMemory:
    """Remember the pages of a list by their length, first and last item, to recognize one that comes again."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._empty_pages = 0

    def has_page(self, items: list[Any]) -> bool:
        """Return whether a page was there before, and remember it.

        Pages of one item may be alike, and empty ones are: both may come a hundred times.
        """
        if not items:
            self._empty_pages += 1
            return self._empty_pages > _MAX_EMPTY_PAGES
        self._empty_pages = 0
        key = to_json([len(items), items[0], items[-1]], sort_keys=True)
        self._counts[key] += 1
        return self._counts[key] > (1 if len(items) > 1 else _MAX_EMPTY_PAGES)


class _ListResult:
    """Merge the pages of a call that is not streamed, and add them to an error that ends it early.

    The fields beside the items are those of the first page. With several windows, `from` and `to` are those that were
    asked for, numbers named `total_...` are added up, and what differs otherwise is left out.
    """

    def __init__(self, call: Call, request: BoundRequest) -> None:
        self.warnings: list[str] = []
        self._call = call
        self._query = dict(request.query)
        self._items: list[Any] = []
        self._windows: list[dict[str, Any]] = []

    def start_window(self) -> None:
        """Make room for the fields of a window."""
        if not self._call.stream:
            self._windows.append({})

    def add_page(
        self, data: Mapping[str, Any], items: list[Any], warnings: tuple[str, ...], dropped_fields: frozenset[str]
    ) -> None:
        """Add the items, the warnings and the fields of a page."""
        self._items += items
        self.warnings += warnings
        for key, value in data.items():
            if key not in dropped_fields:
                self._windows[-1].setdefault(key, value)

    def build(self) -> dict[str, Any]:
        """Return the fields and the items so far."""
        pages = self._call.action.pages
        assert pages is not None
        return {**self._merge_windows(), pages.items: self._items}

    @contextmanager
    def add_progress(self, paginator: Paginator, place: _Place) -> Iterator[None]:
        """Add to a failure what was fetched before it, and the token to resume at."""
        try:
            yield
        except ComponentError as error:
            error.resume = place.format_resume(paginator.token)
            if not self._call.stream and self._items:
                error.partial = self.build()
            raise

    def _merge_windows(self) -> dict[str, Any]:
        windows = [fields for fields in self._windows if fields]
        if len(windows) < 2:
            return windows[0] if windows else {}
        merged: dict[str, Any] = {}
        for key in dict.fromkeys(key for fields in windows for key in fields):
            values = [fields[key] for fields in windows if key in fields]
            if all(value == values[0] for value in values) and not _is_sum(key, values):
                merged[key] = values[0]
            elif _is_sum(key, values):
                merged[key] = sum(values)
        return merged | self._find_asked_range(merged, windows)

    def _find_asked_range(self, merged: Mapping[str, Any], windows: list[dict[str, Any]]) -> dict[str, Any]:
        span = self._call.action.span
        assert span is not None
        asked = spans.find_range(span, self._query.items(), self._call.now)
        assert asked is not None
        ends = {span.from_param: asked.format(asked.first), span.to_param: asked.format(asked.last)}
        return {name: text for name, text in ends.items() if any(name in fields for fields in windows)}


def _is_sum(key: str, values: list[Any]) -> bool:
    return key.startswith("total_") and all(isinstance(each, int) and not isinstance(each, bool) for each in values)
