"""The choices of a pick as its pages come in: what counts, when it is enough, and where the next pick goes on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zoom_component.client.options.labels import find_first_text, format_label, matches_search
from zoom_component.errors import InputError, Problem
from zoom_component.messages import Page
from zoom_component.spec.data_source_spec import DataSourceSpec, OfferedList

__all__ = ["Option", "OptionCollector", "OptionPage", "parse_resume"]

_PLACE = re.compile(r"([0-9]{1,9})\.(.*)", re.DOTALL)


class Option(NamedTuple):
    """A value, and what people read for it."""

    value: str
    label: str

    def as_json(self) -> dict[str, str]:
        return self._asdict()


class OptionPage(NamedTuple):
    """Choices, and where to go on: `next` is "" where there are no more. `cautions` are sentences worth reading."""

    options: tuple[Option, ...]
    next: str = ""
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """`{"options": [{"value", "label"}], "next": ...}`; `next` only where there is more."""
        told: dict[str, Any] = {"options": [choice.as_json() for choice in self.options]}
        return {**told, "next": self.next} if self.next else told


def parse_resume(resume: str) -> tuple[str, int]:
    """The page, and how many items to pass over, that an earlier `next` names. Raises InputError for another text."""
    if not resume:
        return "", 0
    found = _PLACE.fullmatch(resume)
    if found is None:
        raise InputError([Problem("resume", "it is not what an earlier pick gave as next; give that, or leave it out")])
    return found[2], int(found[1])


@dataclass(slots=True)
class OptionCollector:
    """Takes pages until `most` choices match. `token` and `skip` say where it stands: a page, and items of it."""

    source: DataSourceSpec
    switches: frozenset[str]
    search: str
    limit: int
    token: str = ""
    skip: int = 0
    options: list[Option] = field(default_factory=list)
    next: str = ""
    _seen: set[str] = field(default_factory=set)

    def add_page(self, page: Page, *, single_answer: bool) -> bool:
        """Takes a page; whether it is enough. `whole`: the page is an answer with all lists, not the items of one."""
        for at, (number, listed, item) in enumerate(self._items(page, whole=single_answer)):
            if at < self.skip or (found := self._choice(number, listed, item)) is None:
                continue
            if len(self.options) == self.limit:
                self.next = f"{at}.{self.token}"
                return True
            self._seen.add(found.value)
            self.options.append(found)
        self.token, self.skip = page.next_token, 0
        if len(self.options) == self.limit and self.token:
            self.next = f"0.{self.token}"
        return not self.token or bool(self.next)

    def build_page(self, warnings: tuple[str, ...] = ()) -> OptionPage:
        """What came of it."""
        return OptionPage(tuple(self.options), self.next, warnings)

    def _items(self, page: Page, *, whole: bool) -> Iterator[tuple[int, OfferedList, Mapping[str, Any]]]:
        for listed in self.source.lists:
            items: Any = page.items
            if whole:
                answer = page.items[0] if page.items else None
                items = answer.get(listed.items) if isinstance(answer, Mapping) else None
            for at, item in enumerate(items if isinstance(items, list) else ()):
                yield at + 1, listed, item if isinstance(item, Mapping) else {}

    def _choice(self, number: int, listed: OfferedList, item: Mapping[str, Any]) -> Option | None:
        """The choice that an item is; None for one without a value, one that is there already, and one nobody wants."""
        fields = next((names for key, names in listed.value_when.items() if key in self.switches), listed.value)
        value = find_first_text(fields, item)
        if not value or value in self._seen:
            return None
        shown = format_label(listed.label, item, listed.fields, number) or value
        return Option(value, shown) if matches_search(self.search, shown) else None
