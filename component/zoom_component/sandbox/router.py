"""From a raw path to the operation it means. Paths come from the facts; none is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from zoom_component.facts import operations
from zoom_component.sandbox.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Route:
    """The template that a path fits, and the values of its parameters, percent-decoded once."""

    template: str
    ids: dict[str, str]


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    templates: dict[str, str] = field(default_factory=dict)


def route(method: str, path: str) -> Route:
    """The route of a raw path below /v2. Refuses 404 for an unknown path and 405 for a method it does not have.

    The path is split on `/` before anything is decoded, so an encoded slash stays inside its segment. Empty segments
    are dropped, as Zoom's front does: that is why a UUID with slashes arrives without its first one.
    """
    segments = [unquote(segment) for segment in path.split("/") if segment]
    other = False
    for node in _ends(_tree(), segments, 0):
        if template := node.templates.get(method):
            names = [word for word in template.split("/") if word]
            pairs = zip(names, segments, strict=True)
            return Route(template, {name[1:-1]: value for name, value in pairs if name.startswith("{")})
        other = other or bool(node.templates)
    if other:
        raise Refusal(405, 405, f"The request method '{method}' is not supported here.")
    raise Refusal(404, 2300, "This API endpoint is not recognized.")


def _ends(node: _Node, segments: list[str], at: int) -> list[_Node]:
    """The nodes at which the segments can end, the most literal first."""
    if at == len(segments):
        return [node]
    found: list[_Node] = []
    if literal := node.words.get(segments[at]):
        found += _ends(literal, segments, at + 1)
    if node.any is not None:
        found += _ends(node.any, segments, at + 1)
    return found


@lru_cache(maxsize=1)
def _tree() -> _Node:
    root = _Node()
    for operation in operations():
        node = root
        for word in operation.path.split("/")[1:]:
            if word.startswith("{"):
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.words.setdefault(word, _Node())
        node.templates[operation.method] = operation.path
    return root
