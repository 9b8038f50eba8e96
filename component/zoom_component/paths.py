"""Locate the spec files, and the folders in which this machine stores state and caches.

Nothing here reads a file or creates a folder. `ZOOM_COMPONENT_STATE` and `ZOOM_COMPONENT_CACHE` replace the folders.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FOLDERS = ("actions", "triggers", "sources", "connections", "spec")
_APP = "zoom-component"


def get_bundle_dir() -> Path:
    """Return the folder of the spec files: the checkout, or a folder of the installed package."""
    checkout = PACKAGE.parent.parent
    if (checkout / "actions").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return PACKAGE / "_bundle"


def get_state_dir() -> Path:
    """Return the folder for connections, the inbox and the counts of the day."""
    if folder := os.environ.get("ZOOM_COMPONENT_STATE"):
        return Path(folder)
    if _is_native():
        from platformdirs import user_state_path

        return user_state_path(_APP, appauthor=False)
    return _get_xdg_dir("XDG_STATE_HOME", ".local/state")


def get_cache_dir() -> Path:
    """Return the folder for what can be made again: the compiled specs."""
    if folder := os.environ.get("ZOOM_COMPONENT_CACHE"):
        return Path(folder)
    if _is_native():
        from platformdirs import user_cache_path

        return user_cache_path(_APP, appauthor=False)
    return _get_xdg_dir("XDG_CACHE_HOME", ".cache")


def _is_native() -> bool:
    """Return whether the platform has folders of its own.

    Elsewhere XDG holds, and platformdirs is not imported.
    """
    return sys.platform in ("darwin", "win32")


def _get_xdg_dir(variable: str, default: str) -> Path:
    """Return the folder in a base folder of XDG, which is below the home folder by default.

    https://specifications.freedesktop.org/basedir-spec/
    """
    base = os.environ.get(variable)
    return (Path(base) if base else Path.home() / default) / _APP
