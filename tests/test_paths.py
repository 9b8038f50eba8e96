"""Test the folders for state and caches on each platform."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zoom_component import paths


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ZOOM_COMPONENT_STATE", "ZOOM_COMPONENT_CACHE", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")


def test_linux_follows_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert paths.get_state_dir() == Path("/home/ada/.local/state/zoom-component")
    assert paths.get_cache_dir() == Path("/home/ada/.cache/zoom-component")
    monkeypatch.setenv("XDG_STATE_HOME", "/base")
    monkeypatch.setenv("XDG_CACHE_HOME", "/base/caches")
    assert paths.get_state_dir() == Path("/base/zoom-component")
    assert paths.get_cache_dir() == Path("/base/caches/zoom-component")


@pytest.mark.parametrize("base", ["", "relative", "./caches"])
def test_a_relative_base_folder_is_ignored(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", base)
    assert paths.get_cache_dir() == Path("/home/ada/.cache/zoom-component")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
@pytest.mark.parametrize(
    ("mode", "parent_mode", "is_private"),
    [
        (0o700, 0o700, True),
        (0o755, 0o755, True),
        (0o700, 0o1777, True),
        (0o770, 0o700, False),
        (0o707, 0o700, False),
        (0o1777, 0o700, False),
        (0o700, 0o777, False),
        (0o700, 0o775, False),
    ],
)
def test_a_folder_is_private_if_nobody_else_can_change_what_its_path_leads_to(
    tmp_path: Path, mode: int, parent_mode: int, is_private: bool
) -> None:
    folder = tmp_path / "parent" / "folder"
    folder.mkdir(parents=True)
    folder.chmod(mode)
    folder.parent.chmod(parent_mode)
    assert paths.is_private_folder(folder) is is_private


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_link_and_a_missing_folder_are_not_private(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "file").touch(0o600)
    assert [paths.is_private_folder(tmp_path / name) for name in ("folder", "link", "file", "none")] == [
        True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_platforms_have_their_own_folders(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    import platformdirs

    def return_folder(kind: str) -> Callable[..., Path]:
        def get_path(app: str, **options: Any) -> Path:
            return Path("/native") / kind / app

        return get_path

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(platformdirs, "user_state_path", return_folder("state"))
    monkeypatch.setattr(platformdirs, "user_cache_path", return_folder("cache"))
    assert paths.get_state_dir() == Path("/native/state/zoom-component")
    assert paths.get_cache_dir() == Path("/native/cache/zoom-component")
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", "/mine")
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", "/my-cache")
    assert (paths.get_state_dir(), paths.get_cache_dir()) == (Path("/mine"), Path("/my-cache"))


def test_platformdirs_names_the_native_folders() -> None:
    from platformdirs.macos import MacOS

    folders = MacOS("zoom-component", appauthor=False)
    assert folders.user_state_path == Path("/home/ada/Library/Application Support/zoom-component")
    assert folders.user_cache_path == Path("/home/ada/Library/Caches/zoom-component")


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="these platforms need platformdirs")
def test_platformdirs_is_not_imported_where_xdg_holds() -> None:
    code = (
        "import sys; from zoom_component import paths; paths.get_state_dir(); paths.get_cache_dir();"
        "sys.exit('platformdirs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
