"""Decode compiled JSON into the named tuples of `spec.data_source_spec`. A run does not import this module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.data_source_spec import DataSourceSpec, LabelField, OfferedList, SearchSpec
from zoom_component.spec.decoder import decode_inputs

__all__ = ["decode_data_source"]


def decode_data_source(raw: Mapping[str, Any]) -> DataSourceSpec:
    """Return a data source from its compiled form."""
    fields = {name: value for name, value in raw.items() if name != "actionInputs"}
    search = raw.get("search")
    fields["inputs"] = decode_inputs(raw)
    fields["action_inputs"] = raw.get("actionInputs") or {}
    fields["search"] = SearchSpec(search["input"], search.get("actionInputs") or {}) if search else None
    fields["lists"] = tuple(_decode_offered_list(offered) for offered in raw["lists"])
    return DataSourceSpec(**fields)


def _decode_offered_list(raw: Mapping[str, Any]) -> OfferedList:
    value, label, documented = (tuple(raw.get(name) or ()) for name in ("value", "label", "documentedLabel"))
    value_when = {key: tuple(names) for key, names in (raw.get("valueWhen") or {}).items()}
    fields = {name: _decode_label_field(field) for name, field in (raw.get("fields") or {}).items()}
    return OfferedList(raw["items"], value, label, value_when, documented, fields)


def _decode_label_field(raw: Mapping[str, Any]) -> LabelField:
    return LabelField(
        date_time=raw.get("dateTime") or False,
        time_zone=raw.get("timeZone"),
        max_length=raw.get("maxLength"),
        humanize=raw.get("humanize") or False,
    )
