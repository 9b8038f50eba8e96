"""From compiled JSON to the slots of `language.source_spec`; apart from the other kinds, so that no run reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.decode import inputs
from zoom_component.spec.source_spec import DataSourceSpec, Listed, Search, Shown

__all__ = ["source"]


def source(raw: Mapping[str, Any]) -> DataSourceSpec:
    """A data source from its compiled form."""
    search = raw.get("search")
    words = {**raw, "inputs": inputs(raw), "given": raw.get("given") or {}}
    words["search"] = Search(search["input"], search.get("given") or {}) if search else None
    words["lists"] = tuple(_listed(listed) for listed in raw["lists"])
    return DataSourceSpec(**words)


def _listed(raw: Mapping[str, Any]) -> Listed:
    value, label, documented = (tuple(raw.get(word) or ()) for word in ("value", "label", "documented"))
    instead = {key: tuple(names) for key, names in (raw.get("instead") or {}).items()}
    fields = {name: Shown(**words) for name, words in (raw.get("fields") or {}).items()}
    return Listed(raw["items"], value, label, instead, documented, fields)
