"""Define what `serve` and `mcp` have in common: the selection of actions, the API key, the audit log, connections."""

from __future__ import annotations

import socket
from argparse import ArgumentParser, Namespace
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from zoom_component.asgi.server import open_socket
from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.parser import integer_between
from zoom_component.client_address import FORWARDED_HEADERS, TrustedProxies, parse_networks
from zoom_component.errors import InputError, Problem
from zoom_component.server.access import (
    API_KEY_VARIABLE,
    LOOPBACK_HOSTS,
    MIN_KEY_BYTES,
    Access,
    create_api_key,
    is_page,
    read_api_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from zoom_component.server.audit_log import AuditLog
    from zoom_component.spec.catalogue import Catalogue

    Row = Mapping[str, Any]

__all__ = [
    "add_network_guard_options",
    "add_selection_options",
    "format_url",
    "listen_on",
    "open_audit_log",
    "read_access",
    "read_proxies",
    "select_rows",
    "split_names",
]


def add_selection_options(parser: ArgumentParser) -> None:
    """Add the options that select actions, and `--audit-log`."""
    parser.add_argument("--only", metavar="EFFECTS", help="select effects, such as read or read,create")
    parser.add_argument("--resources", metavar="NAMES", help="select resources, such as meetings,users")
    parser.add_argument("--include", metavar="KEYS", help="select keys or patterns, such as 'get*,list*'")
    parser.add_argument("--exclude", metavar="KEYS", help="exclude keys or patterns")
    parser.add_argument("--read-only", action="store_true", help="offer only actions that read: --only read")
    parser.add_argument(
        "--audit-log", metavar="FILE", help="append a line of JSON for each call: who, which action, when, the outcome"
    )


def add_network_guard_options(parser: ArgumentParser) -> None:
    """Add `--no-key`, `--max-connections` and the options that name proxies."""
    parser.add_argument(
        "--no-key", action="store_true", help="answer every program of this machine, also without a key (not advised)"
    )
    parser.add_argument(
        "--max-connections",
        type=integer_between(1, 65_536),
        default=512,
        metavar="N",
        help="serve at most this many connections, and half of them for one client (default: 512)",
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="NETWORK",
        help="believe the client that this proxy names: an address or a network such as 10.0.0.0/8; repeatable",
    )
    parser.add_argument(
        "--proxy-header",
        choices=FORWARDED_HEADERS,
        default=FORWARDED_HEADERS[0],
        help=f"the header in which the proxy names the client (default: {FORWARDED_HEADERS[0]})",
    )


def select_rows(args: Namespace, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the rows of the actions that the options select. Raise InputError for a value that selects nothing."""
    from zoom_component.tools.export.action_selection import ActionSelection

    only = split_names(args.only)
    if args.read_only:
        if set(only) - {"read"}:
            raise InputError([Problem("--read-only", f"contradicts --only {args.only}; leave one of them out")])
        only = ("read",)
    selection = ActionSelection(only, split_names(args.resources), split_names(args.include), split_names(args.exclude))
    selected = selection.select_rows(catalogue)
    if not selected:
        raise InputError([Problem("", "the options select no action; leave out some of --only, --include, --exclude")])
    return selected


def split_names(text: str | None) -> tuple[str, ...]:
    """Return the names in a text that joins them by commas."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def read_access(args: Namespace, console: Console, rows: Iterable[Row]) -> Access:
    """Return who may call the server.

    Off loopback, the operator sets a key. On loopback, a server that can write gets one for this run, since other
    users of the machine can connect too. Raise InputError for a key that is missing, too short or not wanted.
    """
    key, is_loopback = read_api_key(), args.host in LOOPBACK_HOSTS
    if args.no_key and (key or not is_loopback):
        reason = f"{API_KEY_VARIABLE} is set; unset it" if key else "a key is required on this address; use 127.0.0.1"
        raise InputError([Problem("--no-key", f"{reason}, or leave --no-key out")])
    if not is_loopback and len(key.encode()) < MIN_KEY_BYTES:
        got = f", got one of {len(key.encode())} bytes" if key else ""
        message = (
            f"a key is required on this address{got}: set {API_KEY_VARIABLE} to {MIN_KEY_BYTES} random bytes or more; "
            "clients send it as a bearer token"
        )
        raise InputError([Problem("--host", message)])
    is_needed = not key and not args.no_key and any(row["effect"] != "read" for row in rows)
    if not is_needed:
        console.add_secrets(lambda: [key] if key else [])
        return Access(key)
    key = create_api_key()
    console.report(
        f"Key of this run, since other users of this machine can connect too. Send the header\n"
        f"authorization: Bearer {key}\n"
        f"To use the same key every time, set {API_KEY_VARIABLE}; to go without, start with --no-key or --read-only."
    )
    console.add_secrets(lambda: [key])
    return Access(key, is_local=True, is_public=is_page)


def read_proxies(args: Namespace) -> TrustedProxies:
    """Return the proxies that name the clients. Raise InputError for another text than a network."""
    try:
        return TrustedProxies(parse_networks(args.trusted_proxy), args.proxy_header)
    except ValueError as error:
        message = f"expected an address or a network such as 10.0.0.0/8: {error}"
        raise InputError([Problem("--trusted-proxy", message)]) from None


def open_audit_log(args: Namespace) -> AuditLog:
    """Return the audit log of `--audit-log`, or one that writes nothing. Raise InputError if it cannot be written."""
    from zoom_component.server.audit_log import AuditLog

    return AuditLog(Path(args.audit_log) if args.audit_log else None)


@contextmanager
def listen_on(args: Namespace) -> Iterator[socket.socket]:
    """Listen on the address of `--host` and `--port`. Raise InputError if it is not available."""
    try:
        listening_socket = open_socket(args.host, args.port)
    except OSError as error:
        raise arguments.build_port_error(args, error) from None
    with listening_socket:
        yield listening_socket


def format_url(args: Namespace, listening_socket: socket.socket, path: str = "") -> str:
    """Return the URL of a server on this socket."""
    host = f"[{args.host}]" if ":" in args.host else args.host
    return f"http://{host}:{listening_socket.getsockname()[1]}{path}"
