"""Places values in a request: where each goes is what its `send` says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from zoom_component.client.request.paths import fill_path
from zoom_component.client.request.values import to_wire_text
from zoom_component.messages import BoundRequest
from zoom_component.spec.spec import ActionSpec

__all__ = ["bind_request", "deep_merge"]


def bind_request(action: ActionSpec, values: Mapping[str, Any], explicit_keys: Collection[str] = ()) -> BoundRequest:
    """The request for values that `inputs.gather` checked.

    `given` are the inputs that the caller wrote. Free fields (`body.group.*`) win over defaults, and lose to those.
    """
    path_values: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    fields: list[tuple[int, tuple[str, ...], Any]] = []
    for key, spec in action.inputs.items():
        if spec.target is None or key not in values:
            continue
        value = values[key]
        where, names = _place(spec.target)
        if where == "path":
            path_values[names[0]] = to_wire_text(value)
        elif where == "query":
            query += [(names[0], text) for text in _texts(value)]
        elif where == "header":
            headers[names[0]] = to_wire_text(value)
        elif names[-1] == "*":
            fields.append((1, names[:-1], value))
        else:
            fields.append(
                (
                    2 if key in explicit_keys else 0,
                    names,
                    dict(value) if spec.wire_type == "keyValueObject" and value else value,
                )
            )
    return BoundRequest(
        method=action.method,
        path=fill_path(action.path, path_values),
        query=query,
        headers=headers,
        body=_body(fields),
        effect=action.effect,
        debug=bool(values.get("debugRequest")),
    )


def _body(fields: list[tuple[int, tuple[str, ...], Any]]) -> dict[str, Any] | None:
    if not fields:
        return None
    fields.sort(key=lambda field: field[0])
    body: dict[str, Any] = {}
    for rank, names, value in fields:
        if rank == 1:
            for name, inner in value.items():
                _put(body, (*names, name), inner)
        else:
            _put(body, names, value)
    return body


def deep_merge(below: Any, above: Any) -> Any:
    """`above` laid over `below`: objects key by key, anything else replaced as a whole."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {**below, **{key: deep_merge(below.get(key), value) for key, value in above.items()}}
    return above


@lru_cache(maxsize=1024)
def _place(send: str) -> tuple[str, tuple[str, ...]]:
    """Where a `send` leads: the part of the request, and the name or the names one inside another."""
    where, _, rest = send.partition(".")
    return where, tuple(rest.split(".")) if where == "body" else (rest,)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [to_wire_text(item) for item in value]
    return [to_wire_text(value)]


def _put(body: dict[str, Any], names: tuple[str, ...], value: Any) -> None:
    for name in names[:-1]:
        inner = body.get(name)
        if not isinstance(inner, dict):
            inner = body[name] = {}
        body = inner
    body[names[-1]] = deep_merge(body.get(names[-1]), value)
