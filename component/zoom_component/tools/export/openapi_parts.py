"""What the gateway has beside the actions, as parts of its OpenAPI document: events, health, envelopes."""

from __future__ import annotations

from typing import Any

__all__ = ["ENVELOPE", "EVENTS", "FAILURE", "HEALTH", "json_content", "json_operation", "json_response"]


def json_operation(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An operation that takes nothing and always answers."""
    return {"operationId": name, "summary": summary, "responses": {"200": json_response(f"{summary}.", schema)}}


def json_response(said: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An answer in JSON."""
    return {"description": said, "content": json_content(schema)}


def json_content(schema: dict[str, Any]) -> dict[str, Any]:
    """A body in JSON."""
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
# What the server itself has against a request is told outside of the envelope.
FAILURE: dict[str, Any] = {"anyOf": [{"$ref": "#/components/schemas/Envelope"}, {"$ref": "#/components/schemas/Error"}]}

_HEALTH = {
    "type": "object",
    "required": ["status", "inbox"],
    "properties": {
        "status": {"enum": ["ok", "failing"]},
        "inbox": {"enum": ["open", "none", "unreachable"], "description": "none: the server was started without one."},
    },
}
HEALTH: dict[str, Any] = {
    **json_operation("health", "Whether the server is well", _HEALTH),
    "responses": {
        "200": json_response("It is well.", _HEALTH),
        "503": json_response("Its inbox cannot be read.", _HEALTH),
    },
    "security": [],
}


def _parameter(name: str, where: str, schema: dict[str, Any], said: str) -> dict[str, Any]:
    return {"name": name, "in": where, "required": False, "schema": schema, "description": said}


EVENTS: dict[str, Any] = {
    "operationId": "events",
    "summary": "The events of the inbox as they come",
    "description": (
        "Server-sent events without an end: `data` is a delivery as it came, `id` its number. A reader that comes "
        "again with the last number it saw misses nothing; one that names neither a number nor a time gets what is new."
    ),
    "parameters": [
        _parameter("events", "query", {"type": "string"}, "Names and patterns, as in meeting.*,!meeting.deleted."),
        _parameter("since", "query", {"type": "string"}, "From a time on: so long ago, as in 2h, or in ISO form."),
        _parameter("Last-Event-ID", "header", {"type": "string"}, "The number of the last event that was seen."),
    ],
    "responses": {
        "200": {"description": "The stream.", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
        **{status: {"$ref": f"#/components/responses/Error{status}"} for status in ("400", "401", "403", "404", "503")},
    },
}
