"""Compare the inputs of a part of the specs, and classify what a change means for callers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from zoom_component.tools.compare.spec_changes import Severity, SpecChange

__all__ = ["compare_inputs"]

_TYPE_FIELDS = ("type", "wire_type", "collection")
_REFERENCES = {
    "depends_on": "depends on",
    "conflicts_with": "conflicts with",
    "not_before": "must not be before",
    "time_zone": "uses the time zone of",
}
# Each limit, and whether it is a lower one.
_LIMITS = (("minimum", True), ("maximum", False), ("min_length", True), ("max_length", False))
_DESCRIPTIONS = (
    "label", "comments", "example", "placeholder", "template", "shown", "advanced", "past_warning", "warning",
    "language", "data_source", "toolkit",
)  # fmt: skip
Fields = Mapping[str, Any]


class _InputPair(NamedTuple):
    """Hold one input before and after a change."""

    old: Fields
    new: Fields
    applies_defaults: bool

    def values(self, field: str) -> tuple[Any, Any]:
        return self.old.get(field), self.new.get(field)


def compare_inputs(
    part: str, old: Mapping[str, Fields], new: Mapping[str, Fields], applies_defaults: bool
) -> Iterator[SpecChange]:
    """Yield the changes between two sets of inputs. `applies_defaults`: an absent input gets its default."""
    for key in old.keys() - new.keys():
        yield SpecChange("breaking", part, f"the input `{key}` was removed.")
    added = {key: _is_required(new[key], applies_defaults) for key in sorted(new.keys() - old.keys())}
    for key, is_required in added.items():
        if is_required:
            yield SpecChange("breaking", part, f"the required input `{key}` was added.")
    if optional := [f"`{key}`" for key, is_required in added.items() if not is_required]:
        subject = f"the input {optional[0]} was" if len(optional) == 1 else f"the inputs {', '.join(optional)} were"
        yield SpecChange("additive", part, f"{subject} added.")
    for key in old.keys() & new.keys():
        pair = _InputPair(old[key], new[key], applies_defaults)
        for severity, message in _compare_input(f"the input `{key}`", pair):
            yield SpecChange(severity, part, f"{message}.")


def _is_required(fields: Fields, applies_defaults: bool) -> bool:
    is_in_path = str(fields.get("target") or "").startswith("path.")
    return bool(fields.get("required") or is_in_path) and not ("default" in fields and applies_defaults)


def _compare_input(name: str, pair: _InputPair) -> Iterator[tuple[Severity, str]]:
    yield from _compare_presence(name, pair)
    for field in (*_TYPE_FIELDS, "target"):
        if pair.old.get(field) != pair.new.get(field):
            yield "breaking", _describe_change(field, name, pair.old, pair.new)
    yield from _compare_choices(name, pair)
    yield from _compare_bounds(name, pair.old, pair.new)
    yield from _compare_items(name, pair)
    for field in ("format", "pattern"):
        if pair.old.get(field) != pair.new.get(field):
            severity: Severity = "additive" if pair.new.get(field) is None else "breaking"
            yield severity, _describe_change(field, name, pair.old, pair.new)
    yield from _compare_references(name, pair)
    if changed := [field for field in _DESCRIPTIONS if pair.old.get(field) != pair.new.get(field)]:
        fields = ", ".join(field.replace("_", " ") for field in changed)
        yield "other", f"the description of {name} changed ({fields})"


def _compare_presence(name: str, pair: _InputPair) -> Iterator[tuple[Severity, str]]:
    before, now = (_is_required(side, pair.applies_defaults) for side in (pair.old, pair.new))
    if before != now:
        yield ("breaking", f"{name} is now required") if now else ("additive", f"{name} is no longer required")
    if pair.applies_defaults and pair.old.get("default") != pair.new.get("default"):
        yield "breaking", _describe_change("default", name, pair.old, pair.new)
    if pair.old.get("deprecated", False) != pair.new.get("deprecated", False):
        state = "is now" if pair.new.get("deprecated") else "is no longer"
        yield "other", f"{name} {state} deprecated by the API"


def _compare_choices(name: str, pair: _InputPair) -> Iterator[tuple[Severity, str]]:
    before, now = pair.values("model")
    if before is None and now is not None:
        yield "breaking", f"{name} now accepts only {', '.join(now)}"
    elif before is not None and now is None:
        yield "additive", f"{name} now accepts other values than its choices"
    elif before is not None and now is not None:
        if removed := [value for value in before if value not in now]:
            yield "breaking", f"{name} no longer accepts {', '.join(removed)}"
        if added := [value for value in now if value not in before]:
            yield "additive", f"{name} now accepts {', '.join(added)}"
        if any(now.get(value) not in (None, label) for value, label in before.items()):
            yield "other", f"the labels of the choices of {name} changed"


def _compare_items(name: str, pair: _InputPair) -> Iterator[tuple[Severity, str]]:
    before, now = pair.values("items")
    if before is not None and now is not None:
        yield from _compare_bounds(f"an item of {name}", before, now)
        if any(before.get(field) != now.get(field) for field in ("wireType", "pattern", "model")):
            yield "breaking", f"the rules for items of {name} changed"
    elif now is not None:
        yield "breaking", f"{name} now has rules for its items"
    elif before is not None:
        yield "additive", f"{name} no longer has rules for its items"


def _compare_bounds(name: str, old: Fields, new: Fields) -> Iterator[tuple[Severity, str]]:
    for field, is_lower in _LIMITS:
        before, now = old.get(field), new.get(field)
        if before != now:
            is_stricter = now is not None and (before is None or (now > before) is is_lower)
            yield ("breaking" if is_stricter else "additive"), _describe_change(field, name, old, new)


def _compare_references(name: str, pair: _InputPair) -> Iterator[tuple[Severity, str]]:
    for field, verb in _REFERENCES.items():
        before, now = pair.values(field)
        if before == now:
            continue
        if now:
            yield "breaking", f"{name} now {verb} `{now}`"
        else:
            yield "additive", f"{name} is no longer tied to `{before}`"


def _describe_change(field: str, name: str, old: Fields, new: Fields) -> str:
    before, now = (
        "none" if side.get(field) is None else json.dumps(side[field], ensure_ascii=False, allow_nan=False)
        for side in (old, new)
    )
    return f"the {field.replace('_', ' ')} of {name} changed from {before} to {now}"
