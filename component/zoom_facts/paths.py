"""Locate the facts: in the checkout if there is one, otherwise inside the installed package."""

from __future__ import annotations

from pathlib import Path

__all__ = ["facts_root"]

PACKAGE = Path(__file__).resolve().parent


def facts_root() -> Path:
    """Return the folder that holds spec/zoom and triggers/events."""
    checkout = PACKAGE.parent.parent
    if (checkout / "spec" / "zoom").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return PACKAGE / "_data"
