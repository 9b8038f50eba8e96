"""Compare the scopes that an action needs with those that a token was granted, before any call."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from zoom_component.errors import MissingScope
from zoom_component.spec.spec import ActionSpec

__all__ = ["ScopeCheck", "check_scopes", "find_scope_error"]


class ScopeCheck(NamedTuple):
    """Hold the outcome of a check: `state` is "ok", "missing" or "unknown".

    Any one of the `accepted` scopes is enough; `granted` are those of them that the token has. `reason` explains why
    the state is unknown: "token" (its scopes are not known) or "action" (its inputs decide what it calls).
    """

    state: Literal["ok", "missing", "unknown"]
    accepted: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    reason: str = ""


def check_scopes(action: ActionSpec, granted: Collection[str] | None) -> ScopeCheck:
    """Return whether a token with these scopes may run an action; None stands for scopes that are not known.

    Any one of the action's scopes is enough, classic or granular. An action without scopes is open to every token.
    """
    accepted = (*action.scopes, *action.granular_scopes)
    if not action.path:
        return ScopeCheck("unknown", reason="action")
    if not accepted:
        return ScopeCheck("ok")
    if granted is None:
        return ScopeCheck("unknown", accepted, reason="token")
    common = tuple(scope for scope in accepted if scope in granted)
    return ScopeCheck("ok" if common else "missing", accepted, common)


def find_scope_error(action: ActionSpec, granted: Collection[str] | None) -> MissingScope | None:
    """Return the error that a call would end with, as far as scopes decide; None for none."""
    check = check_scopes(action, granted)
    if check.state != "missing":
        return None
    message = (
        f"The token has none of the scopes that {action.key} needs, and nothing was sent. Any one of these is enough: "
        f"{', '.join(check.accepted)}. Grant it to the app, then connect again."
    )
    return MissingScope(message, scopes=check.accepted)
