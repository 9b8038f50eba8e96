"""The first file of every operation that the facts know: faultless as it is, and its example is what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from zoom_component.client.handlers import Call
from zoom_component.client.handlers.http import bound
from zoom_component.client.request.inputs import gather
from zoom_component.spec import decode
from zoom_component.spec.build import Built, build
from zoom_component.spec.first_file import first_file
from zoom_component.spec.sources import walk
from zoom_facts import operations


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("specs")
    folder = root / "actions" / "all"
    folder.mkdir(parents=True)
    for at, operation in enumerate(operations()):
        text = first_file(f"first{at}", operation.method, operation.path, operation)
        (folder / f"first{at}.yaml").write_text(text, encoding="utf-8")
    return build(walk(Path(root)))


def test_every_operation_makes_a_faultless_file(built: Built) -> None:
    assert [str(fault) for fault in built.faults] == []
    assert len(built.actions) == len(list(operations()))


def test_every_example_is_what_is_sent(built: Built) -> None:
    for key, compiled in built.actions.items():
        action = decode.action(compiled)
        example = action.examples[0]
        gathered = gather(action, example["inputs"])
        assert gathered.problems == [], (key, action.operation)
        request = bound(Call(action, gathered, list))
        sends = example["sends"]
        assert (request.method, request.path) == (sends["method"], sends["path"])
        assert _grouped(request.query) == {name: _listed(value) for name, value in sends.get("query", {}).items()}
        assert request.body == sends.get("body")


def _grouped(query: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in query:
        found.setdefault(name, []).append(value)
    return found


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
