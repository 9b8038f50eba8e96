"""A compiled data source: what the runtime reads, in the slots of `language.spec`'s kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zoom_component.spec.spec import ActionSpec, Input

__all__ = ["DataSourceSpec", "Listed", "Search", "Shown", "as_action"]


class Shown(NamedTuple):
    """How a field stands in a label: as a moment in the zone that the field `zone` names, cut, or in plain words."""

    moment: bool = False
    zone: str | None = None
    cut: int | None = None
    plain: bool = False


class Listed(NamedTuple):
    """A list of the answer: the fields of the value, others `instead` while an input is true, and the labels."""

    items: str
    value: tuple[str, ...]
    label: tuple[str, ...]
    instead: Mapping[str, tuple[str, ...]] = {}
    documented: tuple[str, ...] = ()
    fields: Mapping[str, Shown] = {}


class Search(NamedTuple):
    """The action's own search: the input that takes the words, and what else is given then."""

    input: str
    given: Mapping[str, Any] = {}


class DataSourceSpec(NamedTuple):
    """One data source: the action that is run, what it is given, and the lists that are offered."""

    key: str
    label: str
    description: str
    action: str
    lists: tuple[Listed, ...]
    inputs: Mapping[str, Input] = {}
    given: Mapping[str, Any] = {}
    search: Search | None = None
    notes: str | None = None
    file: str = ""


def as_action(source: DataSourceSpec) -> ActionSpec:
    """What is done with an action's inputs is done with a source's: a reading action without a request."""
    return ActionSpec(source.key, source.label, source.description, "sources", "read", "", "", source.inputs)
