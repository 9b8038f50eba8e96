"""Collect options from the pages of a list: which items count, when there are enough, and where to resume."""

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

_RESUME = re.compile(r"([0-9]{1,9})\.(.*)", re.DOTALL)


class Option(NamedTuple):
    """Hold a value, and the label that people read for it."""

    value: str
    label: str

    def as_json(self) -> dict[str, str]:
        return self._asdict()


class OptionPage(NamedTuple):
    """Hold options, and the token to resume at: `next` is "" if there are no more."""

    options: tuple[Option, ...]
    next: str = ""
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return `{"options": [{"value", "label"}], "next": ...}`, with `next` only if there are more."""
        page: dict[str, Any] = {"options": [option.as_json() for option in self.options]}
        return {**page, "next": self.next} if self.next else page


def parse_resume(token: str) -> tuple[str, int]:
    """Return the page that a `next` token names, and how many of its items to skip.

    Raises InputError for other text.
    """
    if not token:
        return "", 0
    match = _RESUME.fullmatch(token)
    if match is None:
        raise InputError(
            [Problem("resume", "expected the `next` of an earlier answer; use it unchanged, or leave it out")]
        )
    return match[2], int(match[1])


@dataclass(slots=True)
class OptionCollector:
    """Collect options until there are `limit`. `token` and `skip` name the current page and the items read of it."""

    source: DataSourceSpec
    switches: frozenset[str]
    search: str
    limit: int
    token: str = ""
    skip: int = 0
    options: list[Option] = field(default_factory=list)
    next: str = ""
    _values: set[str] = field(default_factory=set)

    def add_page(self, page: Page, *, single_answer: bool) -> bool:
        """Add the options of a page, and return whether there are enough.

        With `single_answer` the page is one answer that holds all lists of the source; else it holds items of a list.
        """
        for at, (number, offered, item) in enumerate(self._read_items(page, single_answer=single_answer)):
            if at < self.skip or (option := self._build_option(number, offered, item)) is None:
                continue
            if len(self.options) == self.limit:
                self.next = f"{at}.{self.token}"
                return True
            self._values.add(option.value)
            self.options.append(option)
        self.token, self.skip = page.next_token, 0
        if len(self.options) == self.limit and self.token:
            self.next = f"0.{self.token}"
        return not self.token or bool(self.next)

    def build_page(self, warnings: tuple[str, ...] = ()) -> OptionPage:
        """Return the options so far."""
        return OptionPage(tuple(self.options), self.next, warnings)

    def _read_items(self, page: Page, *, single_answer: bool) -> Iterator[tuple[int, OfferedList, Mapping[str, Any]]]:
        """Yield each item with its number in its list, from 1."""
        for offered in self.source.lists:
            items: Any = page.items
            if single_answer:
                answer = page.items[0] if page.items else None
                items = answer.get(offered.items) if isinstance(answer, Mapping) else None
            for number, item in enumerate(items if isinstance(items, list) else (), start=1):
                yield number, offered, item if isinstance(item, Mapping) else {}

    def _build_option(self, number: int, offered: OfferedList, item: Mapping[str, Any]) -> Option | None:
        """Return the option of an item; None without a value, for a known value, and for another label."""
        fields = next((names for key, names in offered.value_when.items() if key in self.switches), offered.value)
        value = find_first_text(fields, item)
        if not value or value in self._values:
            return None
        label = format_label(offered.label, item, offered.fields, number) or value
        return Option(value, label) if matches_search(self.search, label) else None
