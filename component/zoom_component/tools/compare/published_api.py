"""Read the parts of an OpenAPI 3.0 or 3.1 document that are compared. Be tolerant: documents of users vary.

A reference to another file, or a part of an unexpected form, counts as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import quote

__all__ = ["PublishedOperation", "iter_body_fields", "load_openapi", "normalize_path"]

_METHODS = ("get", "post", "put", "patch", "delete")
_BRACES = re.compile(r"\{[^{}]*\}")
_VERSION = re.compile(r"^/v[0-9]+(?=/)")
_CODE_LIST = r"\*\*\s*:?\s*((?:`[^`]+`[,\s]*)+)"
_SCOPES = re.compile(r"scopes?\s*:?\s*" + _CODE_LIST, re.IGNORECASE)
_LABEL = re.compile(r"rate limit label\s*:?\s*\*\*\s*:?\s*`([^`]+)`", re.IGNORECASE)
_MAX_DEPTH = 12


class PublishedOperation(NamedTuple):
    """Describe an operation of the document. `query` maps names to schemas; without a body, `body` is None."""

    id: str
    method: str
    path: str
    deprecated: bool
    scopes: frozenset[str]
    rate_limit: str
    query: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]
    body: Mapping[str, Any] | None


def normalize_path(path: str) -> str:
    """Return a path without its version and without the names of its placeholders, to compare documents."""
    return _BRACES.sub("{}", _VERSION.sub("", path)).rstrip("/") or "/"


def load_openapi(name: str) -> dict[tuple[str, str], PublishedOperation]:
    """Return the operations of a document by method and normalized path. Raise InputError for another file."""
    document = _parse_document(name)
    paths = document.get("paths")
    if not isinstance(paths, Mapping) or "openapi" not in document:
        raise _input_error(f"{quote(name)} is not an OpenAPI 3 document; it has no `openapi` or no `paths`")
    operations: dict[tuple[str, str], PublishedOperation] = {}
    for path, item in paths.items():
        resolved = _resolve_reference(item, document)
        for method in _METHODS:
            if isinstance(raw := resolved.get(method), Mapping):
                operation = _read_operation(method.upper(), str(path), raw, resolved, document)
                operations[operation.method, normalize_path(operation.path)] = operation
    return operations


def iter_body_fields(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each field of a body with its path, such as `settings.use_pmi`, without those of objects in lists."""
    for name, part in (schema.get("properties") or {}).items():
        if isinstance(part, Mapping):
            yield f"{prefix}{name}", part
            yield from iter_body_fields(part, f"{prefix}{name}.")


def _parse_document(name: str) -> Mapping[str, Any]:
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        raise _input_error(f"cannot read {quote(name)}: {reason}") from None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = _parse_yaml(name, text)
    if not isinstance(document, Mapping):
        raise _input_error(f"{quote(name)} is not an OpenAPI 3 document; expected one in JSON or YAML")
    return document


def _parse_yaml(name: str, text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark is not None else ""
        raise _input_error(f"{quote(name)} is neither JSON nor YAML{line}") from None


def _read_operation(
    method: str, path: str, raw: Mapping[str, Any], item: Mapping[str, Any], document: Mapping[str, Any]
) -> PublishedOperation:
    parameters = [
        _resolve_reference(each, document) for each in (*_list(item.get("parameters")), *_list(raw.get("parameters")))
    ]
    query = [each for each in parameters if each.get("in") == "query" and "name" in each]
    description = str(raw.get("description") or "")
    label = _LABEL.search(description)
    return PublishedOperation(
        id=str(raw.get("operationId") or ""),
        method=method,
        path=path,
        deprecated=raw.get("deprecated") is True,
        scopes=frozenset([*_security_scopes(raw), *_described_scopes(description)]),
        rate_limit=label[1].upper() if label else "",
        query={str(each["name"]): _read_parameter(each, document) for each in query},
        required=frozenset(str(each["name"]) for each in query if each.get("required") is True),
        body=_read_body(raw, document),
    )


def _read_parameter(raw: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = _merge_schema(raw.get("schema"), document, 0)
    return {**schema, "deprecated": True} if raw.get("deprecated") is True else schema


def _read_body(raw: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    body = _resolve_reference(raw.get("requestBody"), document)
    content = body.get("content")
    if not isinstance(content, Mapping) or not content:
        return None
    chosen = next((part for kind, part in content.items() if "json" in str(kind)), next(iter(content.values())))
    return _merge_schema(chosen.get("schema"), document, 0) if isinstance(chosen, Mapping) else {}


def _security_scopes(raw: Mapping[str, Any]) -> Iterator[str]:
    for scheme in _list(raw.get("security")):
        for scopes in scheme.values() if isinstance(scheme, Mapping) else ():
            yield from (str(scope) for scope in _list(scopes))


def _described_scopes(description: str) -> Iterator[str]:
    """Yield the scopes that a description lists in backquotes."""
    for match in _SCOPES.finditer(description):
        yield from re.findall(r"`([^`]+)`", match[1])


def _merge_schema(raw: Any, document: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Return a schema with resolved references, and with all alternatives merged into one object."""
    schema = _resolve_reference(raw, document)
    if depth > _MAX_DEPTH:
        return {}
    nested = ("allOf", "anyOf", "oneOf", "properties", "items")
    merged = {keyword: part for keyword, part in schema.items() if keyword not in nested}
    properties: dict[str, Any] = {}
    for keyword in nested[:3]:
        for part in _list(schema.get(keyword)):
            inner = _merge_schema(part, document, depth + 1)
            properties.update(inner.pop("properties", {}))
            merged = {**inner, **merged}
    own = schema.get("properties")
    for name, part in own.items() if isinstance(own, Mapping) else ():
        properties[str(name)] = _merge_schema(part, document, depth + 1)
    if properties:
        merged["properties"] = properties
    if "items" in schema:
        merged["items"] = _merge_schema(schema["items"], document, depth + 1)
    return merged


def _resolve_reference(raw: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of the document after following its references."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(raw, Mapping):
            return {}
        reference = raw.get("$ref")
        if not isinstance(reference, str):
            return raw
        raw = _find_by_pointer(reference, document)
    return {}


def _find_by_pointer(reference: str, document: Mapping[str, Any]) -> Any:
    part: Any = document if reference.startswith("#/") else None
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        part = part.get(name) if isinstance(part, Mapping) else None
    return part


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _input_error(message: str) -> InputError:
    return InputError([Problem("FILE", message)])
