"""Define the compiled data source that the runtime reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zoom_component.spec.spec import ActionSpec, Input

__all__ = ["DataSourceSpec", "LabelField", "OfferedList", "SearchSpec", "as_action"]


class LabelField(NamedTuple):
    """Describe how a field is written in a label.

    `time_zone` is the field that holds the zone of a date-time; `max_length` is in characters; `humanize` replaces
    underscores with spaces.
    """

    date_time: bool = False
    time_zone: str | None = None
    max_length: int | None = None
    humanize: bool = False


class OfferedList(NamedTuple):
    """Describe a list of the response: the fields of its values and the templates of its labels.

    `value_when` holds other fields for the value, by the boolean input that selects them.
    """

    items: str
    value: tuple[str, ...]
    label: tuple[str, ...]
    value_when: Mapping[str, tuple[str, ...]] = {}
    documented_label: tuple[str, ...] = ()
    fields: Mapping[str, LabelField] = {}


class SearchSpec(NamedTuple):
    """Describe the search of the action: the input for the search text, and further inputs during a search."""

    input: str
    action_inputs: Mapping[str, Any] = {}


class DataSourceSpec(NamedTuple):
    """Describe a data source: the action to run, its fixed inputs, and the lists to offer."""

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
    """Return a read action without a request that has the inputs of the data source."""
    return ActionSpec(source.key, source.label, source.description, "sources", "read", "", "", source.inputs)
