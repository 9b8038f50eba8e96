"""Execution records: a run as one line of JSON, without its secrets, and what a second run is compared with."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component import __version__
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.testing.exchanges import RecordedExchange
from zoom_component.testing.expectations import make_diff
from zoom_component.testing.recording import equals_recorded, redact

__all__ = [
    "RunRecord",
    "append_record",
    "compare_with_record",
    "find_redacted_inputs",
    "load_record",
    "parse_exchanges",
    "to_record",
]

_COMPARED_ERROR_FIELDS = ("kind", "status", "code")
_MARK = "[redacted"


class RunRecord(NamedTuple):
    """A run that is over: what was asked, and what it came to, `data` or `error`. `seconds` is how long it took."""

    action: str
    inputs: Mapping[str, Any]
    options: Mapping[str, Any]
    started_at: float
    seconds: float
    exchanges: Sequence[RecordedExchange]
    data: Any = None
    error: ComponentError | None = None


def to_record(run: RunRecord) -> dict[str, Any]:
    """The run as its record holds it."""
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(run.started_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": __version__,
        "action": run.action,
        "inputs": dict(run.inputs),
        "how": {name: value for name, value in run.options.items() if value},
        "seconds": round(run.seconds, 4),
        "exchanges": [{**each.as_json(), "seconds": round(each.seconds, 4)} for each in run.exchanges],
    }
    ended: dict[str, Any] = {"result": run.data} if run.error is None else {"error": run.error.as_json()}
    whole: dict[str, Any] = redact({**told, **ended})
    return whole


def append_record(path: Path, run: RunRecord) -> None:
    """Adds a run to a file of records, one line each. Raises OSError."""
    line = json.dumps(to_record(run), ensure_ascii=True, separators=(",", ":")) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)


def load_record(path: Path, number: int | None) -> dict[str, Any]:
    """The record on a line, counted from 1; on the last one without a number. Raises InputError, OSError."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not lines or (number is not None and number > len(lines)):
        raise _make_error(f"{str(path)!r} has {len(lines)} records" + (f", so there is no {number}" if number else ""))
    try:
        found = json.loads(lines[-1 if number is None else number - 1])
        whole = isinstance(found["action"], str) and isinstance(found["inputs"], dict)
        parse_exchanges(found)
    except (ValueError, LookupError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise _make_error(f"{str(path)!r} is no file of records; `run --log FILE` writes one")
    return dict(found)


def parse_exchanges(record: Mapping[str, Any]) -> list[RecordedExchange]:
    """The exchanges of a record."""
    return [RecordedExchange.from_json(each) for each in record["exchanges"]]


def find_redacted_inputs(inputs: Mapping[str, Any]) -> list[str]:
    """The inputs whose values a record does not hold, since they are secrets."""
    return [key for key, value in inputs.items() if _MARK in json.dumps(value, ensure_ascii=False)]


def compare_with_record(
    record: Mapping[str, Any], data: Any, error: ComponentError | None, ignored_fields: Collection[str] = ()
) -> tuple[str, ...]:
    """How a second run differs from its record, as a diff; empty when it does not. A secret is like any other.

    `ignored` are names of fields that may differ, wherever they stand.
    """
    before = _select_outcome(record.get("result"), record.get("error"), ignored_fields)
    after = _select_outcome(data, error.as_json() if error else None, ignored_fields)
    return () if equals_recorded(before, after) else make_diff(before, redact(after))


def _select_outcome(data: Any, error: Mapping[str, Any] | None, ignored: Collection[str]) -> Any:
    if error is not None:
        return {"error": {name: error.get(name) for name in _COMPARED_ERROR_FIELDS}}
    return {"result": _drop_fields(data, ignored)}


def _drop_fields(value: Any, ignored: Collection[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _drop_fields(inner, ignored) for key, inner in value.items() if key not in ignored}
    return [_drop_fields(inner, ignored) for inner in value] if isinstance(value, list) else value


def _make_error(message: str) -> InputError:
    return InputError([Problem("RECORD", message)])
