"""Compare the scopes that actions need with those that a token was granted, without calling an action."""

from __future__ import annotations

import datetime
from argparse import Namespace
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, format_count, quote
from zoom_component.client.request.preflight import ScopeCheck, check_scopes
from zoom_component.component import Component
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.deprecations import is_deprecated_input

__all__ = ["ActionNeeds", "GrantedScopes", "has_connection_flags", "list_needs", "read_granted_scopes"]

_FLAGS = ("connection", "token", "client_id", "client_secret", "account_id")
_UNKNOWN_SCOPES = "does not list its scopes; a connection with client credentials or consent does"


class GrantedScopes(NamedTuple):
    """Hold the scopes of a connection.

    `scopes` is None when they are unknown; `message` is a sentence about them.
    """

    connection: str
    scopes: tuple[str, ...] | None
    state: str
    message: str


class ActionNeeds(NamedTuple):
    """Hold what an action needs.

    `state` is "ok", "warn" (the call will fail) or "unknown".
    """

    action: ActionSpec
    verdict: ScopeCheck
    state: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the needs as a JSON object."""
        action, sunset = self.action, self.action.sunset
        return {
            "action": action.key,
            "state": self.state,
            "scopes": list(action.scopes),
            "granular_scopes": list(action.granular_scopes),
            "has": list(self.verdict.granted),
            "plan": action.plan,
            "rate_limit": action.rate_limit,
            "deprecated": action.deprecated,
            "sunset": sunset._asdict() if sunset else None,
            "deprecated_inputs": _list_deprecated_inputs(action),
            "notes": list(self.notes),
        }


def has_connection_flags(args: Namespace) -> bool:
    """Return whether the options select a connection."""
    return any(getattr(args, flag) is not None for flag in _FLAGS)


def read_granted_scopes(args: Namespace, component: Component, console: Console) -> GrantedScopes:
    """Return the scopes of the connection's token; request a token if there is none yet."""
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    try:
        connection = arguments.resolve_connection(args, component, console)
    except (ConnectionFailed, InputError) as error:
        if has_connection_flags(args):
            raise
        message = "there is no connection to compare with" if isinstance(error, ConnectionFailed) else error.message
        return GrantedScopes("", None, "none" if isinstance(error, ConnectionFailed) else "warn", message)
    try:
        connection.authorize()
        scopes = connection.get_scopes()
    except ConnectionFailed as error:
        return GrantedScopes(connection.name, None, "warn", error.message)
    finally:
        connection.close()
    if scopes is None:
        return GrantedScopes(connection.name, None, "none", f"the token of {quote(connection.name)} {_UNKNOWN_SCOPES}")
    count = format_count(len(scopes), "scope")
    return GrantedScopes(connection.name, scopes, "ok", f"{quote(connection.name)} has {count}")


def list_needs(
    component: Component, keys: Collection[str], scopes: Collection[str] | None, today: datetime.date
) -> list[ActionNeeds]:
    """Return what each action needs; all actions if `keys` is empty. Raise InputError for an unknown key."""
    return [
        _check_action(component.get_action(key), scopes, today) for key in keys or component.catalogue.action_keys()
    ]


def _check_action(action: ActionSpec, scopes: Collection[str] | None, today: datetime.date) -> ActionNeeds:
    check = check_scopes(action, scopes)
    has_ended = action.sunset is not None and action.sunset.date is not None and action.sunset.date <= today.isoformat()
    state = "warn" if check.state == "missing" or has_ended else check.state
    return ActionNeeds(action, check, state, tuple(_describe_needs(action, check, has_ended)))


def _describe_needs(action: ActionSpec, check: ScopeCheck, has_ended: bool) -> Iterator[str]:
    yield _describe_scopes(action, check)
    if action.plan:
        yield f"Plan: {action.plan.rstrip('.')}"
    if action.rate_limit:
        yield f"Rate limit: {action.rate_limit}"
    if action.deprecated or action.sunset:
        sunset = action.sunset
        when = f", {'ended' if has_ended else 'ends'} {sunset.date}" if sunset and sunset.date else ""
        yield f"Deprecated{when}" + (f"; use {sunset.replacement}" if sunset and sunset.replacement else "")
    if inputs := _list_deprecated_inputs(action):
        yield f"Deprecated inputs: {', '.join(inputs)}"


def _describe_scopes(action: ActionSpec, check: ScopeCheck) -> str:
    if check.reason == "action":
        return "Scopes depend on the request"
    if not check.accepted:
        return "Needs no scope"
    if check.state == "ok":
        return f"Has {', '.join(check.granted)}"
    either = [f"one of {', '.join(action.scopes)}"] if action.scopes else []
    either += [f"granular one of {', '.join(action.granular_scopes)}"] if action.granular_scopes else []
    accepted = " or ".join(either)
    return (
        f"Will fail, lacks {accepted}: add a scope to the app and connect again"
        if check.state == "missing"
        else (f"Needs {accepted}")
    )


def _list_deprecated_inputs(action: ActionSpec) -> list[str]:
    return [key for key, spec in action.inputs.items() if is_deprecated_input(action, spec)]
