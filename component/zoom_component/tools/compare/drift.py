"""Where the specs and the facts differ from an OpenAPI document that the API's provider publishes by now.

Breaking is what calls fail of, additive what the specs could offer and do not, other what is good to know. A document
of one product says nothing about others: what it does not cover is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.spec.spec import ActionSpec, Input
from zoom_component.tools.compare.published_api import PublishedOperation, iter_body_fields, normalize_path
from zoom_component.tools.compare.spec_changes import SpecChange
from zoom_facts import Operation, find_operation, iter_operations

__all__ = ["find_covered_products", "find_drift"]

_ORDER = ("breaking", "additive", "other")
_ENOUGH = 0.5
_ROUNDED = 2**53
_MASTER = "/accounts/{}"
Document = Mapping[tuple[str, str], PublishedOperation]


def find_covered_products(document: Document) -> frozenset[str]:
    """The products of which the document has half of the known operations, or more."""
    known = Counter(each.product for each in iter_operations())
    there = Counter(each.product for each in iter_operations() if (each.method, normalize_path(each.path)) in document)
    return frozenset(product for product, count in known.items() if there[product] >= count * _ENOUGH)


def find_drift(actions: Iterable[ActionSpec], document: Document) -> list[SpecChange]:
    """Every difference that concerns the actions, and the operations that are new; the heaviest first."""
    products = find_covered_products(document)
    found: list[SpecChange] = []
    for action in actions:
        operation = find_operation(action.method, action.path) if action.path else None
        published = document.get((action.method, normalize_path(action.path)))
        if published is not None:
            found += _action(action, operation, published)
        elif operation is not None and operation.product in products:
            found.append(SpecChange("breaking", action.key, f"{action.method} {action.path} is gone."))
    found += _new(document, products)
    return sorted(found, key=lambda change: (_ORDER.index(change.severity), change.part, change.message))


def _new(document: Document, products: frozenset[str]) -> Iterator[SpecChange]:
    if not products:
        return
    known = {(each.method, normalize_path(each.path)) for each in iter_operations()}
    for place, published in document.items():
        # A master account has most operations a second time, below the account they are about.
        again = (place[0], place[1].removeprefix(_MASTER))
        if place not in known and again not in known:
            name = f" ({published.id})" if published.id else ""
            yield SpecChange("additive", f"{published.method} {published.path}", f"the operation is new{name}.")


def _action(action: ActionSpec, operation: Operation | None, published: PublishedOperation) -> Iterator[SpecChange]:
    if published.deprecated and not (operation and operation.deprecated):
        yield SpecChange("other", action.key, "its operation is deprecated now.")
    yield from _inputs(action, published)
    yield from _demanded(action, published)
    if operation is not None:
        yield from _unknown(action, operation, published)
    yield from _scopes(action, published)
    if published.rate_limit and action.rate_limit and published.rate_limit != action.rate_limit:
        told = f"its rate label is {published.rate_limit} now, and was {action.rate_limit}."
        yield SpecChange("other", action.key, told)
    yield from _page_size(action, published)


def _inputs(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    body = dict(iter_body_fields(published.body or {}))
    for spec in action.inputs.values():
        where, _, name = (spec.target or "").partition(".")
        if where not in ("query", "body") or name in ("", "*"):
            continue
        schema = (published.query if where == "query" else body).get(name.removesuffix(".*"))
        if schema is None:
            yield SpecChange("breaking", action.key, f"`{spec.key}` is sent to {where} {name}, which is gone.")
            continue
        if schema.get("deprecated") is True and not _known_deprecated(action, spec):
            yield SpecChange("other", action.key, f"{where} {name} (`{spec.key}`) is deprecated now.")
        yield from _choices(action, spec, schema)


def _known_deprecated(action: ActionSpec, spec: Input) -> bool:
    from zoom_component.tools.export.deprecations import is_deprecated_input

    return is_deprecated_input(action, spec)


def _choices(action: ActionSpec, spec: Input, schema: Mapping[str, Any]) -> Iterator[SpecChange]:
    listed = schema.get("enum") or (schema.get("items") or {}).get("enum")
    if not spec.model or not isinstance(listed, list):
        return
    now = [_text(value) for value in listed if value not in (None, "")]
    now = [_exact(value, spec.model) for value in now]
    if gone := [value for value in spec.model if value not in now]:
        yield SpecChange("breaking", action.key, f"`{spec.key}` offers {', '.join(gone)}, which is taken no more.")
    if more := [value for value in now if value not in spec.model]:
        yield SpecChange("additive", action.key, f"`{spec.key}` could offer {', '.join(more)}, too.")


def _exact(value: str, known: Iterable[str]) -> str:
    """A number that a document rounded, as documents do with those past 2^53, is the known one that rounds to it."""
    if not value.isdecimal() or int(value) < _ROUNDED:
        return value
    return next((each for each in known if each.isdecimal() and float(each) == float(value)), value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _demanded(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    """Required parts that no input sends."""
    sent = {spec.target for spec in action.inputs.values()}
    needed = [*(f"query.{name}" for name in published.required)]
    needed += [f"body.{name}" for name in (published.body or {}).get("required") or []]
    for place in sorted(needed):
        if place not in sent and not any(str(each or "").startswith(f"{place}.") for each in sent):
            yield SpecChange(
                "breaking", action.key, f"{place.replace('.', ' ', 1)} is required, and no input sends it."
            )


def _unknown(action: ActionSpec, operation: Operation, published: PublishedOperation) -> Iterator[SpecChange]:
    """Parameters and fields that the facts do not have yet."""
    query = {str(each["name"]) for each in operation.query}
    body = {name for name, _ in iter_body_fields(operation.body or {})}
    places = [f"query {name}" for name in published.query if name not in query]
    places += [f"body {name}" for name, _ in iter_body_fields(published.body or {}) if name not in body]
    if places:
        told = f"there is more to send: {', '.join(sorted(places))}."
        yield SpecChange("additive", action.key, told)


def _scopes(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    for kind, ours in (("classic", set(action.scopes)), ("granular", set(action.granular_scopes))):
        left = ours & published.scopes
        if left and (gone := sorted(ours - left)):
            yield SpecChange("other", action.key, f"the {kind} scope {' or '.join(gone)} suffices no more.")
    known = {*action.scopes, *action.granular_scopes}
    if published.scopes and not known & published.scopes:
        yield SpecChange(
            "breaking", action.key, f"it wants another scope now: {' or '.join(sorted(published.scopes))}."
        )
    elif more := sorted(published.scopes - known):
        yield SpecChange("other", action.key, f"the scope {' or '.join(more)} suffices, too.")


def _page_size(action: ActionSpec, published: PublishedOperation) -> Iterator[SpecChange]:
    if action.pages is None:
        return
    most = published.query.get(action.pages.page_size_param, {}).get("maximum")
    if isinstance(most, int) and most != action.pages.max_page_size:
        weight = "breaking" if most < action.pages.page_size else "other"
        told = f"a page holds {most} items at most now, and {action.pages.max_page_size} are known."
        yield SpecChange("breaking" if weight == "breaking" else "other", action.key, told)
