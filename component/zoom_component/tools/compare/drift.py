"""Find where the specs and the facts differ from a current OpenAPI document of the API.

A change is breaking if calls would fail, and additive if the specs could offer more. Products that the document does
not cover are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.spec import ActionSpec, Input
from zoom_component.tools.compare.published_api import PublishedOperation, iter_body_fields, normalize_path
from zoom_component.tools.compare.spec_changes import Severity, SpecChange, sort_changes
from zoom_component.tools.export.deprecations import is_deprecated_input
from zoom_facts import Operation, find_operation, iter_operations

__all__ = ["find_covered_products", "find_drift"]

_LOCATIONS = {"query": "query parameter", "body": "body field"}
_COVERAGE = 0.5
_MAX_EXACT_FLOAT = 2**53
_MASTER_PREFIX = "/accounts/{}"
Document = Mapping[tuple[str, str], PublishedOperation]


def find_covered_products(document: Document) -> frozenset[str]:
    """Return the products of which the document has at least half of the known operations."""
    operations = list(iter_operations())
    known = Counter(each.product for each in operations)
    present = Counter(each.product for each in operations if (each.method, normalize_path(each.path)) in document)
    return frozenset(product for product, count in known.items() if present[product] >= count * _COVERAGE)


def find_drift(actions: Iterable[ActionSpec], document: Document) -> list[SpecChange]:
    """Return every difference that concerns the actions, and the new operations, breaking changes first."""
    products = find_covered_products(document)
    changes: list[SpecChange] = []
    for action in actions:
        operation = find_operation(action.method, action.path) if action.path else None
        published = document.get((action.method, normalize_path(action.path)))
        if published is not None:
            changes += _compare_action(action, operation, published)
        elif operation is not None and operation.product in products:
            changes.append(SpecChange("breaking", action.key, f"{action.method} {action.path} was removed."))
    changes += _find_new_operations(document, products)
    return sort_changes(changes)


def _find_new_operations(document: Document, products: frozenset[str]) -> Iterator[SpecChange]:
    if not products:
        return
    known = {(each.method, normalize_path(each.path)) for each in iter_operations()}
    for place, published in document.items():
        # A master account has largest operations a second time, below the path of the sub account.
        sub_account = (place[0], place[1].removeprefix(_MASTER_PREFIX))
        if place not in known and sub_account not in known:
            name = f" ({published.id})" if published.id else ""
            yield SpecChange("additive", f"{published.method} {published.path}", f"the operation was added{name}.")


def _compare_action(
    action: ActionSpec, operation: Operation | None, published: PublishedOperation
) -> Iterator[SpecChange]:
    if published.deprecated and not (operation and operation.deprecated):
        yield SpecChange("other", action.key, "its operation is now deprecated.")
    yield from _compare_inputs(action, published)
    yield from _find_missing_inputs(action, published)
    if operation is not None:
        yield from _find_new_fields(action, operation, published)
    yield from _compare_scopes(action, published)
    if published.rate_limit and action.rate_limit and published.rate_limit != action.rate_limit:
        message = f"its rate limit changed from {action.rate_limit} to {published.rate_limit}."
        yield SpecChange("other", action.key, message)
    yield from _compare_page_size(action, published)


def _compare_inputs(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    body = dict(iter_body_fields(published.body or {}))
    for spec in action.inputs.values():
        location, _, name = (spec.target or "").partition(".")
        if location not in ("query", "body") or name in ("", "*"):
            continue
        schema = (published.query if location == "query" else body).get(name.removesuffix(".*"))
        subject = f"the {_LOCATIONS[location]} {name} of the input `{spec.key}`"
        if schema is None:
            yield SpecChange("breaking", action.key, f"{subject} was removed.")
            continue
        if schema.get("deprecated") is True and not is_deprecated_input(action, spec):
            yield SpecChange("other", action.key, f"{subject} is now deprecated.")
        yield from _compare_choices(action, spec, schema)


def _compare_choices(action: ActionSpec, spec: Input, schema: Mapping[str, Any]) -> Iterator[SpecChange]:
    allowed = schema.get("enum") or (schema.get("items") or {}).get("enum")
    if not spec.model or not isinstance(allowed, list):
        return
    now = [_to_text(value) for value in allowed if value not in (None, "")]
    now = [_restore_rounded(value, spec.model) for value in now]
    if removed := [value for value in spec.model if value not in now]:
        message = f"the input `{spec.key}` offers {', '.join(removed)}, which the API no longer accepts."
        yield SpecChange("breaking", action.key, message)
    if added := [value for value in now if value not in spec.model]:
        yield SpecChange("additive", action.key, f"the input `{spec.key}` could also offer {', '.join(added)}.")


def _restore_rounded(value: str, known: Iterable[str]) -> str:
    """Return the known number that a document rounded, as documents round numbers above 2^53."""
    if not value.isdecimal() or int(value) < _MAX_EXACT_FLOAT:
        return value
    return next((each for each in known if each.isdecimal() and float(each) == float(value)), value)


def _to_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _find_missing_inputs(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    """Yield a change for each required parameter or field that no input sends."""
    targets = {spec.target for spec in action.inputs.values()}
    needed = [*(f"query.{name}" for name in published.required)]
    needed += [f"body.{name}" for name in (published.body or {}).get("required") or []]
    for place in sorted(needed):
        if place not in targets and not any(str(each or "").startswith(f"{place}.") for each in targets):
            location, _, name = place.partition(".")
            message = f"no input sends the required {_LOCATIONS[location]} {name}."
            yield SpecChange("breaking", action.key, message)


def _find_new_fields(action: ActionSpec, operation: Operation, published: PublishedOperation) -> Iterator[SpecChange]:
    """Yield a change for the parameters and fields that the facts do not have."""
    query = {str(each["name"]) for each in operation.query}
    body = {name for name, _ in iter_body_fields(operation.body or {})}
    places = [f"query {name}" for name in published.query if name not in query]
    places += [f"body {name}" for name, _ in iter_body_fields(published.body or {}) if name not in body]
    if places:
        yield SpecChange("additive", action.key, f"the operation now also accepts: {', '.join(sorted(places))}.")


def _compare_scopes(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    for kind, known_scopes in (("classic", set(action.scopes)), ("granular", set(action.granular_scopes))):
        remaining = known_scopes & published.scopes
        if remaining and (removed := sorted(known_scopes - remaining)):
            yield SpecChange("other", action.key, f"the {kind} scope {' or '.join(removed)} is no longer enough.")
    known = {*action.scopes, *action.granular_scopes}
    if published.scopes and not known & published.scopes:
        yield SpecChange(
            "breaking", action.key, f"it now requires another scope: {' or '.join(sorted(published.scopes))}."
        )
    elif added := sorted(published.scopes - known):
        yield SpecChange("other", action.key, f"the scope {' or '.join(added)} is now also enough.")


def _compare_page_size(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    if action.pages is None:
        return
    largest = published.query.get(action.pages.page_size_param, {}).get("maximum")
    if isinstance(largest, int) and largest != action.pages.max_page_size:
        severity: Severity = "breaking" if largest < action.pages.page_size else "other"
        message = f"its max page size changed from {action.pages.max_page_size} to {largest}."
        yield SpecChange(severity, action.key, message)
