"""Build a request: put each value where the `target` of its input points, escaped as that part of a request needs it.

This is the only place that escapes an ID for a path. A meeting UUID that begins with "/" or contains "//" is encoded
twice: https://developers.zoom.us/docs/api/references/meeting-ids/
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from zoom_component.client.request.values import InvalidValue, format_value, to_request_text
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import ActionSpec, Input

__all__ = ["bind_request", "check_target", "deep_merge", "escape_segment", "fill_path"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_DEFAULT, _FREE_FIELDS, _EXPLICIT = range(3)  # a later rank overrides an earlier one


def bind_request(action: ActionSpec, values: Mapping[str, Any], explicit_keys: Collection[str] = ()) -> BoundRequest:
    """Return the request for validated values.

    `explicit_keys` are the inputs that the caller provided. Free fields (`body.group.*`) override defaults, and
    explicit inputs override free fields.
    """
    path_values: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    fields: list[tuple[int, tuple[str, ...], Any]] = []
    for key, spec in action.inputs.items():
        if spec.target is None or key not in values:
            continue
        value = values[key]
        where, names = _split_target(spec.target)
        if where == "path":
            path_values[names[0]] = to_request_text(value)
        elif where == "query":
            query += [(names[0], to_request_text(item)) for item in (value if isinstance(value, list) else [value])]
        elif where == "header":
            headers[names[0]] = to_request_text(value)
        elif names[-1] == "*":
            fields.append((_FREE_FIELDS, names[:-1], value))
        else:
            rank = _EXPLICIT if key in explicit_keys else _DEFAULT
            fields.append((rank, names, dict(value) if spec.wire_type == "keyValueObject" and value else value))
    return BoundRequest(
        method=action.method,
        path=fill_path(action.path, path_values),
        query=query,
        headers=headers,
        body=_build_body(fields),
        effect=action.effect,
        debug=bool(values.get("debugRequest")),
    )


def check_target(value: Any, spec: Input) -> None:
    """Raise InvalidValue for a value that cannot be put where the input's `target` points."""
    where, _, name = (spec.target or "").partition(".")
    if where == "path":
        escape_segment(to_request_text(value))
    elif where == "header" and (_CONTROL.search(text := to_request_text(value)) or not text.isascii()):
        raise InvalidValue(f"expected ASCII text on one line, got {format_value(value)}")
    elif name.endswith("*") and not isinstance(value, Mapping):
        raise InvalidValue(f'expected a JSON object such as {{"name": "value"}}, got {format_value(value)}')


def deep_merge(lower: Any, upper: Any) -> Any:
    """Return `upper` merged over `lower`: objects key by key, anything else replaced as a whole."""
    if isinstance(lower, Mapping) and isinstance(upper, Mapping):
        return {**lower, **{key: deep_merge(lower.get(key), value) for key, value in upper.items()}}
    return upper


def escape_segment(value: str) -> str:
    """Return a value as one segment of a path. Raises InvalidValue for `.`, `..` and "", which no encoding protects."""
    if value in (".", "..") or not value:
        raise InvalidValue(f"expected an ID, got {format_value(value)}, which cannot be part of a URL")
    once = quote(value, safe="@:")
    if value.startswith("/") or "//" in value:
        return quote(once, safe="")
    return once


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """Return the template with each `{name}` replaced by its escaped value."""
    return _PLACEHOLDER.sub(lambda match: escape_segment(values[match.group(1)]), template)


def _build_body(fields: list[tuple[int, tuple[str, ...], Any]]) -> dict[str, Any] | None:
    if not fields:
        return None
    fields.sort(key=lambda field: field[0])
    body: dict[str, Any] = {}
    for rank, names, value in fields:
        if rank == _FREE_FIELDS:
            for name, inner in value.items():
                _set_field(body, (*names, name), inner)
        else:
            _set_field(body, names, value)
    return body


def _set_field(body: dict[str, Any], names: tuple[str, ...], value: Any) -> None:
    for name in names[:-1]:
        inner = body.get(name)
        if not isinstance(inner, dict):
            inner = body[name] = {}
        body = inner
    body[names[-1]] = deep_merge(body.get(names[-1]), value)


@lru_cache(maxsize=1024)
def _split_target(target: str) -> tuple[str, tuple[str, ...]]:
    """Return the part of the request that a target names, and the path of field names inside it."""
    where, _, rest = target.partition(".")
    return where, tuple(rest.split(".")) if where == "body" else (rest,)
