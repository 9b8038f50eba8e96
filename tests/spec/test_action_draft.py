"""Test that the draft of every known operation has no problems, and that its example matches the request."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from zoom_component.client.calls import Call
from zoom_component.client.handlers import HANDLERS
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.messages import BoundRequest
from zoom_component.paths import find_spec_files
from zoom_component.spec import decoder
from zoom_component.spec.action_draft import draft_action
from zoom_component.spec.builder import BuildResult, build_specs
from zoom_facts import iter_operations


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuildResult:
    root = tmp_path_factory.mktemp("specs")
    folder = root / "actions" / "all"
    folder.mkdir(parents=True)
    for at, operation in enumerate(iter_operations()):
        text = draft_action(f"first{at}", operation.method, operation.path, operation)
        (folder / f"first{at}.yaml").write_text(text, encoding="utf-8")
    return build_specs(find_spec_files(Path(root)))


def test_the_draft_of_every_operation_has_no_problems(built: BuildResult) -> None:
    assert [str(each) for each in built.diagnostics] == []
    assert len(built.actions) == len(list(iter_operations()))


def test_every_example_matches_the_request(built: BuildResult) -> None:
    for key, compiled in built.actions.items():
        action = decoder.decode_action(compiled)
        example = action.examples[0]
        validated = validate_inputs(action, example["inputs"])
        assert validated.problems == [], (key, action.operation)
        request = next(HANDLERS[action.handler](Call(action, validated, list)))
        assert isinstance(request, BoundRequest)
        sends = example["sends"]
        assert (request.method, request.path) == (sends["method"], sends["path"])
        assert _group_values(request.query) == {name: _to_list(value) for name, value in sends.get("query", {}).items()}
        assert request.body == sends.get("body")


def _group_values(query: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in query:
        values.setdefault(name, []).append(value)
    return values


def _to_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
