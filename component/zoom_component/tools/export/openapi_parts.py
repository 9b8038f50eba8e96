"""Define the parts of the OpenAPI document that do not depend on actions: events, health, envelopes."""

from __future__ import annotations

from typing import Any

__all__ = ["ENVELOPE", "EVENTS", "FAILURE", "HEALTH", "json_content", "json_operation", "json_response"]


def json_operation(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return an operation without parameters that always succeeds."""
    return {"operationId": name, "summary": summary, "responses": {"200": json_response(f"{summary}.", schema)}}


def json_response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a response with a JSON body."""
    return {"description": description, "content": json_content(schema)}


def json_content(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a JSON body."""
    return {"application/json": {"schema": schema}}


ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["data", "error", "successful"],
    "properties": {
        "data": {},
        "error": {"type": ["string", "null"], "description": "What went wrong, and what to do next."},
        "successful": {"type": "boolean"},
    },
}
# Errors of the server itself are not in an envelope.
FAILURE: dict[str, Any] = {"anyOf": [{"$ref": "#/components/schemas/Envelope"}, {"$ref": "#/components/schemas/Error"}]}

_HEALTH = {
    "type": "object",
    "required": ["status", "inbox"],
    "properties": {
        "status": {"enum": ["ok", "failing"]},
        "inbox": {"enum": ["open", "none", "unreachable"], "description": "none: the server runs without an inbox."},
    },
}
HEALTH: dict[str, Any] = {
    **json_operation("health", "Check the health of the server", _HEALTH),
    "responses": {
        "200": json_response("The server is healthy.", _HEALTH),
        "503": json_response("The inbox is not readable.", _HEALTH),
    },
    "security": [],
}


def _parameter(name: str, where: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": False, "schema": schema, "description": description}


EVENTS: dict[str, Any] = {
    "operationId": "events",
    "summary": "Stream the events of the inbox",
    "description": (
        "Endless server-sent events: `data` is the body of a webhook request, `id` its number. A client that "
        "reconnects with the last number misses no event. Without a number or a time, the stream has only new events."
    ),
    "parameters": [
        _parameter("events", "query", {"type": "string"}, "Names and patterns, such as meeting.*,!meeting.deleted."),
        _parameter("since", "query", {"type": "string"}, "The first time: an age such as 2h, or an ISO 8601 time."),
        _parameter("Last-Event-ID", "header", {"type": "string"}, "The number of the last event received."),
    ],
    "responses": {
        "200": {"description": "The stream.", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **{status: {"$ref": f"#/components/responses/Error{status}"} for status in ("400", "401", "403", "404", "503")},
    },
}
