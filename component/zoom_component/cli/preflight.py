"""The part of `doctor` about calls: what each action needs, against what the token was granted. Nothing is called."""

from __future__ import annotations

import datetime
from argparse import Namespace
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from zoom_component.cli import calling
from zoom_component.cli.screen import Screen
from zoom_component.client.request.preflight import Verdict, verdict
from zoom_component.component import Component
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.spec.spec import ActionSpec
from zoom_component.tools.export.deprecations import deprecated_input

__all__ = ["Granted", "Need", "flags_given", "granted", "needs"]

_FLAGS = ("connection", "token", "client_id", "client_secret", "account_id")
_BARE = "does not say what it was granted; a connection with client credentials or consent does"


class Granted(NamedTuple):
    """What a connection was granted: its name, its scopes (None: nobody told), and a sentence on it."""

    connection: str
    scopes: tuple[str, ...] | None
    state: str
    message: str


class Need(NamedTuple):
    """An action and what speaks for or against calling it. `state`: "ok", "warn" (it will fail) or "unknown"."""

    action: ActionSpec
    verdict: Verdict
    state: str
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        action, sunset = self.action, self.action.sunset
        return {
            "action": action.key,
            "state": self.state,
            "scopes": list(action.scopes),
            "granular_scopes": list(action.granular_scopes),
            "has": list(self.verdict.has),
            "plan": action.plan,
            "rate_limit": action.rate_limit,
            "deprecated": action.deprecated,
            "sunset": sunset._asdict() if sunset else None,
            "deprecated_inputs": _old_inputs(action),
            "notes": list(self.notes),
        }


def flags_given(args: Namespace) -> bool:
    """Whether the command line says which connection is meant."""
    return any(getattr(args, flag) is not None for flag in _FLAGS)


def granted(args: Namespace, component: Component, screen: Screen) -> Granted:
    """What the connection's token was granted; a token is asked for where there is none yet."""
    calling.guarded(screen, args.token, args.client_secret)
    try:
        connection = calling.connection(args, component, screen)
    except (ConnectionFailed, InputError) as error:
        if flags_given(args):
            raise
        message = "there is none to compare with" if isinstance(error, ConnectionFailed) else error.message
        return Granted("", None, "none" if isinstance(error, ConnectionFailed) else "warn", message)
    try:
        connection.authorize()
        scopes = connection.scopes()
    except ConnectionFailed as error:
        return Granted(connection.name, None, "warn", error.message)
    finally:
        connection.close()
    if scopes is None:
        return Granted(connection.name, None, "none", f"the token of {connection.name!r} {_BARE}")
    many = "1 scope" if len(scopes) == 1 else f"{len(scopes)} scopes"
    return Granted(connection.name, scopes, "ok", f"{connection.name!r} was granted {many}")


def needs(
    component: Component, keys: Collection[str], scopes: Collection[str] | None, today: datetime.date
) -> list[Need]:
    """What each action needs; of all actions where none is named. Raises InputError for a key that is not there."""
    return [_need(component.action(key), scopes, today) for key in keys or component.catalogue.keys()]


def _need(action: ActionSpec, scopes: Collection[str] | None, today: datetime.date) -> Need:
    found = verdict(action, scopes)
    ended = action.sunset is not None and action.sunset.ends is not None and action.sunset.ends <= today.isoformat()
    state = "warn" if found.state == "missing" or ended else found.state
    return Need(action, found, state, tuple(_notes(action, found, ended)))


def _notes(action: ActionSpec, found: Verdict, ended: bool) -> Iterator[str]:
    yield _scopes(action, found)
    if action.plan:
        yield f"Plan: {action.plan.rstrip('.')}"
    if action.rate_limit:
        yield f"Rate label {action.rate_limit}"
    if action.deprecated or action.sunset:
        sunset = action.sunset
        when = f", {'ended' if ended else 'ends'} {sunset.ends}" if sunset and sunset.ends else ""
        yield f"Deprecated{when}" + (f"; use {sunset.instead}" if sunset and sunset.instead else "")
    if old := _old_inputs(action):
        yield f"Deprecated inputs: {', '.join(old)}"


def _scopes(action: ActionSpec, found: Verdict) -> str:
    if found.why == "action":
        return "Scopes depend on what it is told to call"
    if not found.wanted:
        return "Needs no scope"
    if found.state == "ok":
        return f"Has {', '.join(found.has)}"
    either = [f"one of {', '.join(action.scopes)}"] if action.scopes else []
    either += [f"granular one of {', '.join(action.granular_scopes)}"] if action.granular_scopes else []
    wanted = " or ".join(either)
    return (
        f"Will fail, lacks {wanted}: grant one to the app, connect again"
        if found.state == "missing"
        else (f"Needs {wanted}")
    )


def _old_inputs(action: ActionSpec) -> list[str]:
    return [key for key, spec in action.inputs.items() if deprecated_input(action, spec)]
