"""From compiled JSON to the slots of `language.source_spec`; apart from the other kinds, so that no run reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.data_source_spec import DataSourceSpec, LabelField, OfferedList, SearchSpec
from zoom_component.spec.decoder import decode_inputs

__all__ = ["decode_data_source"]


def decode_data_source(raw: Mapping[str, Any]) -> DataSourceSpec:
    """A data source from its compiled form."""
    search = raw.get("search")
    words = {**raw, "inputs": decode_inputs(raw), "action_inputs": raw.get("given") or {}}
    words.pop("given", None)
    words["search"] = SearchSpec(search["input"], search.get("given") or {}) if search else None
    words["lists"] = tuple(_decode_offered_list(listed) for listed in raw["lists"])
    return DataSourceSpec(**words)


def _decode_offered_list(raw: Mapping[str, Any]) -> OfferedList:
    value, label, documented = (tuple(raw.get(word) or ()) for word in ("value", "label", "documented"))
    instead = {key: tuple(names) for key, names in (raw.get("instead") or {}).items()}
    fields = {
        name: LabelField(bool(words.get("moment")), words.get("zone"), words.get("cut"), bool(words.get("plain")))
        for name, words in (raw.get("fields") or {}).items()
    }
    return OfferedList(raw["items"], value, label, instead, documented, fields)
