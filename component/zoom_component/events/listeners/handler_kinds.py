"""The kinds of listener that YAML can name, and how each is read from its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import zoom_facts as facts
from zoom_component.client.connections.urls import is_loopback_url
from zoom_component.errors import ComponentError, InputError
from zoom_component.events.listeners.action import ActionHandler
from zoom_component.events.listeners.command import CommandHandler
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.functions import FunctionHandler, NotCallableError, import_function
from zoom_component.events.listeners.listener import EventHandler
from zoom_component.events.webhook import Filter, parse_located_filter
from zoom_component.spec.diagnostics import suggest

if TYPE_CHECKING:
    from zoom_component.component import Component
    from zoom_component.spec.spec import ActionSpec

__all__ = ["HANDLER_KINDS", "HandlerContext", "HandlerKind"]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _ListenerParser(Protocol):
    """What tells faults, and knows the listener's other words and its filter."""

    fields: Mapping[str, Any]
    filter: Filter

    def add(self, pointer: tuple[str | int, ...], message: str, *, at_key: bool = False) -> None: ...


class HandlerContext(NamedTuple):
    """Where a listener stands: its reader, the folder of its file, the actions at hand, the environment."""

    parser: _ListenerParser
    folder: Path
    component: Component | None
    environ: Mapping[str, str]


class HandlerKind(NamedTuple):
    """How a kind is read: what it runs (None where there was a fault), and the words that belong to it alone."""

    read: Callable[[Any, HandlerContext], EventHandler | None]
    keys: tuple[str, ...] = ()


def _parse_call(value: Any, place: HandlerContext) -> EventHandler | None:
    try:
        return FunctionHandler(import_function(str(value)))
    except NotCallableError as problem:
        place.parser.add(("call",), f"call: {problem}")
        return None


def _parse_command(value: Any, place: HandlerContext) -> EventHandler | None:
    passed = place.parser.fields.get("env", [])
    words = value if isinstance(value, list) else []
    if not words or not all(isinstance(word, str) and "\0" not in word for word in words) or not words[0]:
        return None  # told by the model, but for the strangest
    if not isinstance(passed, list):
        return None
    for at, name in enumerate(passed):
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            place.parser.add(("env", at), "env: a list of the names of variables is accepted, never their values")
    return CommandHandler(words, place.folder, passed, place.environ)


def _parse_forward(value: Any, place: HandlerContext) -> EventHandler | None:
    secret = _read_secret(place)
    problem = _check_url(str(value), plain=place.parser.fields.get("plain") is True)
    if problem:
        place.parser.add(("forward",), f"forward: {problem}")
    return ForwardHandler(str(value), secret) if secret and not problem else None


def _check_url(url: str, *, plain: bool) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname
        assert parts.port is None or parts.port > 0
    except (ValueError, AssertionError):
        host = None
    if host is None or parts.scheme not in ("http", "https") or parts.fragment or not url.isprintable() or " " in url:
        return f"came {url[:80]!r}; accepted: an address such as https://crm.example.com/hooks/zoom"
    if parts.username or parts.password:
        return "an address with a password in it would show up in logs; leave it out, and go by the signature"
    if parts.scheme == "http" and not plain and not is_loopback_url(url):
        return "http:// goes over the network for everybody to read; accepted: https://, or `plain: true` beside it"
    return ""


def _read_secret(place: HandlerContext) -> str:
    """The secret that signs; "" where it cannot be had, which is told."""
    words, fault = place.parser.fields.get("secret"), place.parser.add
    if words is None:
        fault(("forward",), "the word 'secret' is missing: it signs what is sent, as in secret: {env: CRM_SECRET}")
        return ""
    if not isinstance(words, Mapping):
        fault(("secret",), "a secret does not stand in a file like this; accepted: {env: NAME} or {file: PATH}")
        return ""
    if len(words) != 1:
        fault(("secret",), "secret: accepted is either env or file")
        return ""
    if (name := words.get("env")) is not None:
        found, where = place.environ.get(str(name), ""), f"the variable {name}"
    else:
        where = f"the file {words.get('file')}"
        try:
            found = (place.folder / str(words.get("file"))).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            fault(("secret", "file"), f"{where} cannot be read")
            return ""
    if not found.strip():
        fault(("secret",), f"{where} is not set, or blank: without a secret, anybody could forge an event")
    return found.strip()


def _parse_run(value: Any, place: HandlerContext) -> EventHandler | None:
    component = place.component
    if component is None:
        place.parser.add(("run",), "run: expected a component that holds the actions; pass one to load_listeners")
        return None
    keys = component.catalogue.action_keys()
    if value not in keys:
        place.parser.add(("run",), f"there is no action {str(value)[:80]!r}; {suggest(str(value), keys)}")
        return None
    words = place.parser.fields
    inputs, constants = words.get("inputs", {}), words.get("constants", {})
    if not isinstance(inputs, Mapping) or not isinstance(constants, Mapping):
        return None
    _examine_inputs(component.get_action(str(value)), inputs, constants, place)
    connection = words.get("connection")
    try:
        component.resolve_connection(connection)
    except InputError as error:
        place.parser.add(("connection",), f"connection: {error.problems[0].message}")
    except ComponentError as error:
        place.parser.add(("connection",), f"connection: {error.message}")
    return ActionHandler(component, str(value), inputs, constants, connection)


def _examine_inputs(
    action: ActionSpec, inputs: Mapping[str, Any], constants: Mapping[str, Any], place: HandlerContext
) -> None:
    """The inputs are the action's, the required ones are there, and the paths are those of the wanted events."""
    known = [name for name, spec in action.inputs.items() if spec.type != "connection"]
    for word, given in (("inputs", inputs), ("constants", constants)):
        for name in given:
            if name not in known:
                told = f"{action.key} has no input {name!r}; {suggest(name, known)}"
                place.parser.add((word, name), told, at_key=True)
    for name in known:
        if name in inputs and name in constants:
            place.parser.add(("constants", name), f"{name} is taken from the event already", at_key=True)
        elif action.inputs[name].required and name not in inputs and name not in constants:
            told = f"the input {name!r} of {action.key} is missing; give it in inputs or constants"
            place.parser.add(("run",), told)
    for name, path in inputs.items():
        _examine_path(name, path, place)


def _examine_path(name: str, path: Any, place: HandlerContext) -> None:
    """A path is held against the wanted events as one of a filter is."""
    if not isinstance(path, str):
        return
    if "*" in path.split("."):
        place.parser.add(("inputs", name), f"{name}: * would give many values, and an input takes one")
        return
    words = {"events": list(place.parser.filter.events), "unknown": place.parser.fields.get("unknown") is True}
    parse_located_filter(
        {**words, "where": {path: {"exists": True}}}, _RedirectedProblems(place.parser, ("inputs", name)), (), facts
    )


class _RedirectedProblems:
    """Tells every fault at one place."""

    def __init__(self, reader: _ListenerParser, pointer: tuple[str | int, ...]) -> None:
        self._reader = reader
        self._pointer = pointer

    def add(self, pointer: tuple[str | int, ...], message: str, *, at_key: bool = False) -> None:
        """Take a fault."""
        if pointer and pointer[0] == "where":
            self._reader.add(self._pointer, message)


HANDLER_KINDS: Mapping[str, HandlerKind] = {
    "call": HandlerKind(_parse_call),
    "command": HandlerKind(_parse_command, ("env",)),
    "forward": HandlerKind(_parse_forward, ("secret", "plain")),
    "run": HandlerKind(_parse_run, ("connection", "inputs", "constants")),
}
