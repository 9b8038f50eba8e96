"""Receive webhooks and store them until Ctrl-C."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from secrets import token_hex
from typing import TYPE_CHECKING

from zoom_component.cli.arguments import WEBHOOK_SECRET_VARIABLE as SECRET
from zoom_component.cli.console import Console, quote
from zoom_component.cli.parser import (
    add_connection_options,
    add_json_option,
    add_specs_option,
    integer_between,
    number_between,
)
from zoom_component.cli.verify import read_secrets
from zoom_component.client_address import FORWARDED_HEADERS
from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook import SIGNATURE_WINDOW, LegacyVerifier

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox

DESCRIPTION = (
    "Receive the webhooks of Zoom: verify each delivery, store it in an inbox, then answer. Stored events are printed "
    "as JSON lines with secrets masked, unless --quiet is set. GET /health and /metrics report the state. With --json, "
    "the first line on stdout is the address. Ctrl-C ends the command; every answered delivery is in the inbox."
)
EXAMPLES = (
    "ZOOM_WEBHOOK_SECRET=my-secret zoom-component listen",
    "zoom-component listen --port 9000 --path /zoom --inbox events.db --quiet",
    "zoom-component listen --listeners listeners.yaml --quiet",
    "zoom-component listen --websocket Zb9fQ7xTRQ6vRzkDpEMvTw",
    "zoom-component listen --host 0.0.0.0 --port 443 --tls-cert chain.pem --tls-key key.pem",
    "zoom-component listen --host 10.0.0.5 --trusted-proxy 10.0.0.0/24",
)
V1_USER, V1_PASSWORD = "ZOOM_V1_USER", "ZOOM_V1_PASSWORD"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="listen on this address (default: 127.0.0.1)")
    parser.add_argument(
        "--port",
        type=integer_between(0, 65535),
        default=9000,
        metavar="N",
        help="listen on this port; 0 selects a free one (default: 9000)",
    )
    parser.add_argument("--path", default="/", metavar="PATH", help="receive deliveries at this path (default: /)")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="SECRET",
        help=f"the secret token of the app; repeat it while one replaces the other ({SECRET} is safer)",
    )
    parser.add_argument(
        "--inbox",
        metavar="FILE|URL",
        help="store events in this file or database URL (default: inbox.db in the state folder)",
    )
    parser.add_argument(
        "--listeners", metavar="FILE", help="pass the events to the listeners of this listeners.yaml, in this process"
    )
    parser.add_argument("--quiet", action="store_true", help="do not print events")
    parser.add_argument(
        "--show-secrets", action="store_true", help="print events with their download tokens, passcodes and keys"
    )
    parser.add_argument("--no-pages", action="store_true", help="do not serve /health and /metrics")
    add_specs_option(parser)
    add_json_option(parser)
    _add_limits(parser)
    _add_proxies(parser)
    _add_v1(parser)
    _add_websocket(parser)
    tls = parser.add_argument_group("TLS", "Both files are PEM. Without them, use a proxy that terminates TLS.")
    tls.add_argument("--tls-cert", metavar="FILE", help="the certificate and its chain")
    tls.add_argument("--tls-key", metavar="FILE", help="the key of the certificate")


def _add_limits(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("limits", "Requests beyond a limit are refused; Zoom sends them again.")
    group.add_argument(
        "--max-body",
        type=integer_between(1, 2**30),
        default=2**20,
        metavar="BYTES",
        help="refuse larger deliveries (default: 1048576)",
    )
    group.add_argument(
        "--concurrency",
        type=integer_between(1, 100_000),
        default=512,
        metavar="N",
        help="accept this many requests at a time (default: 512)",
    )
    group.add_argument(
        "--window",
        type=number_between(0.001, 1e9),
        default=SIGNATURE_WINDOW,
        metavar="SECONDS",
        help=f"accept signed times that differ by up to this (default: {SIGNATURE_WINDOW:g})",
    )


def _add_proxies(parser: ArgumentParser) -> None:
    group = parser.add_argument_group(
        "proxies", "The log names the client of a delivery. Without these, that is who opened the connection."
    )
    group.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="NETWORK",
        help="believe the client that this proxy names: an address or a network such as 10.0.0.0/8; repeatable",
    )
    group.add_argument(
        "--proxy-header",
        choices=FORWARDED_HEADERS,
        default=FORWARDED_HEADERS[0],
        help=f"the header in which the proxy names the client (default: {FORWARDED_HEADERS[0]})",
    )


def _add_v1(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("API v1", "Accept notifications of the old API, with basic authentication.")
    group.add_argument("--v1-user", metavar="USER", help=f"the user name (or {V1_USER})")
    group.add_argument("--v1-password", metavar="PASSWORD", help=f"the password ({V1_PASSWORD} is safer)")
    group.add_argument("--v1-path", default="/v1", metavar="PATH", help="receive them at this path (default: /v1)")


def _add_websocket(parser: ArgumentParser) -> None:
    group = parser.add_argument_group(
        "WebSocket", "Receive events over a WebSocket of a Server-to-Server app; nothing has to be public."
    )
    group.add_argument("--websocket", metavar="SUBSCRIPTION", help="the id or URL of the subscription")
    add_connection_options(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_component.cli.receiver import serve_until_interrupted

    for flag, path in (("--path", args.path), ("--v1-path", args.v1_path)):
        if not path.startswith("/"):
            raise InputError([Problem(flag, f"expected a path that starts with /, got {quote(path[:60])}")])
    if bool(args.tls_cert) != bool(args.tls_key):
        missing = "--tls-key" if args.tls_cert else "--tls-cert"
        raise InputError([Problem(missing, "is required: a certificate needs its key")])
    legacy_verifier = _read_legacy_verifier(args, console)
    secrets = _read_secrets(args, console, has_other_source=legacy_verifier is not None or args.websocket is not None)
    store = open_inbox(args.inbox)
    try:
        serve_until_interrupted(args, secrets, legacy_verifier, store, console)
    finally:
        store.close()
    return 0


def _read_secrets(args: Namespace, console: Console, has_other_source: bool) -> list[str]:
    """Return the secrets; a random one if events only arrive in other ways."""
    if has_other_source and not args.secret and not os.environ.get(SECRET):
        console.report(f"Webhooks are refused: no secret is set with --secret or {SECRET}.")
        return [token_hex(32)]
    return read_secrets(args.secret, console)


def _read_legacy_verifier(args: Namespace, console: Console) -> LegacyVerifier | None:
    user = os.environ.get(V1_USER, "") if args.v1_user is None else args.v1_user
    password = os.environ.get(V1_PASSWORD, "") if args.v1_password is None else args.v1_password
    if args.v1_user is None and args.v1_password is None and not user and not password:
        return None
    console.add_secrets(lambda: [password] if password.strip() else [])
    for flag, value in (("--v1-user", user), ("--v1-password", password)):
        if not value.strip():
            message = "is required: a user and a password authenticate notifications"
            raise InputError([Problem(flag, message)])
    if args.v1_path.rstrip("/") == args.path.rstrip("/"):
        message = f"expected a path other than that of signed deliveries, got {quote(args.v1_path[:60])}"
        raise InputError([Problem("--v1-path", message)])
    return LegacyVerifier(user, password)


def open_inbox(location: str | None) -> Inbox:
    """Open the inbox. Raise InputError or Unavailable for one that cannot be used."""
    from zoom_component.cli.inbox_errors import build_inbox_error
    from zoom_component.events.inbox import engines

    try:
        return engines.open_inbox(location)
    except OSError as error:
        raise build_inbox_error(error) from None
