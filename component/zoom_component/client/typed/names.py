"""Convert keys to the names that Python uses: createMeeting is create_meeting, and usePMI is use_pmi."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from functools import cache

from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec

__all__ = [
    "drop_paging_inputs",
    "inputs_type_name",
    "item_type_name",
    "list_type_names",
    "map_input_names",
    "result_type_name",
    "to_python_name",
]

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def to_python_name(key: str) -> str:
    """Return a key in the form of a Python name."""
    name = _WORD_START.sub("_", key).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def map_input_names(keys: Iterable[str]) -> dict[str, str]:
    """Return the keys by Python name. Two keys that would have the same name keep their keys as names."""
    names: dict[str, list[str]] = {}
    for key in keys:
        names.setdefault(to_python_name(key), []).append(key)
    return {name if len(alike) == 1 else key: key for name, alike in names.items() for key in alike}


def drop_paging_inputs(action: ActionSpec) -> ActionSpec:
    """Return a list action without the inputs that ask for one page, because a stream follows the pages itself."""
    assert action.pages is not None
    paging = {f"query.{name}" for name in (action.pages.page_size_param, action.pages.page_param, "page_number")}
    return action._replace(inputs={key: spec for key, spec in action.inputs.items() if spec.target not in paging})


def inputs_type_name(key: str) -> str:
    """Return the name of the type of an action's inputs."""
    return f"{key[:1].upper()}{key[1:]}Inputs"


def result_type_name(key: str) -> str:
    """Return the name of the type of an action's result."""
    return f"{key[:1].upper()}{key[1:]}Result"


def item_type_name(key: str) -> str:
    """Return the name of the type of a list's items."""
    return f"{key[:1].upper()}{key[1:]}Item"


@cache
def list_type_names() -> frozenset[str]:
    """Return the names of the types of the packaged actions."""
    kinds = (inputs_type_name, result_type_name, item_type_name)
    return frozenset(kind(row["key"]) for row in Catalogue().listing() for kind in kinds)
