"""From the raw inputs of a call to the values that are sent: every input coerced, checked, and settled with the others.

All problems are collected, so that a caller mends everything at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from zoom_component.client.request import formats
from zoom_component.client.request.limits import check_placement, find_violations, normalize_value
from zoom_component.client.request.rules import find_rule_violations
from zoom_component.client.request.values import InvalidValue, coerce, format_value
from zoom_component.errors import Problem
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ABSENT, ActionSpec, Input

__all__ = ["ValidatedInputs", "validate_inputs"]


class ValidatedInputs:
    """What a call's inputs came to: `values` by input key, the problems, and cautions that are said, not refused."""

    __slots__ = ("explicit_keys", "problems", "values", "warnings")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.explicit_keys: set[str] = set()

    def add_problem(self, key: str, message: str) -> None:
        self.problems.append(Problem(key, message))


def validate_inputs(action: ActionSpec, raw: Mapping[str, Any], *, merge: bool = False) -> ValidatedInputs:
    """Coerces and checks every input of `raw`; defaults step in for absent ones where the action's effect allows.

    `merging` says that groups of the body will be read first, so that a part of a group may come alone.
    """
    found = ValidatedInputs()
    for key, value in raw.items():
        spec = action.inputs.get(key)
        if spec is None:
            found.add_problem(str(key), f"this action has no such input; {suggest(str(key), action.inputs)}")
        elif spec.type != "connection":
            _take(found, spec, value)
        else:
            found.warnings.append(f"{key}: it chooses nothing here; the call goes over the connection that is open")
    _defaults(found, action)
    _groups(found, action, merging=merge)
    _covered(found, action)
    _settle_times(found, action)
    _order_times(found, action)
    unknown = {problem.input for problem in found.problems}
    if merge and action.merge:
        # What is not given will be read; a rule that asks for it would speak too soon.
        unknown |= {
            k for k, s in action.inputs.items() if k not in found.explicit_keys and _merged(s, action.merge.groups)
        }
    found.problems += find_rule_violations(action, found.values, unknown)
    if len(found.problems) > 1:
        order = {key: at for at, key in enumerate(action.inputs)}
        found.problems.sort(key=lambda problem: order.get(problem.input, -1))
    return found


def _take(found: ValidatedInputs, spec: Input, value: Any) -> None:
    if value is ABSENT:
        return
    found.explicit_keys.add(spec.key)
    if value is None:
        _null(found, spec)
        return
    if value == "" and spec.required:
        found.add_problem(spec.key, f'came "", and it is required{_such_as(spec)}')
        return
    try:
        coerced = normalize_value(coerce(value, spec), spec)
        check_placement(coerced, spec)
    except InvalidValue as mismatch:
        found.add_problem(spec.key, _kept_quiet(str(mismatch), value, spec))
        return
    for sentence in find_violations(coerced, spec):
        found.add_problem(spec.key, _kept_quiet(sentence, coerced, spec))
    if spec.warning and str(coerced).isdigit():
        found.warnings.append(f"{spec.key}: {spec.warning}")
    found.values[spec.key] = coerced


def _kept_quiet(sentence: str, value: Any, spec: Input) -> str:
    """The sentence without the value, where the value is a secret."""
    if spec.type != "password" and ("password" not in spec.key.lower() or spec.type == "boolean"):
        return sentence
    return sentence.replace(format_value(value), "a value that is not shown here")


def _null(found: ValidatedInputs, spec: Input) -> None:
    """Null has a place in a body alone; in a query or among an action's own inputs it stands for no value at all."""
    where = (spec.target or "").partition(".")[0]
    if spec.required or where == "path":
        found.add_problem(spec.key, f"came null, and it is required{_such_as(spec)}")
    elif where == "body" and not (spec.target or "").endswith("*"):
        found.values[spec.key] = None


