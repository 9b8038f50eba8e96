"""Pages: opaque tokens that age, belong to one listing, and are empty on the last page.

A token remembers where the walk stands by the last item's key, not by a count, so that items which come or go
during a walk neither hide others nor make them come twice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from zoom_component.sandbox.clock import Clock
from zoom_component.sandbox.ids import Ids
from zoom_component.sandbox.refusal import Refusal, invalid

if TYPE_CHECKING:
    from zoom_component.sandbox.plays import Call

LIFETIME = 15 * 60  # spec/zoom/about.json, common.next_page_token_lifetime_minutes
DEFAULT_SIZE = 30
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a listing stands: what was asked, the key of the last item given, and until when that holds."""

    filters: Hashable
    last: Any
    expires: float


class Walks:
    """The page tokens in use."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock, self._ids = clock, ids
        self._walks: dict[str, Walk] = {}

    def issue(self, filters: Hashable, last: Any) -> str:
        """A token that goes on after the item with the key `last`."""
        now = self._clock()
        for token in [token for token, walk in self._oldest() if walk.expires <= now]:
            del self._walks[token]
        token = self._ids.token()
        self._walks[token] = Walk(filters, last, now + LIFETIME)
        return token

    def resume(self, token: str, filters: Hashable) -> Any:
        """The key after which to go on. Refuses (400/300) unknown and old tokens and changed filters."""
        walk = self._walks.get(token)
        if walk is None or walk.expires <= self._clock():
            raise Refusal(400, 300, "The next page token is invalid or expired.")
        if walk.filters != filters:
            raise Refusal(400, 300, "The next page token belongs to a request with other parameters.")
        return walk.last

    def _oldest(self) -> list[tuple[str, Walk]]:
        # Tokens lie in the order of their ends, so a few from the front are enough to keep the store small.
        return [item for item, _ in zip(self._walks.items(), range(8), strict=False)]


def page(
    call: Call,
    items: Sequence[Item],
    key: Callable[[Item], Any],
    show: Callable[[Item], Mapping[str, Any]],
) -> dict[str, Any]:
    """One page of a listing, with the counts and the token that the operation's answer has.

    `items` is the whole filtered listing, in rising order of `key`.
    """
    pagination = call.operation.pagination or {}
    size = int(call.query.get("page_size") or pagination.get("page_size_default") or DEFAULT_SIZE)
    filters = _filters(call)
    start = _start(call, items, key, size, filters)
    chosen = items[start : start + size]
    more = start + len(chosen) < len(items)
    answer: dict[str, Any] = {
        "next_page_token": call.world.walks.issue(filters, key(chosen[-1])) if more and chosen else "",
        "page_count": -(-len(items) // size),
        "page_number": start // size + 1,
        "page_size": size,
        "total_records": len(items),
    }
    schema = call.operation.responses.get("200") or {}
    known = schema.get("properties", {})
    answer = {name: value for name, value in answer.items() if name in known}
    answer[pagination["items_field"]] = [show(item) for item in chosen]
    return answer


def _start(call: Call, items: Sequence[Item], key: Callable[[Item], Any], size: int, filters: Hashable) -> int:
    if token := call.given.get("next_page_token"):
        return bisect_right(items, call.world.walks.resume(token, filters), key=key)
    number = str(call.given.get("page_number") or "1")
    if not number.isdecimal() or int(number) < 1:
        raise invalid(("page_number", "A number from 1 upwards is expected."))
    return min((int(number) - 1) * size, len(items))


def _filters(call: Call) -> Hashable:
    walking = {"next_page_token", "page_size", "page_number"}
    asked = tuple(sorted((name, value) for name, value in call.given.items() if name not in walking))
    return (call.operation.path, tuple(sorted(call.ids.items())), asked)
