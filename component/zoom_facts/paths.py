"""Locate the facts: in the checkout if there is one, otherwise inside the installed package."""

from __future__ import annotations

from pathlib import Path

__all__ = ["get_facts_dir"]

PACKAGE = Path(__file__).resolve().parent


def get_facts_dir() -> Path:
    """Return the folder that holds spec/zoom and triggers/events."""
    checkout = PACKAGE.parent.parent
    if (checkout / "spec" / "zoom").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return PACKAGE / "_data"
