"""The contract of who imports whom is there, complete, and able to fail."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from zoom_component.places import PACKAGE

CONTRACT = PACKAGE.parent.parent / ".importlinter"


def contract() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(CONTRACT, encoding="utf-8")
    return parser


def test_every_room_has_its_place_in_the_layers() -> None:
    rooms = contract()["importlinter:contract:rooms"]
    assert rooms["exhaustive"] == "true"
    placed = {name for line in rooms["layers"].split() for name in line.strip("|").split() if name}
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert there - {"__init__", "_bundle"} <= {name.strip("()") for name in placed}


@pytest.mark.parametrize(
    ("room", "line", "broken"),
    [
        ("request", "import httpx", "Pure rooms touch no wire"),
        ("request", "import time", "Pure rooms touch no wire"),
        ("language", "from zoom_component.request import values", "Rooms know only what lies below them"),
        ("sandbox", "from zoom_component.request import values", "The embedded Zoom knows the facts"),
        ("export", "import httpx", "Only transport, connections"),
    ],
)
def test_a_forbidden_import_breaks_the_contract(tmp_path: Path, room: str, line: str, broken: str) -> None:
    package = tmp_path / "zoom_component"
    for source in PACKAGE.rglob("*.py"):
        kept = package / source.relative_to(PACKAGE)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(source.read_bytes())
    (package / room / "astray.py").write_text(f"{line}\n")
    (tmp_path / ".importlinter").write_bytes(CONTRACT.read_bytes())
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert f"{broken}" in run.stdout
    assert "BROKEN" in run.stdout
    assert f"zoom_component.{room}.astray" in run.stdout
