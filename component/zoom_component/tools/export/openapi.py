"""Describe the HTTP server as OpenAPI 3.1: a path for each action, with schemas of inputs, results and errors.

https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

from typing import Any

from zoom_component import __version__
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.data_source_spec import DataSourceSpec, as_action
from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.inputs_schema import DIALECT, build_inputs_schema, build_output_schema
from zoom_component.tools.export.openapi_parts import (
    ENVELOPE,
    EVENTS,
    FAILURE,
    HEALTH,
    json_content,
    json_operation,
    json_response,
)

__all__ = ["build_openapi"]

_ERRORS = {
    "400": "The inputs are not valid; nothing was sent.",
    "401": "The key is missing or wrong.",
    "403": "Zoom requires a scope, a plan or an add-on; or the origin of the request is not allowed.",
    "404": "The object does not exist.",
    "405": "The path does not allow the method.",
    "409": "The object already exists, or is in the wrong state.",
    "413": "The body is too long.",
    "415": "The body is not JSON.",
    "422": "Zoom refused the request.",
    "424": "There is no connection, or it has to be authorized again.",
    "429": "Too many requests; x-retry-at has the time of the next attempt.",
    "502": "The response of Zoom is not what the specs describe.",
    "503": "Zoom is not reachable.",
    "504": "Zoom did not answer in time.",
}
_QUERY: dict[str, tuple[dict[str, Any], str]] = {
    "connection": ({"type": "string"}, "The name of a saved connection."),
    "dryRun": ({"type": "boolean"}, "Check the inputs and return the request; send nothing."),
    "merge": ({"type": "boolean"}, "Read the current state first and merge the inputs into it."),
    "search": ({"type": "string"}, "Only labels with all of these words."),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 10_000}, "The number of options; 100 by default."),
    "pageSize": ({"type": "integer", "minimum": 1, "maximum": 99_999_999}, "The number of items per page."),
    "resume": ({"type": "string"}, "The token of the page to continue with."),
}


def build_openapi(catalogue: Catalogue) -> dict[str, Any]:
    """Return the whole document. Raise SpecError if a file has problems."""
    actions = [catalogue.action(row["key"]) for row in catalogue.listing()]
    rows = {"type": "array", "items": {"type": "object"}}
    paths: dict[str, Any] = {
        "/actions": {"get": json_operation("listActions", "List every action", rows)},
        "/events": {"get": EVENTS},
        "/health": {"get": HEALTH},
        "/sources": {"get": json_operation("listSources", "List every data source", rows)},
    }
    for action in actions:
        paths[f"/actions/{action.key}"] = {"post": _run(action)}
        if action.pages is not None:
            paths[f"/actions/{action.key}/items"] = {"post": _items(action)}
        paths[f"/actions/{action.key}/schema"] = {"get": _schema(action)}
    for slug in sorted(catalogue.slugs()):
        paths[f"/tools/{slug}"] = {"post": _tool(catalogue.action(slug))}
    for key in catalogue.data_source_keys():
        paths[f"/sources/{key}"] = {"post": _list_options(catalogue.data_source(key))}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Zoom component HTTP server", "version": __version__},
        "jsonSchemaDialect": DIALECT,
        "security": [{}, {"key": []}],
        "tags": [{"name": name} for name in sorted({action.resource for action in actions} | {"sources"})],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR, "Envelope": ENVELOPE, "Failure": FAILURE},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {
                f"{name}{status}": {
                    "description": description,
                    "content": json_content({"$ref": f"#/components/schemas/{schema}"}),
                }
                for name, schema in (("Error", "Error"), ("Tool", "Failure"))
                for status, description in _ERRORS.items()
            },
        },
    }


# Present if a request was sent again.
_ATTEMPTS = {
    "type": "object",
    "properties": {"requests": {"type": "integer"}, "retries": {"type": "integer"}},
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["kind", "message"],
            "properties": {
                "kind": {"type": "string"},
                "message": {"type": "string"},
                "problems": {"type": "array", "items": {"type": "object"}},
                "status": {"type": ["integer", "null"]},
                "code": {"type": ["integer", "string", "null"]},
                "tracking_id": {"type": "string"},
                "action": {"type": "string"},
                "request": {"type": "string"},
                "attempts": _ATTEMPTS,
            },
        }
    },
}


def _run(action: ActionSpec) -> dict[str, Any]:
    parameters = ["connection", "dryRun"]
    parameters += ["pageSize", "resume"] if action.pages is not None else []
    parameters += ["merge"] if action.merge is not None else []
    data = build_output_schema(action) or {}
    warnings = {"type": "array", "items": {"type": "string"}}
    result = {
        "type": "object",
        "properties": {"data": data, "warnings": warnings, "attempts": _ATTEMPTS, "request": {"type": "object"}},
    }
    return {
        **_head(action, action.key, parameters),
        "responses": {"200": json_response("The result.", result), **_errors()},
    }


def _items(action: ActionSpec) -> dict[str, Any]:
    description = "A line for each item. If a later page fails, the last line has the error."
    lines = {"description": description, "content": {"application/x-ndjson": {"schema": {}}}}
    parameters = ["connection", "pageSize", "resume"]
    return {**_head(action, f"{action.key}Items", parameters), "responses": {"200": lines, **_errors()}}


def _list_options(source: DataSourceSpec) -> dict[str, Any]:
    choice = {"type": "object", "properties": {name: {"type": "string"} for name in ("value", "label")}}
    result = {
        "type": "object",
        "properties": {
            "options": {"type": "array", "items": choice},
            "next": {
                "type": "string",
                "description": "The `resume` of the next page; absent on the last page.",
            },
            "warnings": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["options"],
    }
    parameters = ["connection", "search", "limit", "resume"]
    return {
        **_head(as_action(source), source.key, parameters),
        "responses": {"200": json_response("The options.", result), **_errors()},
    }


def _schema(action: ActionSpec) -> dict[str, Any]:
    schemas = {"inputs": {"type": "object"}, "output": {"type": ["object", "null"]}}
    operation = json_operation(
        f"{action.key}Schema", "Get the JSON Schemas of the inputs and the result", {"properties": schemas}
    )
    return {**operation, "tags": [action.resource]}


def _tool(tool: ActionSpec) -> dict[str, Any]:
    # The envelope of a tool of the toolkit catalogue also holds its errors.
    envelope = {"$ref": "#/components/schemas/Envelope"}
    failures = {status: {"$ref": f"#/components/responses/Tool{status}"} for status in _ERRORS}
    responses = {"200": json_response("The envelope of the result.", envelope), **failures}
    return {**_head(tool, tool.key, ["connection"]), "responses": responses}


def _head(action: ActionSpec, name: str, parameters: list[str]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": action.label,
        "description": action.description,
        "tags": [action.resource],
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": _QUERY[name][0], "description": _QUERY[name][1]}
            for name in parameters
        ],
        "requestBody": {"required": True, "content": json_content(build_inputs_schema(action))},
    }


def _errors() -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/Error{status}"} for status in _ERRORS}
