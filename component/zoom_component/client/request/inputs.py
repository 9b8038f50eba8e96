"""Validate the raw inputs of a call: coerce each one, check its limits, apply defaults, and check all together.

All problems are collected, so that the caller can fix everything at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from zoom_component.client.request.constraints import find_violations, format_choices, normalize_format
from zoom_component.client.request.values import InvalidValue, check_target, coerce, format_value
from zoom_component.errors import Problem
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec, Input

__all__ = ["ValidatedInputs", "validate_inputs"]

_INT64 = 2**63
_DATE_TIMES = ("date-time", "instant")
_PYTHON_FORMATS = frozenset({"date", "date-or-time", "date-time", "instant", "time-zone", "year-month"})


class ValidatedInputs:
    """Hold the outcome of a validation.

    `values` are the values to send, by input key. `explicit_keys` are the inputs that the caller provided, as opposed
    to defaults. `problems` make the call invalid; `warnings` do not. `second_passes` are the date-times that Python's
    `fold` puts into the second pass of a repeated hour.
    """

    __slots__ = ("explicit_keys", "problems", "second_passes", "values", "warnings")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.warnings: list[str] = []
        self.explicit_keys: set[str] = set()
        self.second_passes: set[str] = set()

    def add_problem(self, key: str, message: str) -> None:
        self.problems.append(Problem(key, message))

    def invalid_keys(self) -> set[str]:
        """Return the inputs that have a problem."""
        return {problem.input for problem in self.problems}


def validate_inputs(
    action: ActionSpec, raw: Mapping[str, Any], *, merge: bool = False, now: float | None = None
) -> ValidatedInputs:
    """Coerce and check every value of `raw`, a mapping by input key.

    A default applies to an absent input where the action's effect allows it. With `merge`, some groups of the body are
    read from Zoom before they are written, so a part of such a group may be provided alone. `now` is in epoch seconds;
    without it, no value is compared with the clock.
    """
    result = ValidatedInputs()
    for key, value in raw.items():
        spec = action.inputs.get(key)
        if spec is None:
            result.add_problem(str(key), f"unknown input; {suggest(str(key), action.inputs)}")
        elif spec.type != "connection":
            _validate_input(result, spec, value)
        else:
            result.warnings.append(f"{key}: ignored, because the call uses the connection of its session")
    groups = action.merge.groups if action.merge and merge else ()
    _apply_defaults(result, action)
    _check_dependencies(result, action, groups)
    _warn_of_overridden_fields(result, action)
    if any(action.inputs[key].format in _DATE_TIMES or action.inputs[key].not_before for key in result.values):
        from zoom_component.client.request.time_inputs import check_times

        check_times(result, action, now)
    skipped = result.invalid_keys()
    if groups:
        # The rest of these groups is not known before it is read, so a rule cannot be checked yet.
        skipped |= {k for k, spec in action.inputs.items() if k not in result.explicit_keys and _is_in(spec, groups)}
    _check_rules(result, action, skipped)
    if len(result.problems) > 1:
        order = {key: at for at, key in enumerate(action.inputs)}
        result.problems.sort(key=lambda problem: order.get(problem.input, -1))
    return result


def _validate_input(result: ValidatedInputs, spec: Input, value: Any) -> None:
    if value is ABSENT:
        return
    result.explicit_keys.add(spec.key)
    if value is None:
        _validate_null(result, spec)
        return
    if value == "" and spec.required:
        result.add_problem(spec.key, f'is required, got ""{_format_hint(spec)}')
        return
    if not isinstance(value, str) and spec.format in _PYTHON_FORMATS:
        value = _convert_time(result, spec, value)
    try:
        coerced = coerce(value, spec)
        if spec.format is not None and isinstance(coerced, str):
            coerced = normalize_format(spec.format, coerced)
        check_target(coerced, spec)
    except InvalidValue as error:
        result.add_problem(spec.key, _hide_secret(str(error), value, spec))
        return
    for message in find_violations(coerced, spec):
        result.add_problem(spec.key, _hide_secret(message, coerced, spec))
    if spec.warning and str(coerced).isdigit():
        result.warnings.append(f"{spec.key}: {spec.warning}")
    result.values[spec.key] = coerced


def _convert_time(result: ValidatedInputs, spec: Input, value: Any) -> Any:
    """Return a date, a time or a time zone of Python as text; other values as they are."""
    from zoom_component.client.request.time_parsing import to_text

    if getattr(value, "fold", 0) and getattr(value, "tzinfo", None) is None:
        result.second_passes.add(spec.key)
    return to_text(value)


def _hide_secret(message: str, value: Any, spec: Input) -> str:
    """Return the message without the value of a password input."""
    if spec.type != "password" and ("password" not in spec.key.lower() or spec.type == "boolean"):
        return message
    return message.replace(format_value(value), "a value that is not shown here")


def _validate_null(result: ValidatedInputs, spec: Input) -> None:
    """Take null as a value in a body only. In a query, and for inputs that are not sent, null means absent."""
    target = spec.target or ""
    if spec.required or target.startswith("path"):
        result.add_problem(spec.key, f"is required, got null{_format_hint(spec)}")
    elif target.startswith("body") and not target.endswith("*"):
        result.values[spec.key] = None


def _apply_defaults(result: ValidatedInputs, action: ActionSpec) -> None:
    for key, spec in action.inputs.items():
        if key in result.explicit_keys or spec.type == "connection":
            continue
        if spec.default is ABSENT or action.effect not in EFFECTS_WITH_DEFAULTS:
            if spec.required or (spec.target or "").startswith("path."):
                result.add_problem(key, f"is required{_format_hint(spec)}")
        elif _accepts_default(spec, result):
            result.values[key] = coerce(spec.default, spec)


def _accepts_default(spec: Input, result: ValidatedInputs) -> bool:
    if spec.depends_on and result.values.get(spec.depends_on) is None:
        return False
    return not (spec.conflicts_with and spec.conflicts_with in result.explicit_keys)


def _check_dependencies(result: ValidatedInputs, action: ActionSpec, groups: Collection[str]) -> None:
    """Refuse an input whose companion is absent, and two inputs that conflict. `groups` are read before the write."""
    invalid = result.invalid_keys()
    for key in (key for key in result.explicit_keys if result.values.get(key) is not None):
        spec = action.inputs[key]
        other = spec.depends_on
        if other and result.values.get(other) is None and other not in invalid and not _is_in(spec, groups):
            result.add_problem(key, f"requires {other} ({action.inputs[other].label}); provide it too")
        other = spec.conflicts_with
        if other and other in result.explicit_keys and result.values.get(other) is not None:
            result.add_problem(key, f"conflicts with {other} ({action.inputs[other].label}); provide only one of them")


def _warn_of_overridden_fields(result: ValidatedInputs, action: ActionSpec) -> None:
    """Warn of free fields (`body.group.*`) that an input of their own overrides with another value."""
    for key in result.explicit_keys:
        fields, target = result.values.get(key), action.inputs[key].target or ""
        if not target.endswith(".*") or not isinstance(fields, Mapping):
            continue
        for other in sorted(result.explicit_keys & set(result.values)):
            name = (action.inputs[other].target or "").partition(target.removesuffix("*"))[2]
            value: Any = fields
            for step in name.split("."):
                value = value.get(step, ABSENT) if isinstance(value, Mapping) else ABSENT
            if name and value is not ABSENT and value != result.values[other]:
                result.warnings.append(f"{key}: {name} is ignored, because {other} has another value")


def _is_in(spec: Input, groups: Collection[str]) -> bool:
    return any((spec.target or "").startswith(f"body.{group}.") for group in groups)


def _format_hint(spec: Input) -> str:
    if spec.model:
        return f"; expected {format_choices(spec.model)}"
    example = spec.example if spec.example is not ABSENT else spec.placeholder
    return f"; for example {format_value(example)}" if example else ""


def _check_rules(result: ValidatedInputs, action: ActionSpec, invalid: Collection[str]) -> None:
    """Add a problem, or a warning, for each rule of the action that the values violate.

    A rule that mentions one of the `invalid` inputs is skipped, because the value of that input is not known.
    """
    if not action.rules:
        return
    from zoom_component.json_schema import compile_schema

    plain = {key: _fit_number(value) for key, value in result.values.items()}
    for rule in action.rules:
        if any(key in rule.inputs or f'"{key}"' in rule.schema for key in invalid):
            continue
        if not compile_schema(rule.schema)(plain):
            if rule.is_warning:
                result.warnings.append(f"{rule.inputs[0]}: {rule.message}")
            else:
                result.add_problem(rule.inputs[0], rule.message)


def _fit_number(value: Any) -> Any:
    """Return integers beyond 64 bits as floats, which the JSON Schema engine can hold. What is sent stays exact."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _INT64:
        return float(value) if abs(value) < 10**300 else 1e300
    return value
