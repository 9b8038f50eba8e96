"""List data sources over HTTP, and the options that they offer for an input."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zoom_component.client.actions import Actions
from zoom_component.client.options import OptionPage, arun_query, build_query
from zoom_component.errors import InputError, Problem
from zoom_component.server.http.calls import SessionPool, parse_inputs, parse_query, run_while_connected
from zoom_component.server.http.responses import json_response
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import as_action
from zoom_component.tools.export.inputs_schema import build_inputs_schema

__all__ = ["list_options", "list_sources"]

_QUERY_PARAMETERS = ("connection", "search", "limit", "resume")


def list_sources(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return every data source with the JSON Schema of its inputs."""
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
    """Return the options of a data source, or of an input named ACTION.INPUT.

    Raise InputError with all problems, CallerDisconnected if the caller disconnects.
    """
    key = request.path_params["key"]
    problems: list[Problem] = []
    inputs = await parse_inputs(request, problems)
    arguments = parse_query(request.query_params, _QUERY_PARAMETERS, problems)
    if problems:
        raise InputError(problems, action=key)
    connection = arguments.pop("connection", "")
    query = build_query(actions, key, inputs, **arguments)
    if isinstance(query, OptionPage):  # the options of this input are known without a call
        page = query
    else:
        page = await run_while_connected(request, arun_query(sessions.get(connection), query))
    return json_response({**page.as_json(), "warnings": page.warnings})
