"""The names that an input goes by beside its key: those of the place it is sent to. Pure.

`body.settings.use_pmi` may be called settings.use_pmi, settings__use_pmi, or settings__use__pmi as toolkits write it,
which double every underscore of a flattened name; `query.page_size` and `path.userId` go by their last part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zoom_component.spec.spec import Input

__all__ = ["find_ambiguous_names", "is_slug", "list_api_names", "map_api_names", "to_snake_case", "to_toolkit_name"]


def is_slug(name: str) -> bool:
    """Whether a name is a slug of the toolkit catalogue; a key begins with a small letter."""
    return name[:1].isupper() and name == name.upper()


def list_api_names(send: str | None) -> tuple[str, ...]:
    """Every API name of an input that goes to `send`, the one with dots first; none where it goes nowhere."""
    if not send:
        return ()
    where, _, rest = send.partition(".")
    if where != "body":
        return (rest,)
    parts = rest.removesuffix("*").strip(".").split(".")
    if parts == [""]:
        return ()
    doubled = to_toolkit_name(send)
    return tuple(dict.fromkeys((".".join(parts), "__".join(parts), doubled)))


def to_toolkit_name(send: str) -> str:
    """The name that a tool of the toolkit catalogue gives an input: nested names flattened, underscores doubled."""
    where, _, rest = send.partition(".")
    parts = rest.removesuffix("*").strip(".").split(".") if where == "body" else [rest]
    return parts[0] if len(parts) == 1 else "__".join(part.replace("_", "__") for part in parts)


def to_snake_case(key: str) -> str:
    """A key in the words of the catalogue's triggers, which send nothing to a place: meetingId is meeting_id."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", key)


def map_api_names(inputs: Mapping[str, Input]) -> dict[str, str]:
    """API name to key. A name that leads to two inputs is left out: nobody could say which is meant."""
    doubtful = find_ambiguous_names(inputs)
    return {name: key for key, spec in inputs.items() for name in list_api_names(spec.target) if name not in doubtful}


def find_ambiguous_names(inputs: Mapping[str, Input]) -> dict[str, list[str]]:
    """The API names that lead to more than one input, with the keys of those."""
    found: dict[str, list[str]] = {}
    for key, spec in inputs.items():
        for name in list_api_names(spec.target):
            found.setdefault(name, []).append(key)
    return {name: keys for name, keys in found.items() if len(keys) > 1}
