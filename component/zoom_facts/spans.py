"""Read the operations that answer only a span of time, from spec/zoom/spans.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zoom_facts.paths import get_facts_dir

__all__ = ["OperationSpan", "Period", "find_operation_span"]


@dataclass(frozen=True, slots=True)
class Period:
    """Hold a length of time: calendar months, or days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class OperationSpan:
    """Hold which span of time an operation answers. The file names source and date.

    `from_param` and `to_param` are the query parameters of the range, both ends included, and `values` their form:
    "date", "date-time" or "either". A range longer than `limit` (None for no limit) is `beyond`: "shortened", so that
    it begins as late as the limit requires, or "refused". A range that begins more than `back` (None for no limit)
    before today is `older`: "hidden", so that nothing older is answered, or "refused".
    """

    operation: str
    from_param: str
    to_param: str
    values: str
    limit: Period | None
    beyond: str | None
    back: Period | None
    older: str | None


def find_operation_span(operation: str) -> OperationSpan | None:
    """Return the span of the operation with an ID, None for an operation that answers any range."""
    row = _index_rows().get(operation)
    if row is None:
        return None
    limit = Period(row.get("months", 0), row.get("days", 0)) if "months" in row or "days" in row else None
    back = Period(**row["back"]) if "back" in row else None
    return OperationSpan(
        operation, row["from"], row["to"], row["values"], limit, row.get("beyond"), back, row.get("older")
    )


@lru_cache(maxsize=1)
def _index_rows() -> Mapping[str, Mapping[str, Any]]:
    text = (get_facts_dir() / "spec" / "zoom" / "spans.json").read_text(encoding="utf-8")
    return {row["operation"]: row for row in json.loads(text)["spans"]}
