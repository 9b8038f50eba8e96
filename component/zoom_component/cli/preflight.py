"""The part of `doctor` about calls: what each action needs, against what the token was granted. Nothing is called."""

from __future__ import annotations

import datetime
from argparse import Namespace
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.client.request.preflight import ScopeCheck, check_scopes
from zoom_component.component import Component
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.deprecations import is_deprecated_input

__all__ = ["ActionNeeds", "GrantedScopes", "has_connection_flags", "list_needs", "read_granted_scopes"]

_FLAGS = ("connection", "token", "client_id", "client_secret", "account_id")
_BARE = "does not say what it was granted; a connection with client credentials or consent does"


class GrantedScopes(NamedTuple):
    """What a connection was granted: its name, its scopes (None: nobody told), and a sentence on it."""

    connection: str
    scopes: tuple[str, ...] | None
    state: str
    message: str


class ActionNeeds(NamedTuple):
    """An action and what speaks for or against calling it. `state`: "ok", "warn" (it will fail) or "unknown"."""

    action: ActionSpec
    verdict: ScopeCheck
    state: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
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
    """Whether the command line says which connection is meant."""
    return any(getattr(args, flag) is not None for flag in _FLAGS)


def read_granted_scopes(args: Namespace, component: Component, screen: Console) -> GrantedScopes:
    """What the connection's token was granted; a token is asked for where there is none yet."""
    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    try:
        connection = arguments.resolve_connection(args, component, screen)
    except (ConnectionFailed, InputError) as error:
        if has_connection_flags(args):
            raise
        message = "there is none to compare with" if isinstance(error, ConnectionFailed) else error.message
        return GrantedScopes("", None, "none" if isinstance(error, ConnectionFailed) else "warn", message)
    try:
        connection.authorize()
        scopes = connection.get_scopes()
    except ConnectionFailed as error:
        return GrantedScopes(connection.name, None, "warn", error.message)
    finally:
        connection.close()
    if scopes is None:
        return GrantedScopes(connection.name, None, "none", f"the token of {connection.name!r} {_BARE}")
    many = "1 scope" if len(scopes) == 1 else f"{len(scopes)} scopes"
    return GrantedScopes(connection.name, scopes, "ok", f"{connection.name!r} was granted {many}")


def list_needs(
    component: Component, keys: Collection[str], scopes: Collection[str] | None, today: datetime.date
) -> list[ActionNeeds]:
    """What each action needs; of all actions where none is named. Raises InputError for a key that is not there."""
    return [
        _check_action(component.get_action(key), scopes, today) for key in keys or component.catalogue.action_keys()
    ]


def _check_action(action: ActionSpec, scopes: Collection[str] | None, today: datetime.date) -> ActionNeeds:
    found = check_scopes(action, scopes)
    ended = action.sunset is not None and action.sunset.date is not None and action.sunset.date <= today.isoformat()
    state = "warn" if found.state == "missing" or ended else found.state
    return ActionNeeds(action, found, state, tuple(_describe_needs(action, found, ended)))


def _describe_needs(action: ActionSpec, found: ScopeCheck, ended: bool) -> Iterator[str]:
    yield _describe_scopes(action, found)
    if action.plan:
        yield f"Plan: {action.plan.rstrip('.')}"
    if action.rate_limit:
        yield f"Rate label {action.rate_limit}"
    if action.deprecated or action.sunset:
        sunset = action.sunset
        when = f", {'ended' if ended else 'ends'} {sunset.date}" if sunset and sunset.date else ""
        yield f"Deprecated{when}" + (f"; use {sunset.replacement}" if sunset and sunset.replacement else "")
    if old := _list_deprecated_inputs(action):
        yield f"Deprecated inputs: {', '.join(old)}"


def _describe_scopes(action: ActionSpec, found: ScopeCheck) -> str:
    if found.reason == "action":
        return "Scopes depend on what it is told to call"
    if not found.accepted:
        return "Needs no scope"
    if found.state == "ok":
        return f"Has {', '.join(found.granted)}"
    either = [f"one of {', '.join(action.scopes)}"] if action.scopes else []
    either += [f"granular one of {', '.join(action.granular_scopes)}"] if action.granular_scopes else []
    wanted = " or ".join(either)
    return (
        f"Will fail, lacks {wanted}: grant one to the app, connect again"
        if found.state == "missing"
        else (f"Needs {wanted}")
    )


def _list_deprecated_inputs(action: ActionSpec) -> list[str]:
    return [key for key, spec in action.inputs.items() if is_deprecated_input(action, spec)]
