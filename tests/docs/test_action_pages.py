"""Check docs/actions/: each example works on the command line and in Python, and both send the same request."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.tools.export.pages import parse_blocks

from zoom_component import Component, Plan
from zoom_component.cli.main import main

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs/actions").glob("*.md"))
COMPONENT = Component.load()


class PlanningSession:
    """Plan calls instead of running them: `data` is the plan."""

    def run(self, key: str, inputs: Mapping[str, Any] | None = None) -> PlanningSession:
        self.plan: Plan = COMPONENT.plan(key, inputs)
        return self

    @property
    def data(self) -> Plan:
        return self.plan


def list_examples() -> list[tuple[str, str]]:
    """Return each example of every page: the command line, and the Python below it."""
    examples = []
    for page in PAGES:
        shown = [
            block for block in parse_blocks(page.read_text(encoding="utf-8")) if block.language in ("sh", "python")
        ]
        assert [block.language for block in shown] == ["sh", "python"] * (len(shown) // 2)
        examples += [(typed.text, python.text) for typed, python in zip(shown[::2], shown[1::2], strict=True)]
    return examples


EXAMPLES = list_examples()


@pytest.mark.parametrize(("typed", "python"), EXAMPLES, ids=[typed.split()[2] for typed, _ in EXAMPLES])
def test_both_forms_of_an_example_send_the_same_request(
    typed: str, python: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program, run, *words = shlex.split(typed.replace("\\\n", " "))
    assert (program, run) == ("zoom-component", "run")
    assert main(["plan", *words, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    request = eval(compile(python, "example", "eval"), {"session": PlanningSession()}).request
    assert plan["method"] == request.method
    assert plan["url"].removeprefix("https://api.zoom.us/v2") == request.path
    assert [tuple(pair) for pair in plan["query"]] == request.query
    if request.content is None and not request.form and not request.files:
        assert plan["body"] == request.body


def test_every_action_has_an_example() -> None:
    assert {typed.split()[2] for typed, _ in EXAMPLES} == {row["key"] for row in COMPONENT.catalogue.listing()}
