"""From a document to the compiled spec, as JSON: everything resolved, nothing left to look up at run time.

The facts of an action's operation (scopes, rate label, error codes, page sizes, what an answer knows) are written in
here, so that a run reads one small file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_component.spec.shared_inputs import SharedInputs, resolve_inputs, resolve_rules
from zoom_component.spec.yaml12 import YamlDocument
from zoom_facts import Operation, find_operation

__all__ = ["compile_action", "compile_input", "compile_plain"]

_COMPILED_AS = {
    "model": "model",
    "dataSource": "data_source",
    "minLength": "min_length",
    "maxLength": "max_length",
}
_SENDS_BY_TYPE = {"boolean": "boolean", "code": "json"}
_SENDS_BY_COLLECTION = {"valuelist": "strings", "keyvaluelist": "pairs"}


def compile_action(located: YamlDocument, shared: SharedInputs, folder: str, file: str) -> dict[str, Any]:
    """The compiled form of an action's document. Faults of `use:` are added to `located`."""
    document: Mapping[str, Any] = located.value
    request = document.get("request") or {}
    operation = find_operation(request["method"], request["path"]) if request else None
    compiled: dict[str, Any] = {
        "key": document["key"],
        "slug": document.get("slug"),
        "toolkit": document.get("toolkit"),
        "label": document["label"],
        "description": document["description"],
        "resource": folder,
        "effect": document["effect"],
        "method": request.get("method", ""),
        "path": request.get("path", ""),
        "handler": document.get("handler", "http"),
        "operation": document.get("operation"),
        "documents": document.get("documents", []),
        "plan": document.get("plan"),
        "deprecated": document.get("sunset") is not None or (operation is not None and operation.deprecated),
        "sunset": document.get("sunset"),
        "notes": document.get("notes"),
        "file": file,
        "inputs": {key: compile_input(key, words) for key, words in resolve_inputs(located, shared, folder).items()},
        "rules": [_compile_rule(rule) for rule in resolve_rules(located, shared, folder)],
        "pages": _compile_pages(document.get("pages"), operation),
        "answer": _compile_response(operation),
        "merge": _compile_merge(document.get("merge")),
        "daily": document.get("daily"),
        "examples": document.get("examples", []),
    }
    if "examplePayload" in document:
        compiled["example_payload"] = document["examplePayload"]
    if operation is not None:
        compiled["scopes"] = list(operation.scopes)
        compiled["granular_scopes"] = list(operation.granular_scopes)
        compiled["rate_limit"] = operation.rate_limit
        compiled["errors"] = [dict(error) for error in operation.errors]
    return compiled


def compile_plain(located: YamlDocument, file: str) -> dict[str, Any]:
    """The compiled form of a connection's or a trigger's document."""
    document = dict(located.value)
    inputs: Mapping[str, Any] = document.get("inputs") or {}
    document["inputs"] = {key: compile_input(key, words) for key, words in inputs.items()}
    document["file"] = file
    return document


def compile_input(key: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """One input: our names for the words, `send` spelt out, `sends` always there. A word with null is not written."""
    compiled = {_COMPILED_AS.get(word, word): value for word, value in words.items() if value is not None}
    compiled.setdefault("label", key)
    sends = _SENDS_BY_COLLECTION.get(
        compiled.get("collection", ""), _SENDS_BY_TYPE.get(compiled.get("type", ""), "string")
    )
    compiled.setdefault("sends", sends)
    send = compiled.get("send")
    if send in (None, "nowhere"):
        compiled.pop("send", None)
    elif "." not in send:
        compiled["send"] = f"{send}.{key}"
    return compiled


def _compile_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"inputs": rule["inputs"], "schema": rule["accepts"], "message": rule["message"]}


def _compile_pages(pages: Mapping[str, Any] | None, operation: Operation | None) -> dict[str, Any] | None:
    if pages is None:
        return None
    known: Mapping[str, Any] = (operation.pagination if operation else None) or {}
    most = pages.get("most") or known.get("page_size_max") or pages.get("size") or 300
    token = known.get("token_param")
    number = known.get("page_number_param")
    return {
        "items": pages["items"],
        "size": pages.get("size") or most,
        "most": most,
        "by": "number" if token is None and number else "token",
        "size_param": known.get("page_size_param") or "page_size",
        "param": token or number or "next_page_token",
        "token_field": known.get("response_token_field") or "next_page_token",
    }


def _compile_response(operation: Operation | None) -> dict[str, Any] | None:
    if operation is None:
        return None
    keys: set[str] = set()
    for status in operation.success_statuses:
        keys |= _list_response_keys(operation.responses[str(status)] or {})
    empty = any(operation.responses[str(status)] is None for status in operation.success_statuses)
    return {"statuses": list(operation.success_statuses), "empty": empty, "keys": sorted(keys)}


def _list_response_keys(schema: Mapping[str, Any]) -> set[str]:
    keys = set(schema.get("properties", {}))
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, []):
            keys |= _list_response_keys(part)
    return keys


def _compile_merge(merge: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if merge is None else {"path": merge["read"], "groups": merge["groups"]}
