"""The gateway as OpenAPI 3.1: a path for each action, its inputs and results as schemas, its errors as answers.

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
    "400": "The inputs cannot be used as they are; nothing was sent.",
    "401": "The key is missing or wrong.",
    "403": "Zoom wants a scope, a plan or an add-on; or the request came from elsewhere.",
    "404": "What the call names is not there.",
    "405": "The address knows no such method.",
    "409": "It exists already, or is in the wrong state.",
    "413": "The body is too long.",
    "415": "The body is no JSON.",
    "422": "Zoom refused.",
    "424": "There is no connection, or it has to be made again.",
    "429": "Too many calls; x-retry-at tells when the next may come.",
    "502": "Zoom's answer is not what it should be.",
    "503": "Zoom cannot be reached now.",
    "504": "Zoom did not answer in time.",
}
_QUERY: dict[str, tuple[dict[str, Any], str]] = {
    "connection": ({"type": "string"}, "A saved connection, by its name."),
    "dryRun": ({"type": "boolean"}, "Check the inputs and show the request; nothing is sent."),
    "merge": ({"type": "boolean"}, "Read, merge and write."),
    "search": ({"type": "string"}, "Only labels with these words, in any order."),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 10_000}, "How many options to return; 100 by default."),
    "pageSize": ({"type": "integer", "minimum": 1, "maximum": 99_999_999}, "Items a page."),
    "resume": ({"type": "string"}, "The token of the page to go on from."),
}


def build_openapi(catalogue: Catalogue) -> dict[str, Any]:
    """The whole document, the same each time for the same specs. Raises SpecError for a file that cannot be used."""
    actions = [catalogue.action(row["key"]) for row in catalogue.listing()]
    rows = {"type": "array", "items": {"type": "object"}}
    paths: dict[str, Any] = {
        "/actions": {"get": json_operation("listActions", "Every action", rows)},
        "/events": {"get": EVENTS},
        "/health": {"get": HEALTH},
        "/sources": {"get": json_operation("listSources", "Every source", rows)},
    }
    for action in actions:
        paths[f"/actions/{action.key}"] = {"post": _run(action)}
        if action.pages is not None:
            paths[f"/actions/{action.key}/items"] = {"post": _items(action)}
        paths[f"/actions/{action.key}/schema"] = {"get": _schema(action)}
    for slug in sorted(catalogue.slugs()):
        paths[f"/tools/{slug}"] = {"post": _tool(catalogue.action(slug))}
    for key in catalogue.data_source_keys():
        paths[f"/sources/{key}"] = {"post": _pick(catalogue.data_source(key))}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Zoom component gateway", "version": __version__},
        "jsonSchemaDialect": DIALECT,
        "security": [{}, {"key": []}],
        "tags": [{"name": name} for name in sorted({action.resource for action in actions} | {"sources"})],
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR, "Envelope": ENVELOPE, "Failure": FAILURE},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {
                f"{name}{status}": {
                    "description": said,
                    "content": json_content({"$ref": f"#/components/schemas/{schema}"}),
                }
                for name, schema in (("Error", "Error"), ("Tool", "Failure"))
                for status, said in _ERRORS.items()
            },
        },
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
            },
        }
    },
}


def _run(action: ActionSpec) -> dict[str, Any]:
    words = ["connection", "dryRun"]
    words += ["pageSize", "resume"] if action.pages is not None else []
    words += ["merge"] if action.merge is not None else []
    data = build_output_schema(action) or {}
    warnings = {"type": "array", "items": {"type": "string"}}
    result = {
        "type": "object",
        "properties": {"data": data, "warnings": warnings, "request": {"type": "object"}},
    }
    return {**_head(action, action.key, words), "responses": {"200": json_response("The result.", result), **_errors()}}


def _items(action: ActionSpec) -> dict[str, Any]:
    told = "A line for each item; after a failure on a later page, a last line with its error."
    lines = {"description": told, "content": {"application/x-ndjson": {"schema": {}}}}
    words = ["connection", "pageSize", "resume"]
    return {**_head(action, f"{action.key}Items", words), "responses": {"200": lines, **_errors()}}


def _pick(source: DataSourceSpec) -> dict[str, Any]:
    choice = {"type": "object", "properties": {word: {"type": "string"} for word in ("value", "label")}}
    result = {
        "type": "object",
        "properties": {
            "options": {"type": "array", "items": choice},
            "next": {"type": "string", "description": "What to give as resume to go on; only where there is more."},
            "warnings": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["options"],
    }
    words = ["connection", "search", "limit", "resume"]
    return {
        **_head(as_action(source), source.key, words),
        "responses": {"200": json_response("Options.", result), **_errors()},
    }


def _schema(action: ActionSpec) -> dict[str, Any]:
    schemas = {"inputs": {"type": "object"}, "output": {"type": ["object", "null"]}}
    shown = json_operation(f"{action.key}Schema", "The inputs and the result as JSON Schemas", {"properties": schemas})
    return {**shown, "tags": [action.resource]}


def _tool(tool: ActionSpec) -> dict[str, Any]:
    """A tool of the toolkit catalogue: its failures come in its envelope, too."""
    envelope = {"$ref": "#/components/schemas/Envelope"}
    failures = {status: {"$ref": f"#/components/responses/Tool{status}"} for status in _ERRORS}
    answers = {"200": json_response("The envelope of the result.", envelope), **failures}
    return {**_head(tool, tool.key, ["connection"]), "responses": answers}


def _head(action: ActionSpec, name: str, words: list[str]) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": action.label,
        "description": action.description,
        "tags": [action.resource],
        "parameters": [
            {"name": word, "in": "query", "required": False, "schema": _QUERY[word][0], "description": _QUERY[word][1]}
            for word in words
        ],
        "requestBody": {"required": True, "content": json_content(build_inputs_schema(action))},
    }


def _errors() -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/Error{status}"} for status in _ERRORS}
