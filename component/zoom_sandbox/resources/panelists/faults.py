"""How Zoom refuses what is asked about panelists: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.refusal import Field, Refusal, invalid


def nobody() -> Refusal:
    """Nobody is to be asked."""
    return invalid(("panelists", "This field is required."))


def incomplete(fields: list[str]) -> Refusal:
    """Somebody's email or name is missing; each by the field's place."""
    wrong: list[Field] = [(field, "This field is required.") for field in fields]
    return invalid(*wrong)


def unknown() -> Refusal:
    """The webinar has no panelist with the path's id."""
    return invalid(("panelistId", "The id of a panelist of this webinar is expected."))
