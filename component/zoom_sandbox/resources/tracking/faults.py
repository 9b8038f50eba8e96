"""How Zoom refuses what is asked about tracking fields: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error
from zoom_sandbox.operations import OperationCall


def unknown(call: OperationCall, key: str) -> ApiError:
    """There is no tracking field with the id."""
    return call.error(f"Tracking field does not exist: {key}.", (404, 5110))


def no_name() -> ApiError:
    """A tracking field is to have no name."""
    return validation_error(("field", "This field is required."))
