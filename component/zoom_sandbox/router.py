"""From a raw path to the operation it means. Paths come from the facts; none is written here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from zoom_facts import iter_operations
from zoom_sandbox.errors import ApiError

_UUID = re.compile(r"[A-Za-z0-9+/]{22}==")


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


def find_route(method: str, path: str) -> Route:
    """The route of a raw path below /v2. Refuses 404 for an unknown path and 405 for a method it does not have.

    The path is split on `/` before anything is decoded, so an encoded slash stays inside its segment. Empty segments
    are dropped, as Zoom's front does: that is why a UUID arrives without the slash that it begins with.
    """
    segments = _with_whole_uuids([unquote(segment) for segment in path.split("/") if segment])
    other = False
    for node in _ends(_tree(), segments, 0):
        if template := node.templates.get(method):
            names = [word for word in template.split("/") if word]
            pairs = zip(names, segments, strict=True)
            return Route(template, {name[1:-1]: value for name, value in pairs if name.startswith("{")})
        other = other or bool(node.templates)
    if other:
        raise ApiError(405, 405, f"The request method '{method}' is not supported here.")
    raise ApiError(404, 2300, "This API endpoint is not recognized.")


@lru_cache(maxsize=1)
def path_templates() -> frozenset[str]:
    """The path template of every operation."""
    return frozenset(_below(_tree()))


def _with_whole_uuids(segments: list[str]) -> list[str]:
    """The segments, those joined again that are one meeting's UUID: only a `/` in front and a `//` need encoding.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}
    """
    for end, segment in enumerate(segments, start=1):
        for start in range(1, end - 1) if segment.endswith("==") else ():
            whole = "/".join(segments[start:end])
            if _UUID.fullmatch(whole):
                return [*segments[:start], whole, *segments[end:]]
    return segments


def _below(node: _Node) -> Iterator[str]:
    yield from node.templates.values()
    for inner in (*node.words.values(), *([node.any] if node.any else [])):
        yield from _below(inner)


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
    for operation in iter_operations():
        node = root
        for word in operation.path.split("/")[1:]:
            if word.startswith("{"):
                node.any = node.any or _Node()
                node = node.any
            else:
                node = node.words.setdefault(word, _Node())
        node.templates[operation.method] = operation.path
    return root
