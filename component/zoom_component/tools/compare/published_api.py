"""Read the parts of an OpenAPI 3.0 or 3.1 document that are compared. Be tolerant: documents of users vary.

A reference to another file, or a part of an unexpected form, counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component.bounded_json import MAX_JSON_DEPTH, load_bounded_json
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
_MAX_PARTS = 50_000  # of the schemas of one operation, once each reference is replaced
_MAX_DESCRIPTION = 20_000
_MAX_CHARACTERS = 64 * 1024 * 1024


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
        with Path(name).open(encoding="utf-8-sig") as file:
            text = file.read(_MAX_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        raise _input_error(f"cannot read {quote(name)}: {reason}") from None
    if len(text) > _MAX_CHARACTERS:
        raise _input_error(f"{quote(name)}: expected at most {_MAX_CHARACTERS:,} characters, got more")
    try:
        document = load_bounded_json(text)
    except ValueError:
        document = _parse_yaml(name, text)
    if not isinstance(document, Mapping):
        raise _input_error(f"{quote(name)} is not an OpenAPI 3 document; expected one in JSON or YAML")
    return document


def _parse_yaml(name: str, text: str) -> Any:
    import yaml

    try:
        if risk := _find_yaml_risk(text):
            raise _input_error(f"{quote(name)}: {risk}")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.load(text, Loader=loader)  # noqa: S506 - the safe loader, in C where it is built
    except InputError:
        raise
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark is not None else ""
        raise _input_error(f"{quote(name)} is neither JSON nor YAML{line}") from None


def _find_yaml_risk(text: str) -> str:
    """Return why a text cannot be loaded without danger, "" if it can.

    The loader is recursive, and merge keys multiply what aliases name.
    """
    import yaml

    event: Any
    depth, has_alias, has_merge = 0, False, False
    for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        has_alias = has_alias or isinstance(event, yaml.AliasEvent)
        has_merge = has_merge or (isinstance(event, yaml.ScalarEvent) and event.value == "<<")
        if depth > MAX_JSON_DEPTH:
            return f"expected at most {MAX_JSON_DEPTH} nested levels (line {event.start_mark.line + 1})"
        if has_alias and has_merge:
            return (
                f"merge keys (<<) of aliases are not supported (line {event.start_mark.line + 1}); write them in full"
            )
    return ""


def _read_operation(
    method: str, path: str, raw: Mapping[str, Any], item: Mapping[str, Any], document: Mapping[str, Any]
) -> PublishedOperation:
    parameters = [
        _resolve_reference(each, document) for each in (*_list(item.get("parameters")), *_list(raw.get("parameters")))
    ]
    query = [each for each in parameters if each.get("in") == "query" and "name" in each]
    description = " ".join(str(raw.get("description") or "").split())[:_MAX_DESCRIPTION]
    label = _LABEL.search(description)
    merger = _SchemaMerger(document, f"{method} {path[:200]}")
    return PublishedOperation(
        id=str(raw.get("operationId") or ""),
        method=method,
        path=path,
        deprecated=raw.get("deprecated") is True,
        scopes=frozenset([*_security_scopes(raw), *_described_scopes(description)]),
        rate_limit=label[1].upper() if label else "",
        query={str(each["name"]): _read_parameter(each, merger) for each in query},
        required=frozenset(str(each["name"]) for each in query if each.get("required") is True),
        body=_read_body(raw, document, merger),
    )


def _read_parameter(raw: Mapping[str, Any], merger: _SchemaMerger) -> Mapping[str, Any]:
    schema = merger.merge(raw.get("schema"))
    return {**schema, "deprecated": True} if raw.get("deprecated") is True else schema


def _read_body(raw: Mapping[str, Any], document: Mapping[str, Any], merger: _SchemaMerger) -> Mapping[str, Any] | None:
    body = _resolve_reference(raw.get("requestBody"), document)
    content = body.get("content")
    if not isinstance(content, Mapping) or not content:
        return None
    chosen = next((part for kind, part in content.items() if "json" in str(kind)), next(iter(content.values())))
    return merger.merge(chosen.get("schema")) if isinstance(chosen, Mapping) else {}


def _security_scopes(raw: Mapping[str, Any]) -> Iterator[str]:
    for scheme in _list(raw.get("security")):
        for scopes in scheme.values() if isinstance(scheme, Mapping) else ():
            yield from (str(scope) for scope in _list(scopes))


def _described_scopes(description: str) -> Iterator[str]:
    """Yield the scopes that a description lists in backquotes."""
    for match in _SCOPES.finditer(description):
        yield from re.findall(r"`([^`]+)`", match[1])


class _SchemaMerger:
    """Merge the schemas of one operation. References may multiply them, so the number of parts is bounded."""

    def __init__(self, document: Mapping[str, Any], name: str) -> None:
        self._document, self._name, self._count = document, name, 0

    def merge(self, raw: Any, depth: int = 0) -> dict[str, Any]:
        """Return a schema with resolved references, and with all alternatives merged into one object."""
        self._count += 1
        if self._count > _MAX_PARTS:
            raise _input_error(f"{self._name}: expected at most {_MAX_PARTS:,} parts of its schemas, got more")
        schema = _resolve_reference(raw, self._document)
        if depth > _MAX_DEPTH:
            return {}
        nested = ("allOf", "anyOf", "oneOf", "properties", "items")
        merged = {keyword: part for keyword, part in schema.items() if keyword not in nested}
        properties: dict[str, Any] = {}
        for keyword in nested[:3]:
            for part in _list(schema.get(keyword)):
                inner = self.merge(part, depth + 1)
                properties.update(inner.pop("properties", {}))
                merged = {**inner, **merged}
        own = schema.get("properties")
        for name, part in own.items() if isinstance(own, Mapping) else ():
            properties[str(name)] = self.merge(part, depth + 1)
        if properties:
            merged["properties"] = properties
        if "items" in schema:
            merged["items"] = self.merge(schema["items"], depth + 1)
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
