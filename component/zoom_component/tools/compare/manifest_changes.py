"""Compare two manifests, and classify what each change means for callers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.spec.spec import EFFECTS_WITH_DEFAULTS
from zoom_component.tools.compare.input_changes import compare_inputs
from zoom_component.tools.compare.spec_changes import Severity, SpecChange, sort_changes

__all__ = ["compare_manifests"]

_DESCRIPTIONS = (
    "label", "description", "notes", "examples", "example_payload", "documents", "toolkit", "file", "errors",
)  # fmt: skip
_REQUEST_FIELDS = ("method", "path", "operation", "handler", "response")
_GROUPS = (
    ("actions", "action"),
    ("triggers", "trigger"),
    ("data_sources", "data source"),
    ("connections", "connection"),
)
Fields = Mapping[str, Any]


def compare_manifests(old: Fields, new: Fields) -> list[SpecChange]:
    """Return every change from the manifest `old` to `new`, breaking changes first."""
    changes: list[SpecChange] = []
    for group, noun in _GROUPS:
        changes += _compare_group(group, noun, old.get(group, {}), new.get(group, {}))
    return sort_changes(changes)


def _compare_group(group: str, noun: str, old: Mapping[str, Fields], new: Mapping[str, Fields]) -> Iterator[SpecChange]:
    compare = {
        "actions": _compare_action,
        "triggers": _compare_trigger,
        "connections": _compare_connection,
        "data_sources": _compare_data_source,
    }[group]
    yield from (SpecChange("breaking", key, f"the {noun} was removed.") for key in old.keys() - new.keys())
    yield from (SpecChange("additive", key, f"the {noun} was added.") for key in new.keys() - old.keys())
    for key in old.keys() & new.keys():
        yield from compare(key, old[key], new[key])


def _compare_action(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    if old.get("effect") != new.get("effect"):
        yield SpecChange("breaking", key, _describe_change("effect", old, new))
    applies_defaults = new.get("effect") in EFFECTS_WITH_DEFAULTS
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), applies_defaults)
    yield from _compare_slug(key, old, new)
    yield from _compare_result(key, old, new)
    yield from _compare_scopes(key, old, new)
    yield from _compare_rules(key, old, new)
    yield from _compare_requirements(key, old, new)
    yield from _compare_descriptions(key, old, new, "its description changed", _DESCRIPTIONS)


def _compare_slug(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    before, now = old.get("slug"), new.get("slug")
    if before != now and before is not None:
        message = f"the slug changed from {before} to {now}." if now else f"the slug {before} was removed."
        yield SpecChange("breaking", key, message)
    elif before != now:
        yield SpecChange("additive", key, f"the slug {now} was added.")


def _compare_result(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    before, now = old.get("pages") or {}, new.get("pages") or {}
    if bool(before) != bool(now) or before.get("items") != now.get("items"):
        yield SpecChange("breaking", key, "the list in its result changed.")
    elif before.get("max_page_size") != now.get("max_page_size"):
        is_lower = (now.get("max_page_size") or 0) < (before.get("max_page_size") or 0)
        message = _describe_change("max_page_size", before, now)
        yield SpecChange("breaking" if is_lower else "additive", key, message)
    elif before != now:
        yield SpecChange("other", key, "its paging changed.")
    if bool(old.get("merge")) != bool(new.get("merge")):
        can_merge = bool(new.get("merge"))
        message = f"it can {'now' if can_merge else 'no longer'} read the current state before it updates."
        yield SpecChange("additive" if can_merge else "breaking", key, message)
    yield from _compare_descriptions(key, old, new, "its request changed", _REQUEST_FIELDS)


def _compare_scopes(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    """Compare the scopes. One scope of a list is enough, so a caller may have only one that was removed."""
    for field, kind in (("scopes", "classic"), ("granular_scopes", "granular")):
        before, now = set(old.get(field, ())), set(new.get(field, ()))
        if removed := sorted(before - now):
            severity: Severity = "breaking" if now else "other"
            yield SpecChange(severity, key, f"the {kind} scope {' or '.join(removed)} is no longer enough.")
        if added := sorted(now - before):
            severity = "additive" if before else "other"
            yield SpecChange(severity, key, f"the {kind} scope {' or '.join(added)} is now enough.")


def _compare_rules(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    before, now = old.get("rules", []), new.get("rules", [])
    old_messages = {rule["message"] for rule in before}
    new_messages = {rule["message"] for rule in now}
    for rule in now:
        if rule not in before:
            verb = "changed" if rule["message"] in old_messages else "was added"
            severity: Severity = "other" if rule.get("severity") == "warning" else "breaking"
            yield SpecChange(severity, key, f"a rule {verb}: {rule['message']}")
    for rule in before:
        if rule["message"] not in new_messages:
            yield SpecChange("additive", key, f"a rule was removed: {rule['message']}")


def _compare_requirements(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    before, now = (old.get("daily_quota") or {}).get("limit"), (new.get("daily_quota") or {}).get("limit")
    if before != now:
        is_lower = now is not None and (before is None or now < before)
        message = f"the daily quota changed from {before or 'none'} to {now or 'none'}."
        yield SpecChange("breaking" if is_lower else "additive", key, message)
    for field in ("plan", "rate_limit"):
        if old.get(field) != new.get(field):
            yield SpecChange("other", key, _describe_change(field, old, new))
    if old.get("deprecated", False) != new.get("deprecated", False):
        state = "now" if new.get("deprecated") else "no longer"
        yield SpecChange("other", key, f"its operation is {state} deprecated by the API.")


def _compare_trigger(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), True)
    yield from _compare_slug(key, old, new)
    for branch in old.get("branches", []):
        if branch not in new.get("branches", []):
            yield SpecChange("breaking", key, f"the branch {branch} was removed.")
    yield from _compare_payload(key, old.get("payload") or {}, new.get("payload") or {})
    fields = ("label", "description", "notes", "poll")
    yield from _compare_descriptions(key, old, new, "its description or poll changed", fields)


def _compare_payload(key: str, old: Mapping[str, Fields], new: Mapping[str, Fields]) -> Iterator[SpecChange]:
    for name in old.keys() - new.keys():
        yield SpecChange("breaking", key, f"the field `{name}` of its payload was removed.")
    for name in new.keys() - old.keys():
        yield SpecChange("additive", key, f"the field `{name}` was added to its payload.")
    for name in old.keys() & new.keys():
        before, now = old[name], new[name]
        if before.get("type") != now.get("type"):
            message = f"the type of the field `{name}` of its payload changed from {before['type']} to {now['type']}."
            yield SpecChange("breaking", key, message)
        if before.get("required") and not now.get("required"):
            yield SpecChange("breaking", key, f"the field `{name}` of its payload may now be absent.")


def _compare_connection(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), True)
    for field in ("grant", "pkce"):
        if old.get(field) != new.get(field):
            severity: Severity = "breaking" if field == "grant" else "other"
            yield SpecChange(severity, key, _describe_change(field, old, new))


def _compare_data_source(key: str, old: Fields, new: Fields) -> Iterator[SpecChange]:
    yield from compare_inputs(key, old.get("inputs", {}), new.get("inputs", {}), True)
    before, now = ([each.get("value") for each in state.get("lists", [])] for state in (old, new))
    if before != now:
        yield SpecChange("breaking", key, "the fields of its values changed.")
        return
    fields = ("label", "description", "action", "action_inputs", "search", "lists", "notes")
    yield from _compare_descriptions(key, old, new, "its description or lists changed", fields)


def _compare_descriptions(
    key: str, old: Fields, new: Fields, message: str, fields: tuple[str, ...]
) -> Iterator[SpecChange]:
    if changed := [field for field in fields if old.get(field) != new.get(field)]:
        yield SpecChange("other", key, f"{message} ({', '.join(field.replace('_', ' ') for field in changed)}).")


def _describe_change(field: str, old: Fields, new: Fields) -> str:
    before, now = (str(side.get(field) or "none").rstrip(".") for side in (old, new))
    return f"its {field.replace('_', ' ')} changed from {before} to {now}."
