"""How Zoom refuses what is asked about users: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error
from zoom_sandbox.operations import OperationCall


def unknown(call: OperationCall, key: str) -> ApiError:
    """Nobody has the id or email that the path names."""
    return call.error(f"User does not exist: {key}.", (404, 1001))


def stranger(call: OperationCall, key: str) -> ApiError:
    """Nobody has an id or email that is named beside the path's user, in a code that the operation lists."""
    return call.error(f"User does not exist: {key}.", (404, 1001), (400, 300))


def in_account(email: str) -> ApiError:
    """A new user's email is that of somebody in the account."""
    return ApiError(409, 1005, f"User already in the account: {email}.")


def taken_email(call: OperationCall, email: str) -> ApiError:
    """A user's new email is that of another."""
    return call.error(f"The email is taken: {email}.", (400, 1000))


def no_user_info() -> ApiError:
    """There is nothing to make a user of."""
    return validation_error(("user_info", "This field is required."))


def bad_email() -> ApiError:
    """A new user's email is none."""
    return validation_error(("user_info.email", "The value must be a valid email."))


def bad_pmi() -> ApiError:
    """A personal meeting number is malformed or another's."""
    return validation_error(("pmi", "A free number of 10 or 11 digits, the first from 2 to 9, is expected."))


def bad_zone() -> ApiError:
    """There is no such time zone."""
    return validation_error(("timezone", "A time zone such as America/New_York is expected."))


def bad_password(sentence: str) -> ApiError:
    """A passcode breaks one of the rules."""
    return validation_error(("password", sentence))


def owner_stays(call: OperationCall) -> ApiError:
    """The account's owner is not to be deleted."""
    return call.error("The owner of the account can be neither deleted nor disassociated.", (400, 200))


def no_heir() -> ApiError:
    """Something is to be transferred to nobody."""
    return validation_error(("transfer_email", "A transfer needs the email of the user who takes over."))


def bad_heir() -> ApiError:
    """Who takes over is unknown, inactive, or the one who goes."""
    return validation_error(("transfer_email", "The email of another active user of the account is expected."))


def no_workforce(call: OperationCall) -> ApiError:
    """Clocking in and out is another product's."""
    return call.error("Clocking in and out needs a Workforce Management licence.", (400, 2033), (400, 200))


def owner_status(call: OperationCall) -> ApiError:
    """The account's owner is always active."""
    return call.error("The status of the account's owner cannot be changed.", (400, 200))


def not_accepted(call: OperationCall) -> ApiError:
    """Who was invited is neither active nor inactive yet."""
    return call.error("The user has not accepted the invitation yet.", (400, 200))


def no_licence(call: OperationCall) -> ApiError:
    """One side of scheduling for others has no licence."""
    return call.error("Scheduling for others needs a licence on both sides.", (400, 200))
