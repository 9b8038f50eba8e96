"""Test files that only their owner may read, and that nobody can redirect."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zoom_component.private_files import append_private_line, create_private_file, write_private_file

Write = Callable[[Path, str], None]


def get_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    written, appended, created = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    write_private_file(written, "one\n")
    append_private_line(appended, "one")
    create_private_file(created, "one\n")
    assert [get_mode(path) for path in (written, appended, created)] == [0o600] * 3
    assert [path.read_text() for path in (written, appended, created)] == ["one\n"] * 3


def test_a_file_that_others_may_read_loses_those_rights(tmp_path: Path) -> None:
    written, appended = tmp_path / "a", tmp_path / "b"
    for path in (written, appended):
        path.write_text("old\n")
        path.chmod(0o666)
    write_private_file(written, "new\n")
    append_private_line(appended, "new")
    assert (get_mode(written), written.read_text()) == (0o600, "new\n")
    assert (get_mode(appended), appended.read_text()) == (0o600, "old\nnew\n")


@pytest.mark.parametrize("write", [write_private_file, append_private_line, create_private_file])
@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_is_not_followed(write: Write, exists: bool, tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    if exists:
        target.write_text("kept")
    link.symlink_to(target)
    with pytest.raises(OSError, match=r"symbolic link|File exists"):
        write(link, "new")
    assert link.is_symlink()
    assert (target.read_text() if target.exists() else "") == ("kept" if exists else "")


@pytest.mark.parametrize("write", [write_private_file, append_private_line])
def test_a_second_name_and_a_file_of_somebody_else_are_refused(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, name = tmp_path / "file", tmp_path / "name"
    path.write_text("kept")
    name.hardlink_to(path)
    with pytest.raises(PermissionError, match="hard link"):
        write(name, "new")
    name.unlink()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(PermissionError, match="another user owns it"):
        write(path, "new")
    assert path.read_text() == "kept"


def test_a_failed_write_keeps_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_private_file(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_line_after_one_that_was_cut_off_is_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text('{"cut')
    append_private_line(path, "{}")
    assert path.read_text() == '{"cut\n{}\n'


def test_a_folder_is_refused_and_a_device_is_written_to(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_private_file(tmp_path, "x")
    write_private_file(Path("/dev/null"), "x")
    append_private_line(Path("/dev/null"), "x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
