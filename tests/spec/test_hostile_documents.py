"""Test that no text ends the process, raises or takes long: it has diagnostics with a line and a column.

The texts are parsed in a process of their own, because what is tested for used to end it. HOSTILE_SIZE is the number
of characters of each text; the deep ones have at least 100,000. The guard only ends what would take minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hostile_texts import list_documents

from zoom_component.spec import document_reader
from zoom_component.spec.document import MAX_DEPTH
from zoom_component.spec.document_reader import parse_document, read_document
from zoom_component.spec.yaml12 import parse_yaml

SIZE = int(os.environ.get("HOSTILE_SIZE", "25000"))
DEEP = ("flow sequences", "flow mappings", "block sequences", "complex keys", "mixed", "closed")
SCRIPT = """
import json, sys
from tests.support.hostile_texts import list_documents
from zoom_component.spec.document_reader import parse_document
from zoom_sandbox.documents import SandboxInputError, parse_document as parse_sandbox
texts, deep = list_documents(int(sys.argv[1])), list_documents(max(100_000, int(sys.argv[1])))
for name, text in (texts | {name: deep[name] for name in sys.argv[2:]}).items():
    for path in ("x.yaml", "x.json"):
        document = parse_document(text, path)
        json.dumps(document.value, allow_nan=False)
        first = document.diagnostics[0] if document.diagnostics else None
        place = [first.line, first.column, first.message] if first else None
        print(json.dumps([name, path, place, len(document.diagnostics)]))
    try:
        parse_sandbox(text)
        print(json.dumps([name, "sandbox", None, 0]))
    except SandboxInputError as error:
        print(json.dumps([name, "sandbox", [1, 1, str(error)], len(error.messages)]))
"""


def test_no_text_ends_the_process_or_takes_long() -> None:
    command = [sys.executable, "-c", SCRIPT, str(SIZE), *DEEP]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=Path.cwd())
    assert result.returncode == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert {name for name, *_ in rows} == set(list_documents(100))
    by_place = {(name, path): (place, count) for name, path, place, count in rows}
    for name in DEEP:
        place, _ = by_place[name, "x.yaml"]
        assert place, name
    assert by_place["flow sequences", "x.yaml"][0] == [1, MAX_DEPTH + 2, f"expected at most {MAX_DEPTH} nested levels"]
    assert "aliases" in by_place["laughs", "x.yaml"][0][2] or "anchors" in by_place["laughs", "x.yaml"][0][2]
    assert by_place["laughs", "sandbox"][0][2] == "line 2: aliases (*name) are not allowed; write the value in full"
    assert max(count for _, count in by_place.values()) <= 1001


def test_the_problems_of_a_text_are_bounded() -> None:
    document = parse_yaml("a: 1\n" * 5000, "x.yaml")
    assert len(document.diagnostics) == 1001
    assert str(document.diagnostics[-1]).startswith("x.yaml:1001:1: expected fewer than 1,000 problems")
    assert document.value is None


def test_an_alias_is_reported_where_it_stands() -> None:
    (anchor, alias) = parse_yaml("a: &name 1\nb: [2, *name]\n", "x.yaml").diagnostics
    assert (anchor.line, anchor.column, alias.line, alias.column) == (1, 4, 2, 8)


def test_the_deepest_text_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    document = parse_yaml(text, "x.yaml")
    assert (document.diagnostics, json.dumps(document.value)) == ([], text)


@pytest.mark.parametrize("text", ["? {a: [1, 2]}\n: 1\nb: 2", "[x, y]: 1\nb: 2", "a: 1\na: {x: [1]}\nb: 2"])
def test_what_follows_a_refused_key_is_read(text: str) -> None:
    document = parse_yaml(text, "x.yaml")
    assert len(document.diagnostics) == 1
    assert document.value["b"] == 2


def test_a_large_file_is_refused_before_it_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_reader, "MAX_BYTES", 100)
    file = tmp_path / "x.yaml"
    file.write_text("a" * 101)
    (problem,) = read_document(file).diagnostics
    assert problem.message == "expected a file of at most 100 bytes, got a larger one"
    (problem,) = parse_document("a" * 101, "x.yaml").diagnostics
    assert problem.message == "expected a text of at most 100 characters, got 101"
