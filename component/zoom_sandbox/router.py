"""Find the operation of a raw path. The paths come from the facts; none is written here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from zoom_facts import iter_operations
from zoom_sandbox.errors import ApiError

API_PREFIX = "/v2"
_UUID = re.compile(r"[A-Za-z0-9+/]{22}==")


@dataclass(frozen=True, slots=True)
class Route:
    """Hold the template of a path, and the values of its parameters, percent-decoded once."""

    template: str
    ids: dict[str, str]


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: _Node | None = None
    templates: dict[str, str] = field(default_factory=dict)


def find_route(method: str, path: str) -> Route:
    """Return the route of a raw path below /v2. Raises ApiError: 404 for an unknown path, 405 for an unknown method.

    The path is split on `/` before it is decoded, so an encoded slash stays inside its segment. Empty segments are
    dropped, as Zoom's servers do: a UUID that begins with a slash arrives without it.
    """
    segments = _join_uuid_segments([unquote(segment) for segment in path.split("/") if segment])
    has_other_method = False
    for node in _find_nodes(_build_tree(), segments, 0):
        if template := node.templates.get(method):
            names = [name for name in template.split("/") if name]
            pairs = zip(names, segments, strict=True)
            return Route(template, {name[1:-1]: value for name, value in pairs if name.startswith("{")})
        has_other_method = has_other_method or bool(node.templates)
    if has_other_method:
        raise ApiError(405, 405, f"The request method '{method}' is not supported here.")
    raise ApiError(404, 2300, "This API endpoint is not recognized.")


@lru_cache(maxsize=1)
def path_templates() -> frozenset[str]:
    """Return the path template of every operation."""
    return frozenset(operation.path for operation in iter_operations())


def _join_uuid_segments(segments: list[str]) -> list[str]:
    """Join the segments that are one meeting's UUID. Only a `/` in front and a `//` need encoding.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/past_meetings/{meetingId}
    """
    for end, segment in enumerate(segments, start=1):
        for start in range(1, end - 1) if segment.endswith("==") else ():
            uuid = "/".join(segments[start:end])
            if _UUID.fullmatch(uuid):
                return [*segments[:start], uuid, *segments[end:]]
    return segments


def _find_nodes(node: _Node, segments: list[str], index: int) -> list[_Node]:
    """Return the nodes that the segments match, the most literal first."""
    if index == len(segments):
        return [node]
    nodes: list[_Node] = []
    if literal := node.literals.get(segments[index]):
        nodes += _find_nodes(literal, segments, index + 1)
    if node.parameter is not None:
        nodes += _find_nodes(node.parameter, segments, index + 1)
    return nodes


@lru_cache(maxsize=1)
def _build_tree() -> _Node:
    root = _Node()
    for operation in iter_operations():
        node = root
        for segment in operation.path.split("/")[1:]:
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        node.templates[operation.method] = operation.path
    return root
