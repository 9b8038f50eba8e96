"""Check that the import contracts exist, are complete, and can fail."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from zoom_component.paths import PACKAGE

COMPONENT = PACKAGE.parent
CONTRACT = COMPONENT.parent / ".importlinter"


def read_contract() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(CONTRACT, encoding="utf-8")
    return parser


@pytest.mark.parametrize("name", ["packages", "client", "events"])
def test_layers_are_exhaustive(name: str) -> None:
    assert read_contract()[f"importlinter:contract:{name}"]["exhaustive"] == "true"


def test_the_component_has_at_most_nine_packages() -> None:
    packages = [path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()]
    assert 0 < len(packages) <= 9


@pytest.mark.parametrize(
    ("package", "line", "broken"),
    [
        ("zoom_component/client/request", "import httpx", "Pure packages do no I/O"),
        ("zoom_component/client/request", "import time", "Pure packages do no I/O"),
        ("zoom_component/spec", "from zoom_component.client import session", "A package of the component knows only"),
        ("zoom_sandbox", "from zoom_component import errors", "The facts know nothing else"),
        ("zoom_facts", "import zoom_sandbox", "The facts know nothing else"),
        ("zoom_component/client/connections", "from zoom_component.client import session", "Inside the client"),
        ("zoom_component/tools/export", "import httpx", "Only transport, connections"),
    ],
)
def test_a_forbidden_import_breaks_the_contract(tmp_path: Path, package: str, line: str, broken: str) -> None:
    for source in COMPONENT.rglob("*.py"):
        copy = tmp_path / source.relative_to(COMPONENT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    (tmp_path / package / "forbidden.py").write_text(f"{line}\n")
    (tmp_path / ".importlinter").write_bytes(CONTRACT.read_bytes())
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert f"{broken}" in run.stdout
    assert "BROKEN" in run.stdout
    assert f"{package.replace('/', '.')}.forbidden" in run.stdout
