"""How Zoom refuses what is to be done with a meeting under way: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error


def no_method() -> ApiError:
    """It is not told what to do."""
    return validation_error(("method", "This field is required."))


def out_of_turn(method: str) -> ApiError:
    """The recording cannot do that from where it is."""
    return validation_error(("method", f"{method} is not possible: the recording is not in a state for it."))


def nobody() -> ApiError:
    """Nobody is named who is to be asked in."""
    return validation_error(("params.contacts", "Up to 10 people of the account, by id or email, are expected."))


def strangers(places: list[int]) -> ApiError:
    """Who is to be asked in is not in the account; they are named by their places."""
    return validation_error(
        *((f"params.contacts[{place}]", "Somebody of the account is expected.") for place in places)
    )


def missing(names: list[str]) -> ApiError:
    """What a method needs was not given."""
    return validation_error(*((f"params.{name}", "This field is required.") for name in names))
