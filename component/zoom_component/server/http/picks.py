"""Pick lists over HTTP: what there is, and a pick that came as a request."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from zoom_component.client.actions import Actions
from zoom_component.client.options import MOST, USUAL, Picked, afetch, ask
from zoom_component.errors import InputError, Problem
from zoom_component.server.http.answers import given
from zoom_component.server.http.calls import Sessions, inputs_of, while_there
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.faults import suggest
from zoom_component.spec.source_spec import as_action
from zoom_component.tools.export.inputs_schema import inputs_schema

__all__ = ["listed", "picked"]

_WORDS = ("connection", "search", "most", "resume")


def listed(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every source with the schema of its inputs."""
    sources = [catalogue.source(key) for key in catalogue.source_keys()]
    return [
        {
            "key": source.key,
            "label": source.label,
            "description": source.description,
            "action": source.action,
            "inputs": inputs_schema(as_action(source)),
        }
        for source in sources
    ]


async def picked(request: Request, actions: Actions, sessions: Sessions) -> Response:
    """The choices of a source, or of an input as ACTION.INPUT. Raises InputError, and Gone when nobody waits."""
    key = request.path_params["key"]
    problems: list[Problem] = []
    inputs = await inputs_of(request, problems)
    how = _how(request.query_params, problems)
    if problems:
        raise InputError(problems, action=key)
    connection = how.pop("connection", "")
    found = ask(actions, key, inputs, **how)
    if not isinstance(found, Picked):
        found = await while_there(request, afetch(sessions.get(connection), found))
    return given({"choices": [], **found.as_json(), "cautions": found.cautions})


def _how(query: QueryParams, problems: list[Problem]) -> dict[str, Any]:
    how: dict[str, Any] = {"most": USUAL}
    for name, text in query.items():
        if name not in _WORDS:
            problems.append(Problem(name, f"there is no such word in an address; {suggest(name, _WORDS)}"))
        elif name == "most":
            if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MOST:
                how[name] = int(text)
            else:
                problems.append(Problem(name, f"came {text[:40]!r}; accepted: a whole number from 1 to {MOST:,}"))
        else:
            how[name] = text
    return how
