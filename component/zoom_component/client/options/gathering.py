"""The choices of a pick as its pages come in: what counts, when it is enough, and where the next pick goes on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zoom_component.client.options.labels import first, label, matches
from zoom_component.errors import InputError, Problem
from zoom_component.messages import Page
from zoom_component.spec.source_spec import DataSourceSpec, Listed

__all__ = ["Choice", "Gathering", "Picked", "place"]

_PLACE = re.compile(r"([0-9]{1,9})\.(.*)", re.DOTALL)


class Choice(NamedTuple):
    """A value, and what people read for it."""

    value: str
    label: str

    def as_json(self) -> dict[str, str]:
        return self._asdict()


class Picked(NamedTuple):
    """Choices, and where to go on: `next` is "" where there are no more. `cautions` are sentences worth reading."""

    choices: tuple[Choice, ...]
    next: str = ""
    cautions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """`{"choices": [{"value", "label"}], "next": ...}`; `next` only where there is more."""
        told: dict[str, Any] = {"choices": [choice.as_json() for choice in self.choices]}
        return {**told, "next": self.next} if self.next else told


def place(resume: str) -> tuple[str, int]:
    """The page, and how many items to pass over, that an earlier `next` names. Raises InputError for another text."""
    if not resume:
        return "", 0
    found = _PLACE.fullmatch(resume)
    if found is None:
        raise InputError([Problem("resume", "it is not what an earlier pick gave as next; give that, or leave it out")])
    return found[2], int(found[1])


@dataclass(slots=True)
class Gathering:
    """Takes pages until `most` choices match. `token` and `skip` say where it stands: a page, and items of it."""

    source: DataSourceSpec
    switches: frozenset[str]
    search: str
    most: int
    token: str = ""
    skip: int = 0
    choices: list[Choice] = field(default_factory=list)
    next: str = ""
    _seen: set[str] = field(default_factory=set)

    def take(self, page: Page, *, whole: bool) -> bool:
        """Takes a page; whether it is enough. `whole`: the page is an answer with all lists, not the items of one."""
        for at, (number, listed, item) in enumerate(self._items(page, whole=whole)):
            if at < self.skip or (found := self._choice(number, listed, item)) is None:
                continue
            if len(self.choices) == self.most:
                self.next = f"{at}.{self.token}"
                return True
            self._seen.add(found.value)
            self.choices.append(found)
        self.token, self.skip = page.next_token, 0
        if len(self.choices) == self.most and self.token:
            self.next = f"0.{self.token}"
        return not self.token or bool(self.next)

    def picked(self, cautions: tuple[str, ...] = ()) -> Picked:
        """What came of it."""
        return Picked(tuple(self.choices), self.next, cautions)

    def _items(self, page: Page, *, whole: bool) -> Iterator[tuple[int, Listed, Mapping[str, Any]]]:
        for listed in self.source.lists:
            items: Any = page.items
            if whole:
                answer = page.items[0] if page.items else None
                items = answer.get(listed.items) if isinstance(answer, Mapping) else None
            for at, item in enumerate(items if isinstance(items, list) else ()):
                yield at + 1, listed, item if isinstance(item, Mapping) else {}

    def _choice(self, number: int, listed: Listed, item: Mapping[str, Any]) -> Choice | None:
        """The choice that an item is; None for one without a value, one that is there already, and one nobody wants."""
        fields = next((names for key, names in listed.instead.items() if key in self.switches), listed.value)
        value = first(fields, item)
        if not value or value in self._seen:
            return None
        shown = label(listed.label, item, listed.fields, number) or value
        return Choice(value, shown) if matches(self.search, shown) else None
