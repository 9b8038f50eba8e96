"""Which actions an export is about: by what they do, by resource, by key. The other doors choose with it, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from zoom_component.errors import InputError, Problem
from zoom_component.language.catalogue import Catalogue
from zoom_component.language.faults import suggest
from zoom_component.language.spec import ActionSpec

__all__ = ["EFFECTS", "Choice", "choose"]

EFFECTS = ("read", "create", "update", "delete", "any")


class Choice(NamedTuple):
    """What is wanted; an empty part wants everything. `include` and `exclude` hold keys, `*` stands for any text."""

    only: Sequence[str] = ()
    resources: Sequence[str] = ()
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()


def choose(catalogue: Catalogue, choice: Choice) -> list[ActionSpec]:
    """The actions of a choice, by resource and label. Raises InputError for a word that chooses nothing at all."""
    rows = catalogue.listing()
    keys = [str(row["key"]) for row in rows]
    problems = [
        *_unknown("only", choice.only, EFFECTS),
        *_unknown("resources", choice.resources, sorted({str(row["resource"]) for row in rows})),
        *_unknown("include", choice.include, keys),
        *_unknown("exclude", choice.exclude, keys),
    ]
    if problems:
        raise InputError(problems)
    chosen = [
        row["key"]
        for row in rows
        if (not choice.only or row["effect"] in choice.only)
        and (not choice.resources or row["resource"] in choice.resources)
        and (not choice.include or _matches(row["key"], choice.include))
        and not _matches(row["key"], choice.exclude)
    ]
    return [catalogue.action(key) for key in chosen]


def _matches(key: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in patterns)


def _unknown(name: str, words: Iterable[str], known: Sequence[str]) -> Iterator[Problem]:
    for word in words:
        if not any(fnmatchcase(each, word) for each in known):
            yield Problem(name, f"{word!r} chooses nothing; {suggest(word, known)}")
