"""A compiled data source: what the runtime reads, in the slots of `language.spec`'s kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zoom_component.spec.spec import ActionSpec, Input

__all__ = ["DataSourceSpec", "LabelField", "OfferedList", "SearchSpec", "as_action"]


class LabelField(NamedTuple):
    """How a field stands in a label: as a moment in the zone that the field `zone` names, cut, or in plain words."""

    date_time: bool = False
    time_zone: str | None = None
    max_length: int | None = None
    humanize: bool = False


class OfferedList(NamedTuple):
    """A list of the answer: the fields of the value, others `instead` while an input is true, and the labels."""

    items: str
    value: tuple[str, ...]
    label: tuple[str, ...]
    value_when: Mapping[str, tuple[str, ...]] = {}
    documented_label: tuple[str, ...] = ()
    fields: Mapping[str, LabelField] = {}


class SearchSpec(NamedTuple):
    """The action's own search: the input that takes the words, and what else is given then."""

    input: str
    action_inputs: Mapping[str, Any] = {}


class DataSourceSpec(NamedTuple):
    """One data source: the action that is run, what it is given, and the lists that are offered."""

    key: str
    label: str
    description: str
    action: str
    lists: tuple[OfferedList, ...]
    inputs: Mapping[str, Input] = {}
    action_inputs: Mapping[str, Any] = {}
    search: SearchSpec | None = None
    notes: str | None = None
    file: str = ""


def as_action(source: DataSourceSpec) -> ActionSpec:
    """What is done with an action's inputs is done with a source's: a reading action without a request."""
    return ActionSpec(source.key, source.label, source.description, "sources", "read", "", "", source.inputs)
