"""Test the facts about spans of time: each has an operation with such parameters, and a source."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoom_component.paths import get_bundle_dir
from zoom_facts import Period, find_operation_span, iter_operations

FACTS: dict[str, Any] = json.loads((get_bundle_dir() / "spec/zoom/spans.json").read_text(encoding="utf-8"))
OPERATIONS = {operation.id: operation for operation in iter_operations()}


@pytest.mark.parametrize("row", FACTS["spans"], ids=lambda row: row["operation"])
def test_a_span_fits_its_operation(row: dict[str, Any]) -> None:
    names = {parameter["name"] for parameter in OPERATIONS[row["operation"]].query}
    assert {row["from"], row["to"]} <= names
    assert row["values"] in ("date", "date-time", "either")
    assert row.get("beyond") in ((None,) if not {"months", "days"} & set(row) else ("shortened", "refused"))
    assert row.get("older") in (("hidden", "refused") if "back" in row else (None,))
    assert set(row["source"]) <= set(FACTS["sources"])
    assert set(row.get("assumed", ())) <= set(row)


def test_no_operation_comes_twice() -> None:
    names = [row["operation"] for row in FACTS["spans"]]
    assert len(names) == len(set(names))


def test_the_span_of_an_operation_is_found_by_its_id() -> None:
    phone, archive = find_operation_span("phoneUserRecordings"), find_operation_span("listArchivedFiles")
    assert phone is not None
    assert (phone.limit, phone.beyond, phone.back, phone.older) == (Period(months=1), "shortened", Period(6), "hidden")
    assert archive is not None
    assert (archive.limit, archive.beyond, archive.back) == (Period(days=7), "refused", None)
    assert find_operation_span("users") is None
