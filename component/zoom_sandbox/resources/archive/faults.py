"""How Zoom refuses what is asked about archived files: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError


def unknown() -> ApiError:
    """There is no archived file at the address."""
    return ApiError(404, 3301, "There is no such file.")
