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
from zoom_component.testing.exchanges import Exchange
from zoom_component.testing.expect import diff
from zoom_component.testing.recording import alike, scrubbed

__all__ = ["Run", "append", "compared", "exchanges_of", "load", "record", "redacted_inputs"]

_KNOWN = ("kind", "status", "code")
_MARK = "[redacted"


class Run(NamedTuple):
    """A run that is over: what was asked, and what it came to, `data` or `error`. `seconds` is how long it took."""

    action: str
    inputs: Mapping[str, Any]
    how: Mapping[str, Any]
    began: float
    seconds: float
    exchanges: Sequence[Exchange]
    data: Any = None
    error: ComponentError | None = None


def record(run: Run) -> dict[str, Any]:
    """The run as its record holds it."""
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(run.began, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": __version__,
        "action": run.action,
        "inputs": dict(run.inputs),
        "how": {name: value for name, value in run.how.items() if value},
        "seconds": round(run.seconds, 4),
        "exchanges": [{**each.as_json(), "seconds": round(each.seconds, 4)} for each in run.exchanges],
    }
    ended: dict[str, Any] = {"result": run.data} if run.error is None else {"error": run.error.as_json()}
    whole: dict[str, Any] = scrubbed({**told, **ended})
    return whole


def append(path: Path, run: Run) -> None:
    """Adds a run to a file of records, one line each. Raises OSError."""
    line = json.dumps(record(run), ensure_ascii=True, separators=(",", ":")) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)


def load(path: Path, number: int | None) -> dict[str, Any]:
    """The record on a line, counted from 1; on the last one without a number. Raises InputError, OSError."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not lines or (number is not None and number > len(lines)):
        raise _wrong(f"{str(path)!r} has {len(lines)} records" + (f", so there is no {number}" if number else ""))
    try:
        found = json.loads(lines[-1 if number is None else number - 1])
        whole = isinstance(found["action"], str) and isinstance(found["inputs"], dict)
        exchanges_of(found)
    except (ValueError, LookupError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise _wrong(f"{str(path)!r} is no file of records; `run --log FILE` writes one")
    return dict(found)


def exchanges_of(told: Mapping[str, Any]) -> list[Exchange]:
    """The exchanges of a record."""
    return [Exchange.from_json(each) for each in told["exchanges"]]


def redacted_inputs(inputs: Mapping[str, Any]) -> list[str]:
    """The inputs whose values a record does not hold, since they are secrets."""
    return [key for key, value in inputs.items() if _MARK in json.dumps(value, ensure_ascii=False)]


def compared(
    told: Mapping[str, Any], data: Any, error: ComponentError | None, ignored: Collection[str] = ()
) -> tuple[str, ...]:
    """How a second run differs from its record, as a diff; empty when it does not. A secret is like any other.

    `ignored` are names of fields that may differ, wherever they stand.
    """
    before = _came(told.get("result"), told.get("error"), ignored)
    after = _came(data, error.as_json() if error else None, ignored)
    return () if alike(before, after) else diff(before, scrubbed(after))


def _came(data: Any, error: Mapping[str, Any] | None, ignored: Collection[str]) -> Any:
    if error is not None:
        return {"error": {name: error.get(name) for name in _KNOWN}}
    return {"result": _without(data, ignored)}


def _without(value: Any, ignored: Collection[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _without(inner, ignored) for key, inner in value.items() if key not in ignored}
    return [_without(inner, ignored) for inner in value] if isinstance(value, list) else value


def _wrong(message: str) -> InputError:
    return InputError([Problem("RECORD", message)])
