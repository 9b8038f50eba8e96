"""Ask a person before something is deleted, if the client can ask one.

Older clients are asked during the call; newer ones receive the question and repeat the call with its answer.
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

_REQUEST_KEY = "confirm"
_EMPTY_SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}
_CAN_ASK = types.ClientCapabilities(elicitation=types.ElicitationCapability())


async def request_confirmation(
    context: ServerRequestContext[Any, Any],
    params: types.CallToolRequestParams,
    action: ActionSpec,
    arguments: Mapping[str, Any],
) -> types.CallToolResult | types.InputRequiredResult | None:
    """Return None if the call may proceed: a person agreed, or the client cannot ask one.

    Otherwise return the answer.
    """
    if not context.session.check_client_capability(_CAN_ASK):
        return None
    question = _build_question(action, arguments)
    if context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        answer = (await context.session.elicit_form(question, _EMPTY_SCHEMA)).action
        return None if answer == "accept" else _build_refusal(action)
    answers = params.input_responses or {}
    if _REQUEST_KEY not in answers:
        form = types.ElicitRequestFormParams(message=question, requested_schema=_EMPTY_SCHEMA)
        return types.InputRequiredResult(input_requests={_REQUEST_KEY: types.ElicitRequest(params=form)})
    return None if getattr(answers[_REQUEST_KEY], "action", "") == "accept" else _build_refusal(action)


def _build_question(action: ActionSpec, arguments: Mapping[str, Any]) -> str:
    values = ", ".join(f"{name} {value}" for name, value in arguments.items() if isinstance(value, str | int))
    return f"{action.label}: {action.description.rstrip('.')}? This cannot be undone here. ({values[:300]})"


def _build_refusal(action: ActionSpec) -> types.CallToolResult:
    text = f"The person did not agree to {action.label}. Nothing was sent. Do not call it again unless asked to."
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)
