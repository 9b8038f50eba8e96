"""Validate the raw inputs of a call: coerce each one, check its limits, apply defaults, and check all together.

All problems are collected, so that the caller can fix everything at once. The module `absence` decides which values
count as not given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from zoom_component.client.request.choices import format_choices
from zoom_component.client.request.constraints import convert_value, find_violations
from zoom_component.client.request.values import InvalidValue, check_target, coerce, format_value
from zoom_component.errors import Problem
from zoom_component.messages import Effect
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec, Input, InputRule

__all__ = ["ValidatedInputs", "validate_inputs"]

_INT64 = 2**63
_MAX_PROBLEMS = 100  # of unknown names, and of the items of one list: a message for each takes time
_MAX_NAME = 100
_DATE_TIMES = ("date-time", "instant")
_PYTHON_FORMATS = frozenset({"date", "date-or-time", "date-time", "instant", "time-zone", "year-month"})


class ValidatedInputs:
    """Hold the outcome of a validation.

    `values` are the values to send, by input key. `explicit_keys` are the inputs that the caller provided, as opposed
    to defaults and to values that count as not given. `problems` make the call invalid; `warnings` do not.
    `second_passes` are the date-times that Python's `fold` puts into the second pass of a repeated hour.
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
        if spec is None and len(result.problems) >= _MAX_PROBLEMS:
            message = f"unknown input; the call has {len(raw):,} inputs, and those after this one are not checked"
            result.add_problem(str(key)[:_MAX_NAME], message)
            break
        if spec is None:
            result.add_problem(str(key)[:_MAX_NAME], f"unknown input; {suggest(str(key), action.inputs)}")
        elif spec.type != "connection":
            _validate_input(result, spec, value, action.effect)
        else:
            result.warnings.append(f"{key}: ignored, because the call uses the connection of its session")
    groups = action.merge.groups if action.merge and merge else ()
    _apply_defaults(result, action, raw)
    _check_dependencies(result, action, groups)
    _add_warnings(result, action, raw)
    if any(action.inputs[key].format in _DATE_TIMES or action.inputs[key].not_before for key in result.values):
        from zoom_component.client.request.time_inputs import check_times

        check_times(result, action, now)
    skipped = result.invalid_keys()
    if groups:
        # The rest of these groups is not known before it is read, so a rule cannot be checked yet.
        skipped |= {k for k, spec in action.inputs.items() if k not in result.explicit_keys and _is_in(spec, groups)}
    if action.rules:
        _check_rules(result, action, skipped)
    if len(result.problems) > 1:
        order = {key: at for at, key in enumerate(action.inputs)}
        result.problems.sort(key=lambda problem: order.get(problem.input, -1))
    return result


def _validate_input(result: ValidatedInputs, spec: Input, value: Any, effect: Effect) -> None:
    if value is ABSENT:
        return
    if _may_be_empty(value):
        from zoom_component.client.request.absence import read_empty

        value = read_empty(value, spec, effect)
        if value is ABSENT:
            return
        if value is None or value == "":
            result.explicit_keys.add(spec.key)
            result.values[spec.key] = value
            return
    result.explicit_keys.add(spec.key)
    if not isinstance(value, str) and spec.format in _PYTHON_FORMATS:
        value = _convert_time(result, spec, value)
    try:
        coerced = _read_value(value, spec)
        check_target(coerced, spec)
    except InvalidValue as error:
        result.add_problem(spec.key, _hide_secret(str(error), value, spec))
        return
    for message in islice(find_violations(coerced, spec), _MAX_PROBLEMS):
        result.add_problem(spec.key, _hide_secret(message, coerced, spec))
    if spec.warning and str(coerced).isdigit():
        result.warnings.append(f"{spec.key}: {spec.warning}")
    if effect in EFFECTS_WITH_DEFAULTS and _is_default(spec, coerced):
        # A form sends the default itself. It counts as not given, and applies where it does not contradict the others.
        result.explicit_keys.discard(spec.key)
    else:
        result.values[spec.key] = coerced


def _may_be_empty(value: Any) -> bool:
    """Return False, at little cost, for nearly every value that is not empty."""
    if isinstance(value, str):
        first = value[:1]
        return not (first.isascii() and first.isalnum()) or value == "null"
    return not isinstance(value, bool | int | float)


def _read_value(value: Any, spec: Input) -> Any:
    """Return a value in the form that it is sent in, and with the exact spelling of a choice."""
    has_choices = spec.model is not None or (spec.items is not None and spec.items.get("model") is not None)
    is_exact = spec.model is not None and isinstance(value, str) and value in spec.model
    if has_choices and not is_exact:
        from zoom_component.client.request.choices import read_choices

        value = read_choices(value, spec)
    if spec.model is not None and isinstance(value, str) and value in spec.model:
        return coerce(value, spec)
    return convert_value(value, spec)


def _is_default(spec: Input, value: Any) -> bool:
    """Return whether a coerced value is the declared default of its input."""
    return spec.default is not ABSENT and spec.default is not None and bool(value == coerce(spec.default, spec))


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


