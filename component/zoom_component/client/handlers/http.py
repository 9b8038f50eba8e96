"""The handler of nearly every action: one request, or one for each page, or read, merge, write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from zoom_component.client.request import replies
from zoom_component.client.request.bind import bind_request, deep_merge
from zoom_component.client.request.paging import PAGING_FIELDS, Paginator, build_page_request, is_single_page
from zoom_component.client.request.paths import fill_path
from zoom_component.client.request.values import to_wire_text
from zoom_component.errors import ComponentError, Unavailable, Unexpected
from zoom_component.messages import BoundRequest, Handler, Page, Reply
from zoom_component.spec.spec import PagingSpec

if TYPE_CHECKING:
    from zoom_component.client.handlers import Call

DOUBT = "It may have been done all the same: look before trying again."

__all__ = ["build_first_request", "handle_http"]


def handle_http(call: Call) -> Handler:
    """Runs an action as its spec says. Returns the JSON of the answer, or the merged list."""
    request = build_first_request(call)
    if (pages := call.action.pages) is not None:
        walked = _one_page if is_single_page(call.action, call.inputs.values) else _pages
        return (yield from walked(call, request, pages))
    if call.merge and call.action.merge is not None:
        request = yield from _merged(call, request)
    reply = yield request
    try:
        return _read(call, reply)
    except (Unavailable, Unexpected) as error:
        if call.action.effect != "read":
            error.add_sentence(DOUBT)
        raise


def build_first_request(call: Call) -> BoundRequest:
    """The first request of a call. Raises InputError for a page size or a resume token that is none."""
    action = call.action
    request = bind_request(action, call.inputs.values, call.inputs.explicit_keys)
    if action.pages is not None:
        if is_single_page(action, call.inputs.values):
            return build_page_request(action.pages, request, size=call.page_size, resume=call.resume)
        return Paginator(action.pages, request, size=call.page_size, resume=call.resume).request()
    if request.body is None and action.method in ("POST", "PUT", "PATCH"):
        return request._replace(body={})
    return request


def _one_page(call: Call, request: BoundRequest, pages: PagingSpec) -> Handler:
    """The answer as it came, with the word that leads on to the next page."""
    data = _read(call, (yield request), pages.items)
    if call.stream:
        yield Page(data[pages.items], str(data.get(pages.token_field) or ""))
    return data


def _pages(call: Call, request: BoundRequest, pages: PagingSpec) -> Handler:
    walk = Paginator(pages, request, size=call.page_size, resume=call.resume)
    merged: dict[str, Any] = {}
    items: list[Any] = []
    going = True
    while going:
        with _keeping(call, walk, merged, items, pages):
            data = _read(call, (yield walk.request()), pages.items)
        found = data[pages.items]
        going = walk.advance(data, len(found))
        if call.stream:
            yield Page(found, walk.token if going else "")
        else:
            items += found
            for key, value in data.items():
                if key not in PAGING_FIELDS and key not in merged:
                    merged[key] = value
        with _keeping(call, walk, merged, items, pages):
            walk.check()
    return {**merged, pages.items: items}


@contextmanager
def _keeping(
    call: Call, walk: Paginator, merged: dict[str, Any], items: list[Any], pages: PagingSpec
) -> Iterator[None]:
    """A failure on a later page carries what was fetched, and the token to go on from."""
    try:
        yield
    except ComponentError as error:
        error.resume = walk.token
        if not call.stream and items:
            error.partial = {**merged, pages.items: items}
        raise


def _merged(call: Call, request: BoundRequest) -> Any:
    """Reads what is there, and lays the given groups over it, so that a part of a group can be changed alone."""
    merge = call.action.merge
    assert merge is not None
    path_values = {
        (spec.target or "").removeprefix("path."): to_wire_text(call.inputs.values[key])
        for key, spec in call.action.inputs.items()
        if (spec.target or "").startswith("path.") and key in call.inputs.values
    }
    reply = yield BoundRequest("GET", fill_path(merge.path, path_values), effect="read", debug=request.debug)
    there = replies.read_reply(_reply(reply), None, call.load_error_codes())
    body: Mapping[str, Any] = request.body or {}
    groups = {name: deep_merge(there.get(name, {}), body[name]) for name in merge.groups if name in body}
    return request._replace(body={**body, **groups})


def _read(call: Call, reply: Reply | None, items: str | None = None) -> Any:
    answer = _reply(reply)
    codes = call.load_error_codes() if not 200 <= answer.status < 300 or b'"code"' in answer.body[:400] else ()
    return replies.read_reply(answer, call.action.response, codes, items=items)


def _reply(reply: Reply | None) -> Reply:
    if reply is None:
        raise ComponentError("a handler was sent nothing in answer to its request")
    return reply
