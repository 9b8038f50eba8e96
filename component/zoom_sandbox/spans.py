"""Spans of time that a listing is asked for, by days or by moments."""

from __future__ import annotations

from datetime import date

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import invalid
from zoom_sandbox.times import DAY, day_of, instant, is_day, midnight

MONTH = 30 * DAY  # how far back a list reaches when no day is given


def begins(name: str, text: str) -> int:
    """The epoch seconds at which a day begins, or of a moment. Refuses another text, by the field's name."""
    return _edge(name, text, "00:00:00")


def ends(name: str, text: str) -> int:
    """The epoch seconds of a day's last second, or of a moment. Refuses another text, by the field's name."""
    return _edge(name, text, "23:59:59")


def asked(call: Call) -> tuple[int, int]:
    """Epoch seconds of the query's `from` and `to`: now, and a month before `to`, where left out."""
    close = ends("to", call.query["to"]) if "to" in call.query else call.world.now()
    begin = begins("from", call.query["from"]) if "from" in call.query else close - MONTH
    return begin, close


def days(call: Call) -> tuple[date, date]:
    """The days from and to which a list reaches; the last month where the call does not say."""
    close = date.fromisoformat(call.query["to"]) if "to" in call.query else day_of(call.world.now())
    if "from" in call.query:
        return date.fromisoformat(call.query["from"]), close
    return day_of(midnight(close) - MONTH), close


def _edge(name: str, text: str, hour: str) -> int:
    try:
        return instant(f"{text}T{hour}Z" if is_day(text) else text)
    except ValueError as problem:
        raise invalid((name, "A time such as 2026-03-10T09:00:00Z is expected.")) from problem
