"""Test where the facts are read from: the checkout, or the data inside the installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoom_facts import package_data
from zoom_facts.package_data import find_facts, find_package_file
from zoom_facts.paths import get_facts_dir


def test_the_checkout_has_the_facts() -> None:
    assert find_facts().joinpath("spec", "zoom", "operations.jsonl").is_file()
    assert (get_facts_dir() / "triggers" / "events").is_dir()


def test_an_installed_package_has_the_facts_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site" / "zoom_facts"
    monkeypatch.setattr(package_data, "files", lambda name: package)
    assert get_facts_dir() == package / "_data"


def test_a_file_of_a_package_is_found_by_its_path() -> None:
    assert find_package_file("tzdata", "zoneinfo/Europe/Berlin").read_bytes().startswith(b"TZif")
