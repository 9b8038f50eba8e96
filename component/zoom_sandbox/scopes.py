"""Check the scopes of a token against the scopes of an operation."""

from __future__ import annotations

from collections.abc import Collection

from zoom_facts import Operation
from zoom_sandbox.errors import ApiError


def check_scopes(operation: Operation, granted: Collection[str] | None) -> None:
    """Raise ApiError (400/4711) for a token without any of the operation's scopes. None grants everything.

    Any one of the listed scopes is enough, classic or granular. An operation that lists no scope needs none.
    """
    listed = (*operation.granular_scopes, *operation.scopes)
    if granted is None or not listed or any(scope in granted for scope in listed):
        return
    raise ApiError(400, 4711, f"Invalid access token, does not contain scopes:[{', '.join(listed)}].")
