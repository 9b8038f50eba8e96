"""Spans of time that a listing is asked for, by days or by moments."""

from __future__ import annotations

from datetime import date

from zoom_sandbox.errors import validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.times import DAY, is_day, parse_time, start_of_day, to_utc_day

MONTH = 30 * DAY  # how far back a list reaches when no day is given


def parse_start(name: str, text: str) -> int:
    """The epoch seconds at which a day begins, or of a moment. Refuses another text, by the field's name."""
    return _edge(name, text, "00:00:00")


def parse_end(name: str, text: str) -> int:
    """The epoch seconds of a day's last second, or of a moment. Refuses another text, by the field's name."""
    return _edge(name, text, "23:59:59")


def parse_time_range(call: OperationCall) -> tuple[int, int]:
    """Epoch seconds of the query's `from` and `to`: now, and a month before `to`, where left out."""
    close = parse_end("to", call.query["to"]) if "to" in call.query else call.account.now()
    begin = parse_start("from", call.query["from"]) if "from" in call.query else close - MONTH
    return begin, close


def parse_day_range(call: OperationCall) -> tuple[date, date]:
    """The days from and to which a list reaches; the last month where the call does not say."""
    close = date.fromisoformat(call.query["to"]) if "to" in call.query else to_utc_day(call.account.now())
    if "from" in call.query:
        return date.fromisoformat(call.query["from"]), close
    return to_utc_day(start_of_day(close) - MONTH), close


def _edge(name: str, text: str, hour: str) -> int:
    try:
        return parse_time(f"{text}T{hour}Z" if is_day(text) else text)
    except ValueError as problem:
        raise validation_error((name, "A time such as 2026-03-10T09:00:00Z is expected.")) from problem
