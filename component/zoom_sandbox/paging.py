"""Build one page of a listing as an operation returns it. `page_tokens` keeps the position between pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from zoom_sandbox.errors import validation_error
from zoom_sandbox.operations import OperationCall

DEFAULT_PAGE_SIZE = 30
_NUMBER = re.compile(r"0*[1-9][0-9]{0,8}")
Item = TypeVar("Item")

by_number = attrgetter("number")  # the order in which most objects were created


def build_page(
    call: OperationCall,
    items: Sequence[Item],
    key: Callable[[Item], Any],
    serialize: Callable[[Item], Mapping[str, Any]],
    items_field: str = "",
) -> dict[str, Any]:
    """Return one page of a listing, with the counts and the token that the operation's response has.

    `items` is the whole filtered listing, in ascending order of `key`. `items_field` is the field of the items, for
    operations whose facts do not name it.
    """
    pagination = call.operation.pagination or {}
    size = int(call.query.get("page_size") or pagination.get("page_size_default") or DEFAULT_PAGE_SIZE)
    filters = _filters(call)
    start = _find_start(call, items, key, size, filters)
    page = items[start : start + size]
    has_more = start + len(page) < len(items)
    answer: dict[str, Any] = {
        "next_page_token": call.account.page_tokens.issue_token(filters, key(page[-1])) if has_more and page else "",
        "page_count": -(-len(items) // size),
        "page_number": start // size + 1,
        "page_size": size,
        "total_records": len(items),
    }
    schema = call.operation.responses.get("200") or {}
    properties = schema.get("anyOf", [schema])[0].get("properties", {})
    answer = {name: value for name, value in answer.items() if name in properties}
    answer[items_field or pagination["items_field"]] = [serialize(item) for item in page]
    return answer


def _find_start(
    call: OperationCall, items: Sequence[Item], key: Callable[[Item], Any], size: int, filters: Hashable
) -> int:
    """Return the index of the page's first item."""
    if token := call.raw_query.get("next_page_token"):
        return bisect_right(items, call.account.page_tokens.get_last_key(token, filters), key=key)
    number = str(call.raw_query.get("page_number") or "1")
    if not _NUMBER.fullmatch(number):
        raise validation_error(("page_number", "A number from 1 upwards is expected."))
    return min((int(number) - 1) * size, len(items))


def _filters(call: OperationCall) -> Hashable:
    """Return the filters of a listing. A missing value equals its default, and unknown names are ignored."""
    paging_names = {"next_page_token", "page_size", "page_number"}
    query = tuple(sorted((name, str(value)) for name, value in call.query.items() if name not in paging_names))
    return (call.operation.path, tuple(sorted(call.path_params.items())), query)
