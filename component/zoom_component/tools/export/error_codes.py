"""What an error code of an operation means, from spec/zoom/errors.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_facts.paths import get_facts_dir

__all__ = ["load_error_codes", "match_error_codes"]


def load_error_codes() -> list[dict[str, Any]]:
    """The rows of the table: {code?, status?, says?, kind, next}; the first row that fits an answer wins."""
    text = (get_facts_dir() / "spec" / "zoom" / "errors.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)["codes"]
    return rows


def match_error_codes(rows: Sequence[Mapping[str, Any]], status: int, code: int | None) -> list[Mapping[str, Any]]:
    """Every row that an answer of this status and code may meet: those that look at its words, then the sure one."""
    return list(_until_sure(rows, status, code))


def _until_sure(rows: Sequence[Mapping[str, Any]], status: int, code: int | None) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        if row.get("code", code) == code and row.get("status", status) == status:
            yield row
            if "says" not in row:
                return
