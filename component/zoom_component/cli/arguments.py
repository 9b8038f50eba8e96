"""Turn parsed arguments into inputs, a component and a connection. All input is untrusted."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path

from zoom_component.cli.console import quote
from zoom_component.cli.parser import SPECS_VARIABLE

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, BinaryIO, TextIO

    from zoom_component.cli.console import Console
    from zoom_component.client.actions import Actions
    from zoom_component.client.calls import SessionOptions
    from zoom_component.client.connections.connection import Connection
    from zoom_component.component import Component
    from zoom_component.errors import InputError

__all__ = [
    "SPEC_FOLDER_NAMES",
    "WEBHOOK_SECRET_VARIABLE",
    "build_file_error",
    "build_port_error",
    "build_session_options",
    "find_spec_folders",
    "load_actions",
    "load_component",
    "mask_known_secrets",
    "open_input",
    "parse_json_value",
    "read_inputs",
    "read_text",
    "require_key",
    "resolve_base_url",
    "resolve_connection",
]

SPEC_FOLDER_NAMES = ("actions", "triggers", "sources", "connections")
WEBHOOK_SECRET_VARIABLE = "ZOOM_WEBHOOK_SECRET"  # noqa: S105 (the name of a variable)
_SECRET_VARIABLES = ("ZOOM_TOKEN", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN")
_CONNECTION_OPTIONS = (
    "token", "client_id", "client_secret", "account_id", "base_url", "connection", "proxy", "ca_file", "env_file",
)  # fmt: skip
_PROXY_VARIABLES = ("ZOOM_COMPONENT_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_EMPTY = "expected a value, got an empty one; set it or leave the option out"
_PAIR = re.compile(r"(?P<name>[^=:@\s]+)(?P<mark>:?=)(?P<value>.*)\Z", re.DOTALL)
# What JSON allows but no request can carry: half a surrogate pair, and numbers beyond the range of a float.
_MAYBE_UNSENDABLE = re.compile(r"\\u[dD][89a-fA-F]|[eE]\+?\d{3}|[\ud800-\udfff]")


def load_component(args: Namespace) -> Component:
    """Return the component, including the spec folders of `--specs`."""
    from zoom_component.component import Component

    return Component.load(*find_spec_folders(args))


def load_actions(args: Namespace) -> Actions:
    """Return the actions, which is all that a plan or a run needs of the component."""
    from zoom_component.client.actions import Actions

    return Actions.load(*find_spec_folders(args))


def find_spec_folders(args: Namespace) -> list[Path]:
    """Return the spec folders of options and environment. Raise InputError for an invalid folder."""
    names = [*args.specs, *(part for part in os.environ.get(SPECS_VARIABLE, "").split(os.pathsep) if part)]
    return [_check_spec_folder(name) for name in names]


def _check_spec_folder(name: str) -> Path:
    path = Path(name)
    if any((path / folder).is_dir() for folder in SPEC_FOLDER_NAMES):
        return path
    state = "a folder without any of them" if path.is_dir() else "a path that is not a folder"
    folders = ", ".join(f"{folder}/" for folder in SPEC_FOLDER_NAMES)
    raise _input_error("--specs", f"expected a folder with {folders}, got {quote(name)}, {state}")


def require_key(args: Namespace) -> str:
    """Return the key of the action. Raise InputError when there is none."""
    if args.key is None:
        raise _input_error("", "an action is required: its KEY, or many with --batch FILE")
    return str(args.key)


def resolve_base_url(args: Namespace, actions: Actions) -> str:
    """Return the API address for a plan: from the option, the environment or the component."""
    if args.base_url is not None and not args.base_url.strip():
        raise _input_error("--base-url", _EMPTY)
    text = args.base_url if args.base_url is not None else os.environ.get("ZOOM_BASE_URL", "")
    if not text.strip():
        return str(actions.catalogue.component()["base_url"])
    from zoom_component.client.connections.urls import parse_base_url

    return parse_base_url(text)


def mask_known_secrets(console: Console, *options: str | None) -> None:
    """Mask the secrets of options and environment variables in all output."""
    values = [*options, *(os.environ.get(name) for name in _SECRET_VARIABLES)]
    secrets = [value.strip() for value in values if value and value.strip()]
    if not all(map(str.isascii, secrets)):
        from zoom_component.cli.secret_options import list_forms

        secrets = [form for secret in secrets for form in list_forms(secret)]
    if secrets:
        console.add_secrets(lambda: secrets)


def resolve_connection(args: Namespace, actions: Actions, console: Console) -> Connection:
    """Return the connection of options, environment, files or store, and mask its secrets."""
    from zoom_component.client.connections.setting_sources import ConnectionSettings
    from zoom_component.client.connections.settings import resolve_connection as resolve
    from zoom_component.client.connections.settings import strip_invisible
    from zoom_component.errors import InputError, Problem

    values = {name: getattr(args, name) for name in _CONNECTION_OPTIONS}
    values["proxy"] = "none" if values["proxy"] == "" else values["proxy"]
    if empty := [name for name, value in values.items() if value is not None and not strip_invisible(value)]:
        raise InputError([Problem(f"--{name.replace('_', '-')}", _EMPTY) for name in empty])
    settings = ConnectionSettings(**{name: value or "" for name, value in values.items()})
    connection = resolve(actions.catalogue.connections(), settings)
    console.add_secrets(connection.get_secrets)
    console.show_retries()
    network = getattr(connection, "network", None)
    if "@" in (network.proxy if network else "") or any("@" in os.environ.get(name, "") for name in _PROXY_VARIABLES):
        from zoom_component.cli.network import add_proxy_secrets

        add_proxy_secrets(console, network)
    return connection


def build_session_options(args: Namespace) -> SessionOptions:
    """Return the session options of the arguments."""
    from zoom_component.client.calls import SessionOptions

    flags: dict[str, Any] = {
        name: getattr(args, name, False) for name in ("preflight", "empty_is_absent", "null_is_absent")
    }
    limits: dict[str, Any] = {"timeout": args.timeout, "max_answer_bytes": args.max_answer * 1024 * 1024}
    return SessionOptions(
        retries=args.retries, count_daily=getattr(args, "count_daily", False) or None, **limits, **flags
    )


def read_inputs(pairs: Sequence[str], file: str | None) -> dict[str, Any]:
    """Return the inputs of a JSON or YAML file and of `-i` pairs; the pairs take precedence."""
    from zoom_component.errors import InputError, Problem

    inputs = dict(_read_input_file(file)) if file else {}
    seen: set[str] = set()
    problems: list[Problem] = []
    for pair in pairs:
        try:
            name, value = _parse_pair(pair)
        except InputError as error:
            problems += error.problems
            continue
        if name in seen:
            problems.append(Problem(name, "expected one value, got two (a list is name:='[1, 2]')"))
        seen.add(name)
        inputs[name] = value
    if problems:
        raise InputError(problems)
    return inputs


def _parse_pair(pair: str) -> tuple[str, Any]:
    from zoom_component.client.request.values import InvalidValue

    match = _PAIR.match(pair)
    if match is None:
        raise _input_error("-i", f"expected name=value, name=@file or name:=json, got {_shorten(pair)}")
    name, mark, value = match["name"], match["mark"], match["value"]
    if value.startswith("@"):
        value = read_text(value[1:], name)
    try:
        if mark == ":=":
            return name, parse_json_value(value)
        _check_sendable(value)
    except InvalidValue as problem:
        raise _input_error(name, str(problem)) from None
    return name, value


def _read_input_file(name: str) -> Mapping[str, Any]:
    from collections.abc import Mapping

    from zoom_component.client.request.values import InvalidValue

    text = read_text(name, "--inputs")
    try:
        value = parse_json_value(text)
    except InvalidValue as problem:
        if name.endswith(".json") or text.lstrip()[:1] in ("{", "["):
            raise _input_error("--inputs", f"{name}: {problem}") from None
        value = _parse_yaml(text, name)
    if not isinstance(value, Mapping):
        raise _input_error("--inputs", f"{name}: expected an object of inputs, as JSON or YAML")
    return value


def _parse_yaml(text: str, name: str) -> Any:
    from zoom_component.client.request.values import InvalidValue
    from zoom_component.errors import InputError, Problem
    from zoom_component.spec.yaml12 import parse_yaml

    try:
        document = parse_yaml(text, name)
        if document.diagnostics:
            raise InputError([Problem("--inputs", str(diagnostic)) for diagnostic in document.diagnostics])
        _check_sendable(document.value)
    except RecursionError:
        raise _input_error("--inputs", f"{name} is nested too deeply") from None
    except InvalidValue as problem:
        raise _input_error("--inputs", f"{name}: {problem}") from None
    return document.value


def parse_json_value(text: str) -> Any:
    """Return a JSON value that a request can carry. Raise InvalidValue otherwise."""
    from zoom_component.client.request.values import parse_json

    value = parse_json(text, "JSON")
    if _MAYBE_UNSENDABLE.search(text):
        _check_sendable(value)
    return value


def _check_sendable(value: Any) -> None:
    from zoom_component.client.request.values import InvalidValue

    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise InvalidValue("expected Unicode text, got a lone surrogate") from None
    except (ValueError, RecursionError):
        raise InvalidValue("expected finite numbers, got one that is too large for JSON") from None


@contextmanager
def open_input(name: str, option: str) -> Iterator[BinaryIO]:
    """Open a file for bytes; "-" is stdin. Raise InputError when it cannot be read."""
    if name == "-":
        stdin: TextIO | None = sys.stdin  # None if the caller closed it, unlike the annotation
        if stdin is None:
            raise _input_error(option, "stdin is closed; name a file instead")
        yield stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 (closed below; only opening it may fail here)
    except (OSError, ValueError) as error:
        raise build_file_error(option, name, "read", error) from None
    with file:
        yield file


def read_text(name: str, option: str) -> str:
    """Return the text of a file, or of stdin for "-". Raise InputError for one that is not UTF-8."""
    try:
        with open_input(name, option) as file:
            return file.read().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise build_file_error(option, name, "read", error) from None


def build_file_error(option: str, name: str, action: str, error: OSError | ValueError) -> InputError:
    """Return the error of an option whose file cannot be used; `action` is "read" or "written"."""
    reason = (getattr(error, "strerror", None) or "not a valid file name").lower()
    if isinstance(error, UnicodeDecodeError):
        reason = f"not UTF-8 text (byte {error.start})"
    return _input_error(option, f"{_shorten(name)} cannot be {action}: {reason}")


def build_port_error(args: Namespace, error: OSError) -> InputError:
    """Return the error of a `--host` and `--port` that a server cannot listen on."""
    reason = f"{(error.strerror or 'unknown error').lower()}; choose another port, or 0 for a free one"
    return _input_error("--port", f"cannot listen on {args.host}:{args.port}: {reason}")


def _input_error(option: str, message: str) -> InputError:
    from zoom_component.errors import InputError, Problem

    return InputError([Problem(option, message)])


def _shorten(text: str, limit: int = 60) -> str:
    return quote(text if len(text) <= limit else f"{text[: limit - 1]}…")
