"""Test that the .pyi files are written, updated, deleted, and left out of version control."""

from __future__ import annotations

import subprocess
from pathlib import Path

from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.type_files import build_type_files, write_type_files

ROOT = Path(__file__).resolve().parents[3]


def test_files_are_written_once_and_obsolete_ones_are_deleted(tmp_path: Path) -> None:
    files = build_type_files(Catalogue())
    assert write_type_files(tmp_path) == sorted(files)
    assert {path: (tmp_path / path).read_text(encoding="utf-8") for path in files} == files
    assert write_type_files(tmp_path) == []
    first, second = sorted(files)[:2]
    (tmp_path / first).write_text("outdated", encoding="utf-8")
    obsolete = (tmp_path / second).with_name("_removed.pyi")
    obsolete.write_text("", encoding="utf-8")
    assert write_type_files(tmp_path) == sorted([first, obsolete.relative_to(tmp_path).as_posix()])
    assert not obsolete.exists()


def test_the_files_of_the_checkout_are_up_to_date() -> None:
    for path, text in build_type_files(Catalogue()).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, (
            "run: python -m zoom_component.tools.export.type_files"
        )


def test_version_control_ignores_the_files() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.pyi"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert tracked.stdout == ""
