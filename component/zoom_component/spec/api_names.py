"""Derive the API names of an input from its target. Pure.

`body.settings.use_pmi` is also called settings.use_pmi, settings__use_pmi, or settings__use__pmi (toolkits double
every underscore of a flattened name). `query.page_size` and `path.userId` are called by their last part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zoom_component.spec.spec import Input

__all__ = ["find_ambiguous_names", "list_api_names", "map_api_names", "to_snake_case", "to_toolkit_name"]


def list_api_names(target: str | None) -> tuple[str, ...]:
    """Return every API name of an input with this target, the dotted one first; none without a target."""
    if not target:
        return ()
    location, _, rest = target.partition(".")
    if location != "body":
        return (rest,)
    parts = rest.removesuffix("*").strip(".").split(".")
    if parts == [""]:
        return ()
    return tuple(dict.fromkeys((".".join(parts), "__".join(parts), to_toolkit_name(target))))


def to_toolkit_name(target: str) -> str:
    """Return the name in the toolkit catalogue: nested names are flattened, and their underscores doubled."""
    location, _, rest = target.partition(".")
    parts = rest.removesuffix("*").strip(".").split(".") if location == "body" else [rest]
    return parts[0] if len(parts) == 1 else "__".join(part.replace("_", "__") for part in parts)


def to_snake_case(key: str) -> str:
    """Return a key as the triggers of the toolkit catalogue write it: meetingId as meeting_id."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", key)


def map_api_names(inputs: Mapping[str, Input]) -> dict[str, str]:
    """Return the key of each API name, without the names that belong to two inputs."""
    ambiguous = find_ambiguous_names(inputs)
    return {name: key for key, spec in inputs.items() for name in list_api_names(spec.target) if name not in ambiguous}


def find_ambiguous_names(inputs: Mapping[str, Input]) -> dict[str, list[str]]:
    """Return the API names that belong to more than one input, with the keys of these inputs."""
    keys_by_name: dict[str, list[str]] = {}
    for key, spec in inputs.items():
        for name in list_api_names(spec.target):
            keys_by_name.setdefault(name, []).append(key)
    return {name: keys for name, keys in keys_by_name.items() if len(keys) > 1}
