"""Offer a part of a catalogue: some of its actions, and the data sources over these."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.spec.catalogue import Catalogue

__all__ = ["SelectedCatalogue"]


class SelectedCatalogue(Catalogue):
    """List and load only the actions with these keys. Connections and triggers are those of `catalogue`."""

    def __init__(self, catalogue: Catalogue, keys: Collection[str]) -> None:
        super().__init__()
        index = catalogue._load()
        self.__dict__.update(catalogue.__dict__)
        rows = [row for row in index["actions"] if row["key"] in keys]
        sources = [key for key in index["sources"] if _is_selected(catalogue, key, keys)]
        self._index = {**index, "actions": rows, "sources": sources}
        self._left_out = {row["key"] for row in index["actions"]} - {row["key"] for row in rows}
        self._left_out |= {row["slug"] for row in index["actions"] if row["key"] in self._left_out and row["slug"]}
        self._left_out |= set(index["sources"]) - set(sources)

    def _spec(self, group: str, key: str) -> dict[str, Any]:
        if key in self._left_out and group in ("actions", "sources"):
            noun = "action" if group == "actions" else "source"
            raise InputError([Problem(noun, f"{key} is not offered here; it was left out when this server started")])
        return super()._spec(group, key)

    def _key_of(self, slug: str) -> str:
        if slug in self._left_out:
            message = f"{slug} is not offered here; it was left out when this server started"
            raise InputError([Problem("action", message)])
        return super()._key_of(slug)


def _is_selected(catalogue: Catalogue, key: str, actions: Collection[str]) -> bool:
    try:
        return catalogue.data_source(key).action in actions
    except SpecError:
        return True  # its use reports what is wrong with its file
