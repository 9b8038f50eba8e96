"""Where the YAML and the facts lie: in the checkout when there is one, else inside the installed package.

Nothing here reads a file; it only answers where to look. `ZOOM_COMPONENT_STATE` and `ZOOM_COMPONENT_CACHE` move
what this machine keeps (connections, counters, the compiled index) somewhere else.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FOLDERS = ("actions", "triggers", "sources", "connections", "spec")


def get_bundle_dir() -> Path:
    """The folder that holds actions/, triggers/, sources/, connections/ and spec/."""
    checkout = PACKAGE.parent.parent
    if (checkout / "actions").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return PACKAGE / "_bundle"


def get_state_dir() -> Path:
    """The folder for what must outlive a process: connections and the day's counters. Not created here."""
    return _own("ZOOM_COMPONENT_STATE", "XDG_STATE_HOME", ".local/state")


def get_cache_dir() -> Path:
    """The folder for what can be made again: the compiled specs. Not created here."""
    return _own("ZOOM_COMPONENT_CACHE", "XDG_CACHE_HOME", ".cache")


def _own(variable: str, xdg: str, default: str) -> Path:
    if chosen := os.environ.get(variable):
        return Path(chosen)
    base = os.environ.get(xdg)
    return (Path(base) if base else Path.home() / default) / "zoom-component"
