"""What Python calls an action, its inputs and its types: createMeeting is create_meeting, and usePMI use_pmi."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from functools import cache

from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec

__all__ = [
    "drop_paging_inputs",
    "item_type_name",
    "list_type_names",
    "map_input_names",
    "result_type_name",
    "to_python_name",
]

_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def to_python_name(key: str) -> str:
    """A key as Python writes names."""
    name = _SEAM.sub("_", key).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def map_input_names(keys: Iterable[str]) -> dict[str, str]:
    """The keys by what Python calls them. Two that would be called alike keep their keys."""
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(to_python_name(key), []).append(key)
    return {
        name if len(alike) == 1 else key: key for name, alike in found.items() for key in alike
    }  # fmt: skip


def drop_paging_inputs(action: ActionSpec) -> ActionSpec:
    """A list without the inputs that ask for one page: a stream goes from page to page by itself."""
    assert action.pages is not None
    paging = {f"query.{word}" for word in (action.pages.page_size_param, action.pages.page_param, "page_number")}
    kept = {key: spec for key, spec in action.inputs.items() if spec.target not in paging}
    return action._replace(inputs=kept)


def result_type_name(key: str) -> str:
    """What the type of an action's result is called."""
    return f"{key[:1].upper()}{key[1:]}Result"


def item_type_name(key: str) -> str:
    """What the type of a list's items is called."""
    return f"{key[:1].upper()}{key[1:]}Item"


@cache
def list_type_names() -> frozenset[str]:
    """What the types of the packaged actions are called."""
    return frozenset(made(row["key"]) for row in Catalogue().listing() for made in (result_type_name, item_type_name))
