"""Provide test specs in an empty folder, and run them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from zoom_component import Component
from zoom_component.testing.backends import SandboxBackend
from zoom_component.testing.results import SpecResult
from zoom_component.testing.runner import run_spec
from zoom_component.testing.spec_files import load_spec

COMPONENT = Component.load()
Write = Callable[..., Path]
Outcomes = Callable[[str], SpecResult]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes a file into the current folder, which is empty at first."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str, name: str = "one.test.yaml") -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def outcome_of(write: Write) -> Outcomes:
    """Return a function that runs steps, given as YAML, on a sandbox."""

    def run(steps: str) -> SpecResult:
        path = write("name: A spec\n" + dedent(steps))
        return run_spec(load_spec(path, COMPONENT.catalogue.action_keys()), SandboxBackend(COMPONENT))

    return run
