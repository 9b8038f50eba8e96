"""Parse the handler of a listener: call, command, forward or run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import zoom_facts as facts
from zoom_component.client.connections.urls import is_loopback_url
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import ComponentError, InputError
from zoom_component.events.listeners.action import ActionHandler
from zoom_component.events.listeners.command import CommandHandler
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.functions import FunctionHandler, NotCallableError, import_function
from zoom_component.events.listeners.listener import EventHandler
from zoom_component.events.webhook import Filter, parse_located_filter
from zoom_component.identity_text import remove_invisible
from zoom_component.spec.diagnostics import suggest

if TYPE_CHECKING:
    from zoom_component.component import Component
    from zoom_component.spec.spec import ActionSpec

__all__ = ["HANDLER_KINDS", "HandlerContext", "HandlerKind"]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _ListenerParser(Protocol):
    """Report problems, and give access to the listener's other keys and its filter."""

    fields: Mapping[str, Any]
    filter: Filter

    def add(self, pointer: tuple[str | int, ...], message: str, *, at_key: bool = False) -> None: ...


class HandlerContext(NamedTuple):
    """Hold what is needed to parse a handler."""

    parser: _ListenerParser
    folder: Path
    component: Component | None
    environ: Mapping[str, str]
    network: NetworkSettings = NetworkSettings()


class HandlerKind(NamedTuple):
    """Describe a kind of handler.

    `parse` returns None after it has reported a problem. `keys` are the keys that only this kind accepts.
    """

    parse: Callable[[Any, HandlerContext], EventHandler | None]
    keys: tuple[str, ...] = ()


def _parse_call(value: Any, context: HandlerContext) -> EventHandler | None:
    try:
        return FunctionHandler(import_function(str(value)))
    except NotCallableError as error:
        context.parser.add(("call",), f"call: {error}")
        return None


def _parse_command(value: Any, context: HandlerContext) -> EventHandler | None:
    env_names = context.parser.fields.get("env", [])
    arguments = value if isinstance(value, list) else []
    if not arguments or not all(isinstance(each, str) and "\0" not in each for each in arguments) or not arguments[0]:
        return None  # the model has reported it
    if not isinstance(env_names, list):
        return None
    for index, name in enumerate(env_names):
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            context.parser.add(("env", index), "env: expected names of environment variables, got another value")
    return CommandHandler(arguments, context.folder, env_names, context.environ)


def _parse_forward(value: Any, context: HandlerContext) -> EventHandler | None:
    secret = _read_secret(context)
    problem = _check_url(str(value), allow_http=context.parser.fields.get("allowHttp") is True)
    if problem:
        context.parser.add(("forward",), f"forward: {problem}")
    return ForwardHandler(str(value), secret, network=context.network) if secret and not problem else None


