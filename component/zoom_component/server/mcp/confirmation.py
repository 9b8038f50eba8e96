"""A person is asked before something is deleted, where the client can ask one.

Older clients are asked in the middle of the call; newer ones are given the question and call again with its answer.
https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from zoom_component.spec.spec import ActionSpec

__all__ = ["request_confirmation"]

_KEY = "confirm"
_NOTHING: dict[str, Any] = {"type": "object", "properties": {}}
_ABLE = types.ClientCapabilities(elicitation=types.ElicitationCapability())


async def request_confirmation(
    context: ServerRequestContext[Any, Any],
    params: types.CallToolRequestParams,
    action: ActionSpec,
    arguments: Mapping[str, Any],
) -> types.CallToolResult | types.InputRequiredResult | None:
    """None where the call may go on: somebody agreed, or nobody can be asked. Else what is answered instead."""
    if not context.session.check_client_capability(_ABLE):
        return None
    question = _question(action, arguments)
    if context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        agreed = (await context.session.elicit_form(question, _NOTHING)).action
        return None if agreed == "accept" else _declined(action)
    answers = params.input_responses or {}
    if _KEY not in answers:
        asked = types.ElicitRequest(params=types.ElicitRequestFormParams(message=question, requested_schema=_NOTHING))
        return types.InputRequiredResult(input_requests={_KEY: asked})
    return None if getattr(answers[_KEY], "action", "") == "accept" else _declined(action)


def _question(action: ActionSpec, arguments: Mapping[str, Any]) -> str:
    told = ", ".join(f"{name} {value}" for name, value in arguments.items() if isinstance(value, str | int))
    return f"{action.label}: {action.description.rstrip('.')}? It cannot be taken back from here. ({told[:300]})"


def _declined(action: ActionSpec) -> types.CallToolResult:
    said = f"{action.label} was not agreed to, so nothing was sent. Do not call it again unless asked to."
    return types.CallToolResult(content=[types.TextContent(type="text", text=said)], is_error=True)
