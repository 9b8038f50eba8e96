"""How Zoom refuses what is asked about archived files: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.refusal import Refusal


def unknown() -> Refusal:
    """There is no archived file at the address."""
    return Refusal(404, 3301, "There is no such file.")
