"""Pick lists over HTTP: what there is, and a pick that came as a request."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from zoom_component.client.actions import Actions
from zoom_component.client.options import DEFAULT_LIMIT, MAX_LIMIT, OptionPage, arun_query, build_query
from zoom_component.errors import InputError, Problem
from zoom_component.server.http.calls import SessionPool, parse_inputs, run_while_connected
from zoom_component.server.http.responses import json_response
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import as_action
from zoom_component.spec.diagnostics import suggest
from zoom_component.tools.export.inputs_schema import build_inputs_schema

__all__ = ["list_options", "list_sources"]

_WORDS = ("connection", "search", "most", "resume")


def list_sources(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every source with the schema of its inputs."""
    sources = [catalogue.data_source(key) for key in catalogue.data_source_keys()]
    return [
        {
            "key": source.key,
            "label": source.label,
            "description": source.description,
            "action": source.action,
            "inputs": build_inputs_schema(as_action(source)),
        }
        for source in sources
    ]


async def list_options(request: Request, actions: Actions, sessions: SessionPool) -> Response:
    """The choices of a source, or of an input as ACTION.INPUT. Raises InputError, and Gone when nobody waits."""
    key = request.path_params["key"]
    problems: list[Problem] = []
    inputs = await parse_inputs(request, problems)
    how = _how(request.query_params, problems)
    if problems:
        raise InputError(problems, action=key)
    connection = how.pop("connection", "")
    found = build_query(actions, key, inputs, **how)
    if not isinstance(found, OptionPage):
        found = await run_while_connected(request, arun_query(sessions.get(connection), found))
    return json_response({"choices": [], **found.as_json(), "cautions": found.warnings})


def _how(query: QueryParams, problems: list[Problem]) -> dict[str, Any]:
    how: dict[str, Any] = {"limit": DEFAULT_LIMIT}
    for name, text in query.items():
        if name not in _WORDS:
            problems.append(Problem(name, f"there is no such word in an address; {suggest(name, _WORDS)}"))
        elif name == "most":
            if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MAX_LIMIT:
                how["limit"] = int(text)
            else:
                problems.append(Problem(name, f"came {text[:40]!r}; accepted: a whole number from 1 to {MAX_LIMIT:,}"))
        else:
            how[name] = text
    return how
