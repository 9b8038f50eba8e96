"""Handle nearly every action: one request, one request a page, or a read before the write.

Each value is put where the `target` of its input points, escaped as that part of a request needs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from zoom_component.client.request import replies
from zoom_component.client.request.values import escape_segment, to_request_text
from zoom_component.errors import ComponentError
from zoom_component.messages import BoundRequest, CallWarning, Handler, Reply
from zoom_component.spec.spec import ActionSpec

if TYPE_CHECKING:
    from zoom_component.client.calls import Call

__all__ = ["bind_request", "deep_merge", "fill_path", "handle_http"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def handle_http(call: Call) -> Handler:
    """Run an action as its spec describes. Returns the JSON of the answer, or all pages of a list as one.

    Raises InputError for a page size or a resume token that the list cannot use.
    """
    action = call.action
    request = bind_request(action, call.inputs.values)
    if action.pages is not None:
        from zoom_component.client.handlers.lists import handle_list

        return (yield from handle_list(call, request, partial(_read, call)))
    if request.body is None and action.method in ("POST", "PUT", "PATCH"):
        request = request._replace(body={})
    if call.merge and action.merge is not None:
        request = yield from _merge_with_stored(call, request)
    data = _read(call, (yield request))
    if action.span is not None and isinstance(data, dict):
        from zoom_component.client.handlers.lists import find_answer_warning

        if warning := find_answer_warning(call, request, data):
            yield CallWarning(warning)
    return data


def _merge_with_stored(call: Call, request: BoundRequest) -> Any:
    """Read what is stored, and merge the caller's groups over it, so that a part of a group can be changed alone."""
    merge = call.action.merge
    assert merge is not None
    path_values = {
        (spec.target or "").removeprefix("path."): to_request_text(call.inputs.values[key])
        for key, spec in call.action.inputs.items()
        if (spec.target or "").startswith("path.") and key in call.inputs.values
    }
    reply = yield BoundRequest("GET", fill_path(merge.path, path_values), effect="read", debug=request.debug)
    stored = replies.read_reply(_require_reply(reply), None, call.load_error_codes())
    body: Mapping[str, Any] = request.body or {}
    groups = {name: deep_merge(stored.get(name, {}), body[name]) for name in merge.groups if name in body}
    return request._replace(body={**body, **groups})


def _read(call: Call, reply: Reply | None, items: str | None = None) -> Any:
    answer = _require_reply(reply)
    may_fail = not 200 <= answer.status < 300 or b'"code"' in answer.body[:400]
    codes = call.load_error_codes() if may_fail else ()
    return replies.read_reply(answer, call.action.response, codes, items=items)


def _require_reply(reply: Reply | None) -> Reply:
    if reply is None:
        raise ComponentError("expected a reply to a handler's request, got none")
    return reply


def bind_request(action: ActionSpec, values: Mapping[str, Any]) -> BoundRequest:
    """Return the request for validated values. Free fields (`body.group.*`) override inputs of their own."""
    path_values: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    fields: list[tuple[tuple[str, ...], Any]] = []
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
        else:
            fields.append((names, dict(value) if spec.wire_type == "keyValueObject" and value else value))
    return BoundRequest(
        method=action.method,
        path=fill_path(action.path, path_values),
        query=query,
        headers=headers,
        body=_build_body(fields),
        effect=action.effect,
        debug=bool(values.get("debugRequest")),
    )


def fill_path(template: str, values: Mapping[str, str]) -> str:
    """Return the template with each `{name}` replaced by its escaped value."""
    return _PLACEHOLDER.sub(lambda match: escape_segment(values[match.group(1)]), template)


def deep_merge(lower: Any, upper: Any) -> Any:
    """Return `upper` merged over `lower`: objects key by key, anything else replaced as a whole."""
    if isinstance(lower, Mapping) and isinstance(upper, Mapping):
        return {**lower, **{key: deep_merge(lower.get(key), value) for key, value in upper.items()}}
    return upper


def _build_body(fields: list[tuple[tuple[str, ...], Any]]) -> dict[str, Any] | None:
    if not fields:
        return None
    fields.sort(key=lambda field: field[0][-1] == "*")  # what is set last overrides
    body: dict[str, Any] = {}
    for names, value in fields:
        if names[-1] != "*":
            _set_field(body, names, value)
            continue
        for name, inner in value.items():
            _set_field(body, (*names[:-1], name), inner)
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
