"""Run every example of every action: inputs, request, response and result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zoom_component import Component
from zoom_component.testing.examples import Example, list_examples, run_example

COMPONENT = Component.load()
ROOT = Path(__file__).resolve().parents[2]


def _list_examples() -> Iterator[Any]:
    for key in COMPONENT.catalogue.action_keys():
        yield from (pytest.param(example, id=example.name) for example in list_examples(COMPONENT, key))


@pytest.mark.parametrize("example", list(_list_examples()))
def test_an_example_sends_its_request_and_returns_its_result(example: Example) -> None:
    outcome = run_example(COMPONENT, example, ROOT / example.action.file)
    assert [line for failure in outcome.failures for line in failure.format_lines()] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("sends", {"method": "GET", "path": "/users/you"}), ("result", {"id": "another"}), ("inputs", {})],
)
def test_a_wrong_example_fails(field: str, value: Any) -> None:
    good = next(iter(list_examples(COMPONENT, "getUser")))
    bad = good._replace(fields={**good.fields, field: value})
    (failure,) = run_example(COMPONENT, bad, ROOT / good.action.file).failures
    assert failure.file.endswith("actions/users/getUser.yaml")
    assert failure.line > 1
