"""How Zoom refuses what is asked about panelists: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, FieldError, validation_error


def nobody() -> ApiError:
    """Nobody is to be asked."""
    return validation_error(("panelists", "This field is required."))


def incomplete(fields: list[str]) -> ApiError:
    """Somebody's email or name is missing; each by the field's place."""
    wrong: list[FieldError] = [(field, "This field is required.") for field in fields]
    return validation_error(*wrong)


def unknown() -> ApiError:
    """The webinar has no panelist with the path's id."""
    return validation_error(("panelistId", "The id of a panelist of this webinar is expected."))
