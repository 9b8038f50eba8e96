"""Test that each logger of the component is one whose records are safe to read."""

from __future__ import annotations

import ast
from pathlib import Path

import zoom_component

ROOT = Path(zoom_component.__file__).parent
# They define the safe logger, and show the records of one.
ALLOWED = {"log_records.py", "cli/console.py"}


def test_loggers_are_made_in_one_place() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "logging.getLogger"
    }
    assert users == ALLOWED
