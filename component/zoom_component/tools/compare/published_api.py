"""An OpenAPI document of the API, 3.0 or 3.1, as a user has it: read with patience, for what is compared and no more.

What cannot be followed (a reference elsewhere, a part of another shape) counts as not said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component.errors import InputError, Problem

__all__ = ["PublishedOperation", "iter_body_fields", "load_openapi", "normalize_path"]

_METHODS = ("get", "post", "put", "patch", "delete")
_BRACES = re.compile(r"\{[^{}]*\}")
_VERSION = re.compile(r"^/v[0-9]+(?=/)")
_LISTED = r"\*\*\s*:?\s*((?:`[^`]+`[,\s]*)+)"
_SCOPES = re.compile(r"scopes?\s*:?\s*" + _LISTED, re.IGNORECASE)
_LABEL = re.compile(r"rate limit label\s*:?\s*\*\*\s*:?\s*`([^`]+)`", re.IGNORECASE)
_DEEPEST = 12


class PublishedOperation(NamedTuple):
    """One operation of the document. `query` holds a schema by name; None for a body means that none is taken."""

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
    """A path by which two documents know the same operation: without a version, its placeholders without names."""
    return _BRACES.sub("{}", _VERSION.sub("", path)).rstrip("/") or "/"


def load_openapi(name: str) -> dict[tuple[str, str], PublishedOperation]:
    """The operations of a document by method and shape. Raises InputError for a file that is none."""
    document = _parsed(name)
    paths = document.get("paths")
    if not isinstance(paths, Mapping) or "openapi" not in document:
        raise _wrong(f"{name!r} is no OpenAPI 3 document: it has no `openapi` or no `paths`")
    found: dict[tuple[str, str], PublishedOperation] = {}
    for path, item in paths.items():
        whole = _followed(item, document)
        for method in _METHODS:
            if isinstance(operation := whole.get(method), Mapping):
                made = _operation(method.upper(), str(path), operation, whole, document)
                found[made.method, normalize_path(made.path)] = made
    return found


def iter_body_fields(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field of a body with its path, as `settings.use_pmi`; those of objects in lists are left out."""
    for name, part in (schema.get("properties") or {}).items():
        if isinstance(part, Mapping):
            yield f"{prefix}{name}", part
            yield from iter_body_fields(part, f"{prefix}{name}.")


def _parsed(name: str) -> Mapping[str, Any]:
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is no UTF-8 text").lower()
        raise _wrong(f"{name!r} cannot be read: {reason}") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _from_yaml(name, text)
    if not isinstance(found, Mapping):
        raise _wrong(f"{name!r} is no OpenAPI 3 document; accepted: one as JSON or YAML")
    return found


def _from_yaml(name: str, text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        where = f" (line {place.line + 1})" if place is not None else ""
        raise _wrong(f"{name!r} is neither JSON nor YAML{where}") from None


def _operation(
    method: str, path: str, raw: Mapping[str, Any], item: Mapping[str, Any], document: Mapping[str, Any]
) -> PublishedOperation:
    parameters = [_followed(each, document) for each in (*_list(item.get("parameters")), *_list(raw.get("parameters")))]
    query = [each for each in parameters if each.get("in") == "query" and "name" in each]
    told = str(raw.get("description") or "")
    label = _LABEL.search(told)
    return PublishedOperation(
        id=str(raw.get("operationId") or ""),
        method=method,
        path=path,
        deprecated=raw.get("deprecated") is True,
        scopes=frozenset([*_secured(raw), *_told(told)]),
        rate_limit=label[1].upper() if label else "",
        query={str(each["name"]): _parameter(each, document) for each in query},
        required=frozenset(str(each["name"]) for each in query if each.get("required") is True),
        body=_body(raw, document),
    )


def _parameter(raw: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    schema = _whole(raw.get("schema"), document, 0)
    return {**schema, "deprecated": True} if raw.get("deprecated") is True else schema


def _body(raw: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    body = _followed(raw.get("requestBody"), document)
    content = body.get("content")
    if not isinstance(content, Mapping) or not content:
        return None
    chosen = next((part for kind, part in content.items() if "json" in str(kind)), next(iter(content.values())))
    return _whole(chosen.get("schema"), document, 0) if isinstance(chosen, Mapping) else {}


def _secured(raw: Mapping[str, Any]) -> Iterator[str]:
    for way in _list(raw.get("security")):
        for scopes in way.values() if isinstance(way, Mapping) else ():
            yield from (str(scope) for scope in _list(scopes))


def _told(text: str) -> Iterator[str]:
    """The scopes that a description lists in backquotes."""
    for found in _SCOPES.finditer(text):
        yield from re.findall(r"`([^`]+)`", found[1])


def _whole(raw: Any, document: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """A schema with its references followed and the parts of `allOf` (and of other choices) laid together."""
    schema = _followed(raw, document)
    if depth > _DEEPEST:
        return {}
    made = {
        word: part for word, part in schema.items() if word not in ("allOf", "anyOf", "oneOf", "properties", "items")
    }
    properties: dict[str, Any] = {}
    for word in ("allOf", "anyOf", "oneOf"):
        for part in _list(schema.get(word)):
            inner = _whole(part, document, depth + 1)
            properties.update(inner.pop("properties", {}))
            made = {**inner, **made}
    own = schema.get("properties")
    for name, part in own.items() if isinstance(own, Mapping) else ():
        properties[str(name)] = _whole(part, document, depth + 1)
    if properties:
        made["properties"] = properties
    if "items" in schema:
        made["items"] = _whole(schema["items"], document, depth + 1)
    return made


def _followed(raw: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the document, behind its references."""
    for _ in range(_DEEPEST):
        if not isinstance(raw, Mapping):
            return {}
        reference = raw.get("$ref")
        if not isinstance(reference, str):
            return raw
        raw = _at(reference, document)
    return {}


def _at(reference: str, document: Mapping[str, Any]) -> Any:
    found: Any = document if reference.startswith("#/") else None
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _wrong(message: str) -> InputError:
    return InputError([Problem("FILE", message)])
