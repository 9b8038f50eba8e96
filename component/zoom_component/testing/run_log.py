"""Log runs as JSON Lines without secrets, and compare a second run with its record."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component import __version__
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.json_output import to_json
from zoom_component.private_files import append_private_line
from zoom_component.redaction.redactor import MASK
from zoom_component.testing.exchanges import RecordedExchange
from zoom_component.testing.expectations import make_diff
from zoom_component.testing.numbered_redaction import redact
from zoom_component.testing.recording import equals_recorded

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
    """Hold a finished run, with its `data` or `error`.

    `started_at` is in epoch seconds, `seconds` is the duration. `secrets` are known, such as those of the connection;
    `private_inputs` are the inputs whose values are secret, also under other names.
    """

    action: str
    inputs: Mapping[str, Any]
    options: Mapping[str, Any]
    started_at: float
    seconds: float
    exchanges: Sequence[RecordedExchange]
    data: Any = None
    error: ComponentError | None = None
    secrets: Collection[str] = ()
    private_inputs: Collection[str] = ()


def to_record(run: RunRecord) -> dict[str, Any]:
    """Return the run as a record: JSON values without secrets."""
    record: dict[str, Any] = {
        "started_at": datetime.fromtimestamp(run.started_at, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "version": __version__,
        "action": run.action,
        "inputs": {key: MASK if key in run.private_inputs else value for key, value in run.inputs.items()},
        "options": {name: value for name, value in run.options.items() if value},
        "seconds": round(run.seconds, 4),
        "exchanges": [{**each.as_json(), "seconds": round(each.seconds, 4)} for each in run.exchanges],
    }
    outcome: dict[str, Any] = {"result": run.data} if run.error is None else {"error": run.error.as_json()}
    secrets = {*run.secrets, *(secret for exchange in run.exchanges for secret in exchange.secrets)}
    redacted: dict[str, Any] = redact({**record, **outcome}, secrets)
    return redacted


def append_record(path: Path, run: RunRecord) -> None:
    """Append a run to a log, as one line. Only the owner of the log may read it. Raise OSError."""
    append_private_line(path, json.dumps(to_record(run), ensure_ascii=True, allow_nan=False, separators=(",", ":")))


def load_record(path: Path, number: int | None) -> dict[str, Any]:
    """Return the record on a line, counted from 1; without a number, the last one. Raise InputError or OSError."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not lines or (number is not None and number > len(lines)):
        count = f"{len(lines)} {'record' if len(lines) == 1 else 'records'}"
        raise _make_error(f'"{path}" has {count}' + (f", so record {number} does not exist" if number else ""))
    try:
        record = json.loads(lines[-1 if number is None else number - 1])
        is_valid = isinstance(record["action"], str) and isinstance(record["inputs"], dict)
        parse_exchanges(record)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        is_valid = False
    if not is_valid:
        raise _make_error(f'expected a log that `run --log FILE` wrote, got "{path}"')
    return dict(record)


def parse_exchanges(record: Mapping[str, Any]) -> list[RecordedExchange]:
    """Return the exchanges of a record."""
    return [RecordedExchange.from_json(each) for each in record["exchanges"]]


def find_redacted_inputs(inputs: Mapping[str, Any]) -> list[str]:
    """Return the inputs whose values are missing in a record because they are secret."""
    return [key for key, value in inputs.items() if _MARK in to_json(value, ensure_ascii=False)]


def compare_with_record(
    record: Mapping[str, Any], data: Any, error: ComponentError | None, ignored_fields: Collection[str] = ()
) -> tuple[str, ...]:
    """Return how a second run differs from its record, as lines of a diff. All secrets count as equal.

    `ignored_fields` are names of fields that may differ, at any depth.
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
