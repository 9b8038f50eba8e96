"""How Zoom refuses what is asked about users: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal, invalid


def unknown(call: Call, key: str) -> Refusal:
    """Nobody has the id or email that the path names."""
    return call.refuse(f"User does not exist: {key}.", (404, 1001))


def stranger(call: Call, key: str) -> Refusal:
    """Nobody has an id or email that is named beside the path's user, in a code that the operation lists."""
    return call.refuse(f"User does not exist: {key}.", (404, 1001), (400, 300))


def in_account(email: str) -> Refusal:
    """A new user's email is that of somebody in the account."""
    return Refusal(409, 1005, f"User already in the account: {email}.")


def taken_email(call: Call, email: str) -> Refusal:
    """A user's new email is that of another."""
    return call.refuse(f"The email is taken: {email}.", (400, 1000))


def no_user_info() -> Refusal:
    """There is nothing to make a user of."""
    return invalid(("user_info", "This field is required."))


def bad_email() -> Refusal:
    """A new user's email is none."""
    return invalid(("user_info.email", "The value must be a valid email."))


def bad_pmi() -> Refusal:
    """A personal meeting number is malformed or another's."""
    return invalid(("pmi", "A free number of 10 or 11 digits, the first from 2 to 9, is expected."))


def bad_zone() -> Refusal:
    """There is no such time zone."""
    return invalid(("timezone", "A time zone such as America/New_York is expected."))


def bad_password(sentence: str) -> Refusal:
    """A passcode breaks one of the rules."""
    return invalid(("password", sentence))


def owner_stays(call: Call) -> Refusal:
    """The account's owner is not to be deleted."""
    return call.refuse("The owner of the account can be neither deleted nor disassociated.", (400, 200))


def no_heir() -> Refusal:
    """Something is to be transferred to nobody."""
    return invalid(("transfer_email", "A transfer needs the email of the user who takes over."))


def bad_heir() -> Refusal:
    """Who takes over is unknown, inactive, or the one who goes."""
    return invalid(("transfer_email", "The email of another active user of the account is expected."))


def no_workforce(call: Call) -> Refusal:
    """Clocking in and out is another product's."""
    return call.refuse("Clocking in and out needs a Workforce Management licence.", (400, 2033), (400, 200))


def owner_status(call: Call) -> Refusal:
    """The account's owner is always active."""
    return call.refuse("The status of the account's owner cannot be changed.", (400, 200))


def not_accepted(call: Call) -> Refusal:
    """Who was invited is neither active nor inactive yet."""
    return call.refuse("The user has not accepted the invitation yet.", (400, 200))


def no_licence(call: Call) -> Refusal:
    """One side of scheduling for others has no licence."""
    return call.refuse("Scheduling for others needs a licence on both sides.", (400, 200))
