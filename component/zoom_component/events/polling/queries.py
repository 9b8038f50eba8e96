"""What an action is asked for at a poll: its inputs out of the trigger's settings and the days that count. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from zoom_component.spec.spec import PollInput, PollSpec

__all__ = ["iter_call_inputs", "to_utc_date"]

# After a longer silence than this, what lies before is not asked for any more.
_LONGEST = 366


def to_utc_date(now: float) -> date:
    """The day of a moment, in UTC."""
    return datetime.fromtimestamp(now, UTC).date()


def iter_call_inputs(poll: PollSpec, settings: Mapping[str, Any], since: date, today: date) -> Iterator[dict[str, Any]]:
    """The inputs of each call that a poll makes, the one for today last.

    They reach back to the last poll that went well (`since`) and so many days further as the poll looks back: to each
    month that lies between, or in spans of days, where its inputs go by the day; else there is one call.
    """
    begin = max(min(since, today) - timedelta(days=poll.lookback), today - timedelta(days=_LONGEST))
    if poll.span is not None:
        while begin <= today:
            end = min(begin + timedelta(days=poll.span.days - 1), today)
            span = {poll.span.first: begin.isoformat(), poll.span.last: end.isoformat()}
            yield {**_inputs(poll, settings, today), **span}
            begin = end + timedelta(days=1)
        return
    asked: list[dict[str, Any]] = []
    for days in range((today - begin).days + 1):
        inputs = _inputs(poll, settings, begin + timedelta(days=days))
        if inputs not in asked:
            asked.append(inputs)
    yield from asked


def _inputs(poll: PollSpec, settings: Mapping[str, Any], day: date) -> dict[str, Any]:
    values = {key: _value(given, settings, day) for key, given in poll.inputs.items()}
    return {key: value for key, value in values.items() if value is not None}


def _value(given: PollInput, settings: Mapping[str, Any], day: date) -> Any:
    if given.when is not None and settings.get(given.when) is not True:
        return None
    if given.setting is not None and settings.get(given.setting) is not None:
        return settings[given.setting]
    if given.today is not None:
        return day.isoformat() if given.today == "day" else getattr(day, given.today)
    return given.value