def _apply_defaults(result: ValidatedInputs, action: ActionSpec, raw: Mapping[str, Any]) -> None:
    opposed = {action.inputs[key].conflicts_with for key in result.explicit_keys if _is_filled(result, key)}
    for key, spec in action.inputs.items():
        if key in result.explicit_keys or spec.type == "connection":
            continue
        if spec.default is ABSENT or action.effect not in EFFECTS_WITH_DEFAULTS:
            if spec.required or (spec.target or "").startswith("path."):
                value = raw.get(key, ABSENT)
                came = "" if value is ABSENT else f", got {format_value(value)}"
                result.add_problem(key, f"is required{came}{_format_hint(spec)}")
        elif key not in opposed and _accepts_default(spec, result):
            result.values[key] = coerce(spec.default, spec)


def _accepts_default(spec: Input, result: ValidatedInputs) -> bool:
    if spec.depends_on and not _is_filled(result, spec.depends_on):
        return False
    return not (spec.conflicts_with in result.explicit_keys and _is_filled(result, spec.conflicts_with))


def _is_filled(result: ValidatedInputs, key: str | None) -> bool:
    """Return whether an input has a value that opens or contradicts others, which null and "" do not."""
    return result.values.get(key or "") not in (None, "")


def _check_dependencies(result: ValidatedInputs, action: ActionSpec, groups: Collection[str]) -> None:
    """Refuse an input whose companion is absent, and two inputs that conflict. `groups` are read before the write."""
    invalid = result.invalid_keys()
    for key in sorted(result.explicit_keys):
        spec = action.inputs[key]
        if not _is_filled(result, key):
            continue
        other = spec.depends_on
        if other and not _is_filled(result, other) and other not in invalid and not _is_in(spec, groups):
            reason = f"requires {other} ({action.inputs[other].label})"
            if not _drop_default(result, spec, reason):
                result.add_problem(key, f"{reason}; provide it too")
        other = spec.conflicts_with
        if other and other in result.explicit_keys and _is_filled(result, other):
            label = f"conflicts with {other} ({action.inputs[other].label})"
            is_dropped = _drop_default(result, spec, label)
            if not is_dropped and not _drop_default(result, action.inputs[other], f"conflicts with {key}"):
                result.add_problem(key, f"{label}; provide only one of them")


def _drop_default(result: ValidatedInputs, spec: Input, reason: str) -> bool:
    """Leave out a value that is only its default, as forms send it, and return whether it was one."""
    if spec.required or not _is_default(spec, result.values.get(spec.key)):
        return False
    result.explicit_keys.discard(spec.key)
    value = result.values.pop(spec.key)
    result.warnings.append(f"{spec.key}: not sent, because it is the default ({format_value(value)}) and {reason}")
    return True


def _add_warnings(result: ValidatedInputs, action: ActionSpec, raw: Mapping[str, Any]) -> None:
    """Warn of values that the caller gave and that are not sent."""
    free_keys = [key for key in result.explicit_keys if (action.inputs[key].target or "").endswith(".*")]
    if free_keys:
        from zoom_component.client.request.free_fields import find_overridden_inputs

        result.warnings += find_overridden_inputs(action.inputs, result.values, result.explicit_keys, free_keys)
    empty_lists = [key for key, value in raw.items() if value == [] and key in action.inputs]
    if empty_lists and action.effect == "update":
        reason = "not sent, because an empty list means that nothing was filled in"
        result.warnings.append(f"{', '.join(empty_lists)}: {reason}; null empties a field")


def _is_in(spec: Input, groups: Collection[str]) -> bool:
    return any((spec.target or "").startswith(f"body.{group}.") for group in groups)


def _format_hint(spec: Input) -> str:
    if spec.model:
        return f"; expected {format_choices(spec.model)}"
    example = spec.example if spec.example is not ABSENT else spec.placeholder
    return f"; for example {format_value(example)}" if example else ""


def _check_rules(result: ValidatedInputs, action: ActionSpec, skipped: Collection[str]) -> None:
    """Add a problem, or a warning, for each rule of the action that the values violate.

    A rule that mentions one of the `skipped` inputs is not checked, because the value of that input is not known. Null
    and "" count as absent. An update leaves out defaults, as forms send them, that alone violate a rule.
    """
    from zoom_component.json_schema import compile_schema

    plain = {key: _fit_number(value) for key, value in result.values.items() if value is not None and value != ""}
    for rule in action.rules:
        if any(key in rule.inputs or f'"{key}"' in rule.schema for key in skipped):
            continue
        is_valid = compile_schema(rule.schema)
        if is_valid(plain):
            continue
        defaults = [] if action.effect in EFFECTS_WITH_DEFAULTS else _find_defaults(action, rule, plain)
        if defaults and is_valid({key: value for key, value in plain.items() if key not in defaults}):
            for key in defaults:
                _drop_default(result, action.inputs[key], "another input excludes it")
                del plain[key]
        elif rule.is_warning:
            result.warnings.append(f"{rule.inputs[0]}: {rule.message}")
        else:
            result.add_problem(rule.inputs[0], rule.message)


def _find_defaults(action: ActionSpec, rule: InputRule, values: Mapping[str, Any]) -> list[str]:
    """Return the inputs of a rule whose values are only their defaults."""
    inputs = (action.inputs[key] for key in rule.inputs if key in values)
    return [spec.key for spec in inputs if not spec.required and _is_default(spec, values[spec.key])]


def _fit_number(value: Any) -> Any:
    """Return integers beyond 64 bits as floats, which the JSON Schema engine can hold. What is sent stays exact."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _INT64:
        return float(value) if abs(value) < 10**300 else 1e300
    return value
