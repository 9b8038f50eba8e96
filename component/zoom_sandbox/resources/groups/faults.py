"""How Zoom refuses what is asked about groups: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, FieldError, validation_error
from zoom_sandbox.operations import OperationCall


def unknown(call: OperationCall, key: str) -> ApiError:
    """There is no group with the id."""
    return call.error(f"Group does not exist: {key}.", (404, 4130))


def no_member(call: OperationCall) -> ApiError:
    """The path's person is not in the group."""
    return call.error(f"The user is not in this group: {call.path_params['memberId']}.", (404, 4131))


def no_admin(call: OperationCall) -> ApiError:
    """The path's person does not look after the group."""
    return call.error(f"The user is no admin of this group: {call.path_params['userId']}.", (400, 4138))


def no_name() -> ApiError:
    """A group is to have no name."""
    return validation_error(("name", "This field is required."))


def taken_name(call: OperationCall, name: str) -> ApiError:
    """A group's name is another's."""
    return call.error(f"A group with this name exists already: {name}.", (409, 4132))


def no_target() -> ApiError:
    """Somebody is to be moved to no group."""
    return validation_error(("target_group_id", "This field is required."))


def strangers(places: list[str]) -> ApiError:
    """Rows of the body, named by their places, tell of nobody in the account."""
    wrong: list[FieldError] = [(place, "The id or email of a user of the account is expected.") for place in places]
    return validation_error(*wrong)
