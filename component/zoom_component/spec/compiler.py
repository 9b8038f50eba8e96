"""Compile a document to JSON: everything is resolved, and a run has nothing left to look up.

The facts of an action's operation (scopes, rate limit label, error codes, page sizes, fields of the response) are
part of the compiled form, so that a run reads one small file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.document import SpecDocument
from zoom_component.spec.shared_inputs import SharedInputs, resolve_inputs, resolve_rules
from zoom_facts import Operation, Period, find_operation, find_operation_span

__all__ = ["compile_action", "compile_input", "compile_plain"]

_DEFAULT_PAGE_SIZE = 300
_COMPILED_NAMES = {
    "conflictsWith": "conflicts_with",
    "dataSource": "data_source",
    "dependsOn": "depends_on",
    "maxLength": "max_length",
    "minLength": "min_length",
    "notBefore": "not_before",
    "pastWarning": "past_warning",
    "timeZone": "time_zone",
    "wireType": "wire_type",
}
_WIRE_TYPE_BY_TYPE = {"boolean": "boolean", "code": "json"}
_WIRE_TYPE_BY_COLLECTION = {"valuelist": "stringArray", "keyvaluelist": "keyValueObject"}

Fields = Mapping[str, Any]


def compile_action(document: SpecDocument, shared: SharedInputs, folder: str, file: str) -> dict[str, Any]:
    """Return the compiled form of an action's document. Add diagnostics for `use:` to the document."""
    fields: Fields = document.value
    request = fields.get("request") or {}
    operation = find_operation(request["method"], request["path"]) if request else None
    inputs = {key: compile_input(key, each) for key, each in resolve_inputs(document, shared, folder).items()}
    compiled: dict[str, Any] = {
        "key": fields["key"],
        "slug": fields.get("slug"),
        "toolkit": fields.get("toolkit"),
        "label": fields["label"],
        "description": fields["description"],
        "resource": folder,
        "effect": fields["effect"],
        "method": request.get("method", ""),
        "path": request.get("path", ""),
        "handler": fields.get("handler", "http"),
        "operation": fields.get("operation"),
        "documents": fields.get("documents", []),
        "plan": fields.get("plan"),
        "deprecated": fields.get("sunset") is not None or (operation is not None and operation.deprecated),
        "sunset": fields.get("sunset"),
        "notes": fields.get("notes"),
        "file": file,
        "inputs": inputs,
        "rules": resolve_rules(document, shared, folder),
        "pages": _compile_pages(fields.get("pages"), operation, inputs),
        "span": _compile_span(fields.get("span"), operation, inputs),
        "response": _compile_response(operation),
        "merge": _compile_merge(fields.get("merge")),
        "daily_quota": fields.get("dailyQuota"),
        "examples": fields.get("examples", []),
    }
    if "examplePayload" in fields:
        compiled["example_payload"] = fields["examplePayload"]
    if operation is not None:
        compiled["scopes"] = list(operation.scopes)
        compiled["granular_scopes"] = list(operation.granular_scopes)
        compiled["rate_limit"] = operation.rate_limit
        compiled["errors"] = [dict(error) for error in operation.errors]
    return compiled


def compile_plain(document: SpecDocument, file: str) -> dict[str, Any]:
    """Return the compiled form of the document of a connection, a trigger or a data source."""
    compiled = dict(document.value)
    inputs: Fields = compiled.get("inputs") or {}
    compiled["inputs"] = {key: compile_input(key, fields) for key, fields in inputs.items()}
    compiled["file"] = file
    return compiled


def compile_input(key: str, fields: Fields) -> dict[str, Any]:
    """Return the compiled form of an input: Python names, the full target, always a wire type, and no nulls."""
    compiled = {_COMPILED_NAMES.get(name, name): value for name, value in fields.items() if value is not None}
    compiled.setdefault("label", key)
    by_type = _WIRE_TYPE_BY_TYPE.get(compiled.get("type", ""), "string")
    compiled.setdefault("wire_type", _WIRE_TYPE_BY_COLLECTION.get(compiled.get("collection", ""), by_type))
    target = compiled.get("target")
    if target in (None, "none"):
        compiled.pop("target", None)
    elif "." not in target:
        compiled["target"] = f"{target}.{key}"
    return compiled


def _compile_pages(
    pages: Fields | None, operation: Operation | None, inputs: Mapping[str, dict[str, Any]]
) -> dict[str, Any] | None:
    """Return how a list is paged. An input that sets the page size gets its limit."""
    if pages is None:
        return None
    known: Fields = (operation.pagination if operation else None) or {}
    largest = pages.get("maxPageSize") or known.get("page_size_max") or pages.get("pageSize") or _DEFAULT_PAGE_SIZE
    token = known.get("token_param")
    number = known.get("page_number_param")
    compiled = {
        "items": pages["items"],
        "page_size": pages.get("pageSize") or largest,
        "max_page_size": largest,
        # The facts name a style of their own; without one it follows from the parameters.
        "style": known.get("style") or ("number" if token is None and number else "token"),
        "page_size_param": known.get("page_size_param") or "page_size",
        "page_param": token or number or known.get("page_param") or "next_page_token",
        "token_field": known.get("response_token_field") or "next_page_token",
        "number_param": number or "",
    }
    for fields in inputs.values():
        if fields.get("target") == f"query.{compiled['page_size_param']}":
            fields["maximum"] = min(fields.get("maximum") or largest, largest)
    return compiled


def _compile_span(span: Fields | None, operation: Operation | None, inputs: Mapping[str, Fields]) -> Fields | None:
    """Return the span of an action: that of its operation, or else its own. None without inputs for the range."""
    known = find_operation_span(operation.id) if operation else None
    keys = {fields.get("target", "").removeprefix("query."): key for key, fields in inputs.items()}
    if known is None:
        return _compile_own_span(span, inputs) if span else None
    if known.from_param not in keys or known.to_param not in keys:
        return None
    limit, back = known.limit or Period(), known.back or Period()
    return {
        "first": keys[known.from_param],
        "last": keys[known.to_param],
        "from_param": known.from_param,
        "to_param": known.to_param,
        "months": limit.months,
        "days": limit.days,
        "back_months": back.months,
        "back_days": back.days,
        "refuses_older": known.older == "refused",
    }


def _compile_own_span(span: Fields, inputs: Mapping[str, Fields]) -> Fields:
    first, last = (inputs.get(span[word], {}).get("target", "").removeprefix("query.") for word in ("first", "last"))
    limits = {"months": span.get("months") or 0, "days": span.get("days") or 0}
    back = {"back_months": span.get("backMonths") or 0, "back_days": span.get("backDays") or 0}
    return {"first": span["first"], "last": span["last"], "from_param": first, "to_param": last, **limits, **back}


def _compile_response(operation: Operation | None) -> dict[str, Any] | None:
    if operation is None:
        return None
    keys: set[str] = set()
    for status in operation.success_statuses:
        keys |= _list_response_keys(operation.responses[str(status)] or {})
    may_be_empty = any(operation.responses[str(status)] is None for status in operation.success_statuses)
    return {"statuses": list(operation.success_statuses), "may_be_empty": may_be_empty, "keys": sorted(keys)}


def _list_response_keys(schema: Fields) -> set[str]:
    keys = set(schema.get("properties", {}))
    for keyword in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(keyword, []):
            keys |= _list_response_keys(part)
    return keys


def _compile_merge(merge: Fields | None) -> dict[str, Any] | None:
    return None if merge is None else {"path": merge["read"], "groups": merge["groups"]}
