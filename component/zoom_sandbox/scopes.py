"""Scopes: what a token was granted against what an operation asks for."""

from __future__ import annotations

from collections.abc import Collection

from zoom_facts import Operation
from zoom_sandbox.errors import ApiError


def check_scopes(operation: Operation, granted: Collection[str] | None) -> None:
    """Refuse (400/4711) a token without any of the operation's scopes; None was granted everything.

    Any one of the listed scopes is enough, classic or granular. An operation that lists none is open to all.
    """
    listed = (*operation.granular_scopes, *operation.scopes)
    if granted is None or not listed or any(scope in granted for scope in listed):
        return
    raise ApiError(400, 4711, f"Invalid access token, does not contain scopes:[{', '.join(listed)}].")
