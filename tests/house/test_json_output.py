"""Test that no JSON is written with Infinity or NaN, which other parsers refuse."""

from __future__ import annotations

import ast
from pathlib import Path

import zoom_component

ROOT = Path(zoom_component.__file__).parents[1]
# Digests and the text of a message: neither is JSON that somebody parses.
ALLOWED = {
    "zoom_component/events/webhook/event.py",
    "zoom_component/events/webhook/exact_json.py",
    "zoom_sandbox/documents.py",
}


def list_calls(path: Path) -> list[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = ("json.dumps", "json.dump", "json.JSONEncoder")
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in names]


def find_choice(call: ast.Call) -> str:
    return next((ast.unparse(word.value) for word in call.keywords if word.arg == "allow_nan"), "")


def test_each_writer_of_json_refuses_infinity() -> None:
    calls = [(path.relative_to(ROOT).as_posix(), call) for path in ROOT.rglob("*.py") for call in list_calls(path)]
    assert len(calls) > 30
    choices = {f"{name}:{call.lineno}": find_choice(call) for name, call in calls}
    assert {place: choice for place, choice in choices.items() if choice not in ("True", "False")} == {}
    assert {place.partition(":")[0] for place, choice in choices.items() if choice == "True"} == ALLOWED
