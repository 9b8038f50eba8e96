"""Locate the facts as a folder of the file system."""

from __future__ import annotations

from pathlib import Path

__all__ = ["get_facts_dir"]


def get_facts_dir() -> Path:
    """Return the folder that holds spec/zoom and triggers/events."""
    # Not imported with this module: it takes 4 ms, and most calls need no fact.
    from zoom_facts.package_data import find_facts

    return Path(str(find_facts())).resolve()
