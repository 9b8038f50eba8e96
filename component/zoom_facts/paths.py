"""Locate the facts as a folder of the file system."""

from __future__ import annotations

from pathlib import Path

from zoom_facts.package_data import find_facts

__all__ = ["get_facts_dir"]


def get_facts_dir() -> Path:
    """Return the folder that holds spec/zoom and triggers/events."""
    return Path(str(find_facts())).resolve()
