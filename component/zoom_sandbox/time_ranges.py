"""Parse the time range of a listing, given by days or by times."""

from __future__ import annotations

from datetime import date

from zoom_sandbox.errors import validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.times import DAY, is_day, parse_time, start_of_day, to_utc_day

MONTH = 30 * DAY  # how far back a listing goes by default


def parse_start(name: str, text: str) -> int:
    """Return the epoch seconds of a time, or of a day's first second. Raises ApiError that names the field."""
    return _parse_time_or_day(name, text, "00:00:00")


def parse_end(name: str, text: str) -> int:
    """Return the epoch seconds of a time, or of a day's last second. Raises ApiError that names the field."""
    return _parse_time_or_day(name, text, "23:59:59")


def parse_time_range(call: OperationCall) -> tuple[int, int]:
    """Return the epoch seconds of the query's `from` and `to`. By default, `to` is now and `from` a month before."""
    end = parse_end("to", call.query["to"]) if "to" in call.query else call.account.now()
    start = parse_start("from", call.query["from"]) if "from" in call.query else end - MONTH
    return start, end


def parse_day_range(call: OperationCall) -> tuple[date, date]:
    """Return the days of the query's `from` and `to`. By default, `to` is today and `from` a month before."""
    end = date.fromisoformat(call.query["to"]) if "to" in call.query else to_utc_day(call.account.now())
    if "from" in call.query:
        return date.fromisoformat(call.query["from"]), end
    return to_utc_day(start_of_day(end) - MONTH), end


def parse_day_or_time_range(call: OperationCall) -> tuple[int, int]:
    """Return the epoch seconds of the query's `from` and `to`, each a day or a time.

    By default, `to` is today and `from` a month before.
    """
    end = call.query["to"] if "to" in call.query else to_utc_day(call.account.now()).isoformat()
    if "from" in call.query:
        return parse_start("from", call.query["from"]), parse_end("to", end)
    last = parse_end("to", end)
    return start_of_day(to_utc_day(last)) - MONTH, last


def _parse_time_or_day(name: str, text: str, hour: str) -> int:
    try:
        return parse_time(f"{text}T{hour}Z" if is_day(text) else text)
    except ValueError as problem:
        raise validation_error((name, "A time such as 2026-03-10T09:00:00Z is expected.")) from problem