def _check_url(url: str, *, allow_http: bool) -> str:
    """Return what is wrong with a URL; "" if it is valid."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        assert parts.port is None or parts.port > 0
    except (ValueError, AssertionError):
        host = None
    if host is None or parts.scheme not in ("http", "https") or parts.fragment or not url.isprintable() or " " in url:
        return f'expected a URL such as https://crm.example.com/hooks/zoom, got "{url[:80]}"'
    if parts.username or parts.password:
        return "expected a URL without a password, which would appear in logs; verify the signature instead"
    if parts.scheme == "http" and not allow_http and not is_loopback_url(url):
        return "expected https://, got http://, which is not encrypted; add `allowHttp: true` to use it all the same"
    return ""


def _read_secret(context: HandlerContext) -> str:
    """Return the signing secret; "" after reporting a problem."""
    fields, report = context.parser.fields.get("secret"), context.parser.add
    if fields is None:
        report(("forward",), "secret is required to sign the events; write for example secret: {env: CRM_SECRET}")
        return ""
    if not isinstance(fields, Mapping):
        report(("secret",), "secret: expected {env: NAME} or {file: PATH}, got the secret itself")
        return ""
    if len(fields) != 1:
        report(("secret",), "secret: expected either env or file")
        return ""
    if (name := fields.get("env")) is not None:
        secret, source = context.environ.get(str(name), ""), f"the variable {name}"
    else:
        source = f"the file {fields.get('file')}"
        try:
            secret = (context.folder / str(fields.get("file"))).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            report(("secret", "file"), f"cannot read {source}")
            return ""
    # The receiver of forwarded events chose this secret, so it may have letters of any script.
    secret = remove_invisible(secret).strip()
    if not secret:
        report(("secret",), f"{source} is empty or not set; without a secret anyone could forge events")
    return secret


def _parse_run(value: Any, context: HandlerContext) -> EventHandler | None:
    component = context.component
    if component is None:
        context.parser.add(("run",), "run: expected a component that holds the actions; pass one to load_listeners")
        return None
    keys = component.catalogue.action_keys()
    if value not in keys:
        context.parser.add(("run",), f'unknown action "{str(value)[:80]}"; {suggest(str(value), keys)}')
        return None
    fields = context.parser.fields
    inputs, constants = fields.get("inputs", {}), fields.get("constants", {})
    if not isinstance(inputs, Mapping) or not isinstance(constants, Mapping):
        return None
    _check_inputs(component.get_action(str(value)), inputs, constants, context)
    connection = fields.get("connection")
    try:
        network = context.network
        component.resolve_connection(connection, proxy=network.proxy or None, ca_file=network.ca_file or None)
    except InputError as error:
        context.parser.add(("connection",), f"connection: {error.problems[0].message}")
    except ComponentError as error:
        context.parser.add(("connection",), f"connection: {error.message}")
    return ActionHandler(component, str(value), inputs, constants, connection, context.network)


def _check_inputs(
    action: ActionSpec, inputs: Mapping[str, Any], constants: Mapping[str, Any], context: HandlerContext
) -> None:
    """Check the inputs against the action, and their paths against the events."""
    known = [name for name, spec in action.inputs.items() if spec.type != "connection"]
    for key, mapping in (("inputs", inputs), ("constants", constants)):
        for name in mapping:
            if name not in known:
                message = f'{action.key} has no input "{name}"; {suggest(name, known)}'
                context.parser.add((key, name), message, at_key=True)
    for name in known:
        if name in inputs and name in constants:
            context.parser.add(("constants", name), f"{name} is already in inputs", at_key=True)
        elif action.inputs[name].required and name not in inputs and name not in constants:
            message = f'the input "{name}" of {action.key} is required; add it to inputs or constants'
            context.parser.add(("run",), message)
    for name, path in inputs.items():
        _check_path(name, path, context)


def _check_path(name: str, path: Any, context: HandlerContext) -> None:
    """Check an input's path against the payloads of the listener's events, as a filter's paths are."""
    if not isinstance(path, str):
        return
    if "*" in path.split("."):
        context.parser.add(("inputs", name), f"{name}: expected a path without *, which selects several values")
        return
    allow_unknown = context.parser.fields.get("allowUnknown") is True
    value = {
        "events": list(context.parser.filter.events), "allowUnknown": allow_unknown, "where": {path: {"exists": True}},
    }  # fmt: skip
    parse_located_filter(value, _RedirectedProblems(context.parser, ("inputs", name)), (), facts)


class _RedirectedProblems:
    """Report the problems of a filter at one place of the file."""

    def __init__(self, parser: _ListenerParser, pointer: tuple[str | int, ...]) -> None:
        self._parser = parser
        self._pointer = pointer

    def add(self, pointer: tuple[str | int, ...], message: str, *, at_key: bool = False) -> None:
        """Report a problem at the input's path."""
        if pointer and pointer[0] == "where":
            self._parser.add(self._pointer, message)


HANDLER_KINDS: Mapping[str, HandlerKind] = {
    "call": HandlerKind(_parse_call),
    "command": HandlerKind(_parse_command, ("env",)),
    "forward": HandlerKind(_parse_forward, ("secret", "allowHttp")),
    "run": HandlerKind(_parse_run, ("connection", "inputs", "constants")),
}
