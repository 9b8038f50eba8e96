"""Build the inputs of the calls that one poll makes, from the settings of the trigger and the days to cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from zoom_component.spec.spec import PollInput, PollSpec

__all__ = ["iter_call_inputs", "to_utc_date"]

_MAX_DAYS = 366  # After a longer pause, a poll does not ask for what lies before.


def to_utc_date(now: float) -> date:
    """Return the day in UTC of a time in epoch seconds."""
    return datetime.fromtimestamp(now, UTC).date()


def iter_call_inputs(poll: PollSpec, settings: Mapping[str, Any], since: date, today: date) -> Iterator[dict[str, Any]]:
    """Yield the inputs of each call of a poll, those for today last.

    The calls cover the days from the last successful poll (`since`), minus `poll.lookback`, to today: as a range, or
    in spans of so many days, when the action takes a range; else one call for each different set of inputs, such as
    one a month.
    """
    begin = max(min(since, today) - timedelta(days=poll.lookback), today - timedelta(days=_MAX_DAYS))
    if poll.span is not None:
        while begin <= today:
            end = today if poll.span.days is None else min(begin + timedelta(days=poll.span.days - 1), today)
            span = {poll.span.first: begin.isoformat(), poll.span.last: end.isoformat()}
            yield {**_build_inputs(poll, settings, today), **span}
            begin = end + timedelta(days=1)
        return
    calls: list[dict[str, Any]] = []
    for days in range((today - begin).days + 1):
        inputs = _build_inputs(poll, settings, begin + timedelta(days=days))
        if inputs not in calls:
            calls.append(inputs)
    yield from calls


def _build_inputs(poll: PollSpec, settings: Mapping[str, Any], day: date) -> dict[str, Any]:
    values = {key: _resolve_value(spec, settings, day) for key, spec in poll.inputs.items()}
    return {key: value for key, value in values.items() if value is not None}


def _resolve_value(spec: PollInput, settings: Mapping[str, Any], day: date) -> Any:
    if spec.when is not None and settings.get(spec.when) is not True:
        return None
    if spec.setting is not None and settings.get(spec.setting) is not None:
        return settings[spec.setting]
    if spec.today is not None:
        return day.isoformat() if spec.today == "day" else getattr(day, spec.today)
    return spec.value
