"""Check the date-times of a call together: with their time zones, with each other, and with the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoom_component.client.request import times
from zoom_component.client.request.values import InvalidValue, format_value
from zoom_component.spec.spec import EFFECTS_WITH_DEFAULTS, ActionSpec, Input

if TYPE_CHECKING:
    from zoom_component.client.request.inputs import ValidatedInputs

__all__ = ["check_times"]

_DATE_TIMES = ("date-time", "instant")


def check_times(result: ValidatedInputs, action: ActionSpec, now: float | None = None) -> None:
    """Replace each date-time by what is sent, and add the problems and the warnings that its value causes.

    `now` is in epoch seconds; without it, nothing is compared with the clock.
    """
    invalid = result.invalid_keys()
    for key, value in list(result.values.items()):
        spec = action.inputs[key]
        if spec.format in _DATE_TIMES and isinstance(value, str) and spec.time_zone not in invalid:
            _pass_own_zone(result, action, spec, value)
            _normalize_time(result, spec, value)
            if now is not None and key not in result.invalid_keys():
                _warn_of_past_time(result, spec, now)
    _check_order(result, action)


def _pass_own_zone(result: ValidatedInputs, action: ActionSpec, spec: Input, text: str) -> None:
    """Send the time zone that a time names as the time zone beside it, if the caller gave none.

    A series recurs in its time zone, so the zone means more than the instant. An update sends only what was given.
    """
    key, zone = spec.time_zone, times.find_own_zone(text)
    if zone is None or key is None or spec.format != "date-time" or action.effect not in EFFECTS_WITH_DEFAULTS:
        return
    if key not in result.explicit_keys and key not in result.values:
        result.values[key] = zone
        result.warnings.append(f"{key}: {zone} is sent, because {spec.key} names it")


def _normalize_time(result: ValidatedInputs, spec: Input, text: str) -> None:
    zone, fold = _get_zone(result, spec), int(spec.key in result.second_passes)
    normalize = times.normalize_date_time if spec.format == "date-time" else times.normalize_instant
    try:
        result.values[spec.key] = normalize(text, zone, fold)
    except InvalidValue as error:
        result.add_problem(spec.key, str(error))
        return
    # Only a date-time is shown in the zone; an instant uses it to read a local time.
    if (warning := times.find_warning(text, zone, fold, is_displayed=spec.format == "date-time")) is not None:
        result.warnings.append(f"{spec.key}: {warning}")


def _warn_of_past_time(result: ValidatedInputs, spec: Input, now: float) -> None:
    value = result.values[spec.key]
    if spec.past_warning and times.has_passed(value, _get_zone(result, spec), now):
        result.warnings.append(f"{spec.key}: {value} is in the past; {spec.past_warning}")


def _check_order(result: ValidatedInputs, action: ActionSpec) -> None:
    invalid = result.invalid_keys()
    for key, end in result.values.items():
        earlier = action.inputs[key].not_before
        if earlier is None or key in invalid or earlier in invalid:
            continue
        start = result.values.get(earlier)
        if not isinstance(start, str) or not isinstance(end, str):
            continue
        end_zone, start_zone = (_get_zone(result, action.inputs[name]) for name in (key, earlier))
        if times.is_before(end, start, end_zone, start_zone):
            result.add_problem(key, f"expected a time after {earlier} ({start}), got {format_value(end)}")


def _get_zone(result: ValidatedInputs, spec: Input) -> str | None:
    zone = result.values.get(spec.time_zone) if spec.time_zone else None
    return zone if isinstance(zone, str) else None
