"""Test `export` and `spec docs`: to stdout, to a file, and compared only."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.cli.lines import Cli


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Replace the export package with one that records its calls."""
    called: list[Any] = []
    definition, docs = ModuleType("definition"), ModuleType("docs")

    def build_definition(catalogue: Any) -> dict[str, Any]:
        called.append(catalogue)
        return {"key": "zoom", "label": "Zöom"}

    def write_pages(
        root: Path,
        check: bool,
        extra_files: Mapping[str, str],
        stateful_operations: frozenset[tuple[str, str]],
        announced_events: frozenset[str],
    ) -> list[str]:
        assert ("GET", "/users") in stateful_operations
        assert "user.created" in announced_events
        called.append((root, check))
        return [] if root.name == "fresh" else ["docs/a.md"]

    definition.build_definition = build_definition  # type: ignore[attr-defined]
    docs.write_pages = write_pages  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "zoom_component.tools.export.definition", definition)
    monkeypatch.setitem(sys.modules, "zoom_component.tools.export.docs", docs)
    return called


def test_the_component_goes_to_stdout_or_a_file(cli: Cli, room: list[Any]) -> None:
    assert json.loads(cli("export", "component").out) == {"key": "zoom", "label": "Zöom"}
    assert cli("export", "component", "--out", "component.json").out == ""
    assert json.loads(Path("component.json").read_text(encoding="utf-8"))["label"] == "Zöom"


def test_an_unwritable_file_is_refused(cli: Cli, room: list[Any]) -> None:
    result = cli("export", "component", "--out", "missing/component.json")
    assert result.code == 2
    assert "cannot be written: no such file" in result.err


def test_pages_are_written_or_checked(cli: Cli, room: list[Any]) -> None:
    result = cli("spec", "docs", "--in", ".")
    assert (result.code, result.out) == (0, "docs/a.md\n")
    assert "Wrote 1 page." in result.err
    result = cli("spec", "docs", "--check", "--in", ".")
    assert result.code == 1
    assert "`zoom-component spec docs` updates them" in result.err
    Path("fresh").mkdir()
    assert cli("spec", "docs", "--check", "--in", "fresh").code == 0
    assert [check for _, check in room] == [False, True, True]


def test_a_missing_folder_is_refused(cli: Cli, room: list[Any]) -> None:
    assert "is not a folder" in cli("spec", "docs", "--in", "missing").err
    assert room == []
