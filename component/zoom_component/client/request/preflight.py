"""What a token may do, told before any call: an action's scopes against those that were granted."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, NamedTuple

from zoom_component.errors import MissingScope
from zoom_component.spec.spec import ActionSpec

__all__ = ["ScopeCheck", "check_scopes", "find_scope_error"]


class ScopeCheck(NamedTuple):
    """`state`: "ok", "missing" or "unknown". `wanted` are the scopes of which any one suffices, `has` those granted.

    `why` says why it is unknown: "token" (nobody said what it was granted) or "action" (its inputs decide).
    """

    state: Literal["ok", "missing", "unknown"]
    accepted: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    reason: str = ""


def check_scopes(action: ActionSpec, granted: Collection[str] | None) -> ScopeCheck:
    """Whether a token with these scopes may run an action; None are the scopes of a token that nobody told of.

    Any one of the listed scopes is enough, classic or granular. An operation that lists none is open to all.
    """
    wanted = (*action.scopes, *action.granular_scopes)
    if not action.path:
        return ScopeCheck("unknown", reason="action")
    if not wanted:
        return ScopeCheck("ok")
    if granted is None:
        return ScopeCheck("unknown", wanted, reason="token")
    has = tuple(scope for scope in wanted if scope in granted)
    return ScopeCheck("ok" if has else "missing", wanted, has)


def find_scope_error(action: ActionSpec, granted: Collection[str] | None) -> MissingScope | None:
    """The error that a call would end with, as far as scopes tell; None where nothing speaks against it."""
    found = check_scopes(action, granted)
    if found.state != "missing":
        return None
    told = (
        f"The token has none of the scopes that {action.key} needs, and nothing was sent. Any one of these is enough: "
        f"{', '.join(found.accepted)}. Grant it to the app, then connect again."
    )
    return MissingScope(told, scopes=found.accepted)
