"""From the raw inputs of a call to the values that are sent: every input coerced, checked, and settled with the others.

All problems are collected, so that a caller mends everything at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from zoom_component.client.request import formats
from zoom_component.client.request.limits import breaches, normalize, placeable
from zoom_component.client.request.rules import broken
from zoom_component.client.request.values import Mismatch, coerce, show
from zoom_component.errors import Problem
from zoom_component.spec.faults import suggest
from zoom_component.spec.spec import ABSENT, ActionSpec, Input

__all__ = ["Gathered", "gather"]


class Gathered:
    """What a call's inputs came to: `values` by input key, the problems, and cautions that are said, not refused."""

    __slots__ = ("cautions", "given", "problems", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.cautions: list[str] = []
        self.given: set[str] = set()

    def problem(self, key: str, message: str) -> None:
        self.problems.append(Problem(key, message))


def gather(action: ActionSpec, raw: Mapping[str, Any], *, merging: bool = False) -> Gathered:
    """Coerces and checks every input of `raw`; defaults step in for absent ones where the action's effect allows.

    `merging` says that groups of the body will be read first, so that a part of a group may come alone.
    """
    found = Gathered()
    for key, value in raw.items():
        spec = action.inputs.get(key)
        if spec is None:
            found.problem(str(key), f"this action has no such input; {suggest(str(key), action.inputs)}")
        elif spec.type != "connection":
            _take(found, spec, value)
        else:
            found.cautions.append(f"{key}: it chooses nothing here; the call goes over the connection that is open")
    _defaults(found, action)
    _groups(found, action, merging=merging)
    _covered(found, action)
    _settle_times(found, action)
    _order_times(found, action)
    unknown = {problem.input for problem in found.problems}
    if merging and action.merge:
        # What is not given will be read; a rule that asks for it would speak too soon.
        unknown |= {k for k, s in action.inputs.items() if k not in found.given and _merged(s, action.merge.groups)}
    found.problems += broken(action, found.values, unknown)
    if len(found.problems) > 1:
        order = {key: at for at, key in enumerate(action.inputs)}
        found.problems.sort(key=lambda problem: order.get(problem.input, -1))
    return found


def _take(found: Gathered, spec: Input, value: Any) -> None:
    if value is ABSENT:
        return
    found.given.add(spec.key)
    if value is None:
        _null(found, spec)
        return
    if value == "" and spec.required:
        found.problem(spec.key, f'came "", and it is required{_such_as(spec)}')
        return
    try:
        coerced = normalize(coerce(value, spec), spec)
        placeable(coerced, spec)
    except Mismatch as mismatch:
        found.problem(spec.key, _kept_quiet(str(mismatch), value, spec))
        return
    for sentence in breaches(coerced, spec):
        found.problem(spec.key, _kept_quiet(sentence, coerced, spec))
    if spec.caution and str(coerced).isdigit():
        found.cautions.append(f"{spec.key}: {spec.caution}")
    found.values[spec.key] = coerced


def _kept_quiet(sentence: str, value: Any, spec: Input) -> str:
    """The sentence without the value, where the value is a secret."""
    if spec.type != "password" and ("password" not in spec.key.lower() or spec.type == "boolean"):
        return sentence
    return sentence.replace(show(value), "a value that is not shown here")


def _null(found: Gathered, spec: Input) -> None:
    """Null has a place in a body alone; in a query or among an action's own inputs it stands for no value at all."""
    where = (spec.send or "").partition(".")[0]
    if spec.required or where == "path":
        found.problem(spec.key, f"came null, and it is required{_such_as(spec)}")
    elif where == "body" and not (spec.send or "").endswith("*"):
        found.values[spec.key] = None


def _groups(found: Gathered, action: ActionSpec, *, merging: bool) -> None:
    """An input that goes along with another is refused without it; contradicting ones are refused together."""
    groups = action.merge.groups if action.merge and merging else ()
    faulty = {problem.input for problem in found.problems}
    for key in found.given:
        spec = action.inputs[key]
        if found.values.get(key) is None:
            continue
        if spec.along and not _opened(spec.along, found, faulty) and not _merged(spec, groups):
            opener = action.inputs[spec.along]
            found.problem(key, f"it counts only along with {spec.along} ({opener.label}); give that too")
        if spec.unless and spec.unless in found.given and found.values.get(spec.unless) is not None:
            found.problem(
                key, f"it contradicts {spec.unless} ({action.inputs[spec.unless].label}); give one of the two"
            )


def _covered(found: Gathered, action: ActionSpec) -> None:
    """Free fields lie under the inputs that have a field of their own; where the two differ, that is said."""
    for key in found.given:
        fields, send = found.values.get(key), action.inputs[key].send or ""
        if not send.endswith(".*") or not isinstance(fields, Mapping):
            continue
        for other in sorted(found.given & set(found.values)):
            inner = (action.inputs[other].send or "").partition(send.removesuffix("*"))[2]
            part: Any = fields
            for name in inner.split("."):
                part = part.get(name, ABSENT) if isinstance(part, Mapping) else ABSENT
            if inner and part is not ABSENT and part != found.values[other]:
                found.cautions.append(f"{key}: its {inner} gives way to {other}, which has its own value")


def _opened(opener: str, found: Gathered, faulty: Collection[str]) -> bool:
    return found.values.get(opener) is not None or opener in faulty


def _merged(spec: Input, groups: tuple[str, ...]) -> bool:
    return any((spec.send or "").startswith(f"body.{group}.") for group in groups)


def _defaults(found: Gathered, action: ActionSpec) -> None:
    for key, spec in action.inputs.items():
        if key in found.given or spec.type == "connection":
            continue
        if spec.default is ABSENT or not action.applies_defaults:
            if spec.required or (spec.send or "").startswith("path."):
                found.problem(key, f"it is required{_such_as(spec)}")
        elif _open(spec, found):
            found.values[key] = coerce(spec.default, spec)


def _open(spec: Input, found: Gathered) -> bool:
    if spec.along and found.values.get(spec.along) is None:
        return False
    return not (spec.unless and spec.unless in found.given)


def _settle_times(found: Gathered, action: ActionSpec) -> None:
    faulty = {problem.input for problem in found.problems}
    for key, value in list(found.values.items()):
        spec = action.inputs[key]
        if spec.format not in ("date-time", "instant") or not isinstance(value, str):
            continue
        zone = found.values.get(spec.zone) if spec.zone else None
        if spec.zone in faulty:
            continue
        try:
            settle = formats.settle if spec.format == "date-time" else formats.settle_instant
            found.values[key] = settle(value, zone if isinstance(zone, str) else None)
        except Mismatch as mismatch:
            found.problem(key, str(mismatch))


def _order_times(found: Gathered, action: ActionSpec) -> None:
    for key, end in found.values.items():
        spec = action.inputs[key]
        if spec.after is None:
            continue
        start = found.values.get(spec.after)
        if isinstance(start, str) and isinstance(end, str) and formats.before(end, start):
            found.problem(key, f"came {show(end)}, which lies before {spec.after} ({start}); give a later one")


def _such_as(spec: Input) -> str:
    if spec.model:
        return f"; accepted: {', '.join(spec.model)}"
    shown = spec.example if spec.example is not ABSENT else spec.placeholder
    return f"; for example {show(shown)}" if shown else ""
