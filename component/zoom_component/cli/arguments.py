"""What the commands that call share: which action with which inputs, over which connection."""

from __future__ import annotations

import os
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zoom_component.cli.console import Console
from zoom_component.cli.options import (
    add_json_option,
    add_specs_option,
    add_verbose_option,
    find_spec_folders,
    load_connection_kinds,
)
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.client.actions import Actions
    from zoom_component.client.calls import SessionOptions
    from zoom_component.client.connections.connection import Connection
    from zoom_component.component import Component

__all__ = [
    "add_connection_options",
    "add_input_options",
    "add_preflight_option",
    "build_session_options",
    "integer_between",
    "load_actions",
    "load_component",
    "mask_known_secrets",
    "number_between",
    "resolve_base_url",
    "resolve_connection",
]

_SECRETS = ("ZOOM_TOKEN", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN")


def add_input_options(parser: ArgumentParser) -> None:
    """The action, its inputs, and the ways to give them."""
    parser.add_argument("key", nargs="?", metavar="KEY", help="the action's key, as `list` shows it, or its slug")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an input as text, by its key or its API name; NAME=@FILE reads it from a file, NAME:=JSON gives null, "
        "numbers and lists. May be "
        "repeated. Left out is absent, NAME= is empty, NAME:=null is null",
    )
    parser.add_argument("--inputs", metavar="FILE", help="the inputs as a JSON or YAML file; - is stdin. -i wins")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='many calls: one line of JSON for each, {"id", "action", "inputs"}; - is stdin. Answers come in the same '
        "order, errors among them, and the exit code is 0 when every line was answered",
    )
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def add_connection_options(parser: ArgumentParser) -> None:
    """The flags that say which connection to use."""
    group = parser.add_argument_group(
        "connection",
        "Secrets are safer in the environment (ZOOM_TOKEN, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET,\n  "
        "ZOOM_ACCOUNT_ID), in .env or in a saved connection than in flags, which other programs can see.",
    )
    group.add_argument("--connection", metavar="NAME", help="a saved connection")
    group.add_argument("--token", help="an access token")
    group.add_argument("--client-id", metavar="ID", help="a Server-to-Server app's client id")
    group.add_argument("--client-secret", metavar="SECRET", help="its secret")
    group.add_argument("--account-id", metavar="ID", help="its account")
    add_base_url_option(group)


def add_preflight_option(parser: ArgumentParser) -> None:
    """`--preflight`."""
    parser.add_argument(
        "--preflight", action="store_true", help="refuse, before it is made, a call whose scopes the token lacks"
    )


def add_retry_options(parser: ArgumentParser) -> None:
    """How long a call waits for an answer, and how often it is sent again."""
    parser.add_argument(
        "--timeout", type=number_between(0.001, 86400), default=30.0, metavar="SECONDS", help="for one answer (30)"
    )
    parser.add_argument(
        "--retries",
        type=integer_between(0, 20),
        default=3,
        metavar="N",
        help="how often a call is sent again, at most (3)",
    )


def add_base_url_option(parser: Any) -> None:
    parser.add_argument("--base-url", metavar="URL", help="where the API is: an address, or a region such as EU")


def load_component(args: Namespace) -> Component:
    """The component with the further spec folders that were named."""
    from zoom_component.component import Component

    return Component.load(*find_spec_folders(args))


def load_actions(args: Namespace) -> Actions:
    """The actions alone, which is all that a plan needs."""
    from zoom_component.client.actions import Actions

    return Actions.load(*find_spec_folders(args))


def resolve_base_url(args: Namespace, found: Actions) -> str:
    """The address of the API for a plan: of the flag, the environment, or the component's own."""
    if args.base_url is not None and not args.base_url.strip():
        raise InputError([Problem("base_url", "it is empty; give a value or leave the option out")])
    given = args.base_url if args.base_url is not None else os.environ.get("ZOOM_BASE_URL", "")
    if not given.strip():
        return str(found.catalogue.component()["base_url"])
    from zoom_component.client.connections.urls import parse_base_url as read

    return read(given)


def mask_known_secrets(screen: Console, *given: str | None) -> None:
    """Keeps the secrets of flags and environment off the screen."""
    known = [*given, *(os.environ.get(name) for name in _SECRETS)]
    known = [secret.strip() for secret in known if secret and secret.strip()]
    if known:
        screen.add_secrets(lambda: [secret for secret in known if secret])


def resolve_connection(args: Namespace, found: Component, screen: Console) -> Connection:
    """The connection that flags, environment, files or the store name, its secrets kept off the screen."""
    flags = ("token", "client_id", "client_secret", "account_id", "base_url", "connection")
    empty = [flag for flag in flags if getattr(args, flag) is not None and not getattr(args, flag).strip()]
    if empty:
        raise InputError([Problem(flag, "it is empty; give a value or leave the option out") for flag in empty])
    from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection

    resolved = resolve_connection(
        load_connection_kinds(found.catalogue),
        ConnectionSettings(**{flag: getattr(args, flag) or "" for flag in flags}),
    )
    screen.add_secrets(resolved.get_secrets)
    return resolved


def build_session_options(args: Namespace) -> SessionOptions:
    """What the flags say about calling."""
    from zoom_component.client.calls import SessionOptions

    return SessionOptions(
        timeout=args.timeout,
        retries=args.retries,
        count_daily=getattr(args, "count_daily", False) or None,
        preflight=getattr(args, "preflight", False),
    )


def integer_between(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers in a range, for argparse."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most:
            return int(text)
        raise ArgumentTypeError(f"came {text[:40]!r}; accepted: a whole number from {least} to {most}")

    return read


def number_between(least: float, most: float) -> Callable[[str], float]:
    """A reader of numbers in a range, for argparse."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if least <= number <= most:
            return number
        raise ArgumentTypeError(f"came {text[:40]!r}; accepted: a number from {least:g} to {most:g}")

    return read