def _groups(found: ValidatedInputs, action: ActionSpec, *, merging: bool) -> None:
    """An input that goes along with another is refused without it; contradicting ones are refused together."""
    groups = action.merge.groups if action.merge and merging else ()
    faulty = {problem.input for problem in found.problems}
    for key in found.explicit_keys:
        spec = action.inputs[key]
        if found.values.get(key) is None:
            continue
        if spec.depends_on and not _opened(spec.depends_on, found, faulty) and not _merged(spec, groups):
            opener = action.inputs[spec.depends_on]
            found.add_problem(key, f"it counts only along with {spec.depends_on} ({opener.label}); give that too")
        if (
            spec.conflicts_with
            and spec.conflicts_with in found.explicit_keys
            and found.values.get(spec.conflicts_with) is not None
        ):
            found.add_problem(
                key,
                f"it contradicts {spec.conflicts_with} ({action.inputs[spec.conflicts_with].label}); give one of the two",
            )


def _covered(found: ValidatedInputs, action: ActionSpec) -> None:
    """Free fields lie under the inputs that have a field of their own; where the two differ, that is said."""
    for key in found.explicit_keys:
        fields, send = found.values.get(key), action.inputs[key].target or ""
        if not send.endswith(".*") or not isinstance(fields, Mapping):
            continue
        for other in sorted(found.explicit_keys & set(found.values)):
            inner = (action.inputs[other].target or "").partition(send.removesuffix("*"))[2]
            part: Any = fields
            for name in inner.split("."):
                part = part.get(name, ABSENT) if isinstance(part, Mapping) else ABSENT
            if inner and part is not ABSENT and part != found.values[other]:
                found.warnings.append(f"{key}: its {inner} gives way to {other}, which has its own value")


def _opened(opener: str, found: ValidatedInputs, faulty: Collection[str]) -> bool:
    return found.values.get(opener) is not None or opener in faulty


def _merged(spec: Input, groups: tuple[str, ...]) -> bool:
    return any((spec.target or "").startswith(f"body.{group}.") for group in groups)


def _defaults(found: ValidatedInputs, action: ActionSpec) -> None:
    for key, spec in action.inputs.items():
        if key in found.explicit_keys or spec.type == "connection":
            continue
        if spec.default is ABSENT or not action.applies_defaults:
            if spec.required or (spec.target or "").startswith("path."):
                found.add_problem(key, f"it is required{_such_as(spec)}")
        elif _open(spec, found):
            found.values[key] = coerce(spec.default, spec)


def _open(spec: Input, found: ValidatedInputs) -> bool:
    if spec.depends_on and found.values.get(spec.depends_on) is None:
        return False
    return not (spec.conflicts_with and spec.conflicts_with in found.explicit_keys)


def _settle_times(found: ValidatedInputs, action: ActionSpec) -> None:
    faulty = {problem.input for problem in found.problems}
    for key, value in list(found.values.items()):
        spec = action.inputs[key]
        if spec.format not in ("date-time", "instant") or not isinstance(value, str):
            continue
        zone = found.values.get(spec.time_zone) if spec.time_zone else None
        if spec.time_zone in faulty:
            continue
        try:
            settle = formats.normalize_date_time if spec.format == "date-time" else formats.normalize_instant
            found.values[key] = settle(value, zone if isinstance(zone, str) else None)
        except InvalidValue as mismatch:
            found.add_problem(key, str(mismatch))


def _order_times(found: ValidatedInputs, action: ActionSpec) -> None:
    for key, end in found.values.items():
        spec = action.inputs[key]
        if spec.not_before is None:
            continue
        start = found.values.get(spec.not_before)
        if isinstance(start, str) and isinstance(end, str) and formats.is_before(end, start):
            found.add_problem(
                key, f"came {format_value(end)}, which lies before {spec.not_before} ({start}); give a later one"
            )


def _such_as(spec: Input) -> str:
    if spec.model:
        return f"; accepted: {', '.join(spec.model)}"
    shown = spec.example if spec.example is not ABSENT else spec.placeholder
    return f"; for example {format_value(shown)}" if shown else ""
