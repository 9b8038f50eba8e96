"""How Zoom refuses what is to be done with a meeting under way: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.refusal import Refusal, invalid


def no_method() -> Refusal:
    """It is not told what to do."""
    return invalid(("method", "This field is required."))


def out_of_turn(method: str) -> Refusal:
    """The recording cannot do that from where it is."""
    return invalid(("method", f"{method} is not possible: the recording is not in a state for it."))


def nobody() -> Refusal:
    """Nobody is named who is to be asked in."""
    return invalid(("params.contacts", "Up to 10 people of the account, by id or email, are expected."))


def strangers(places: list[int]) -> Refusal:
    """Who is to be asked in is not in the account; they are named by their places."""
    return invalid(*((f"params.contacts[{place}]", "Somebody of the account is expected.") for place in places))


def missing(names: list[str]) -> Refusal:
    """What a method needs was not given."""
    return invalid(*((f"params.{name}", "This field is required.") for name in names))
