"""`listen`: takes deliveries in and keeps them, in the foreground, until it is interrupted."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from secrets import token_hex
from typing import TYPE_CHECKING

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.options import WEBHOOK_SECRET_VARIABLE as SECRET
from zoom_component.cli.options import add_json_option, add_specs_option
from zoom_component.cli.verify import read_secrets
from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook import SIGNATURE_WINDOW, LegacyVerifier

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox

DESCRIPTION = (
    "Receives Zoom's webhooks: each delivery is verified, kept in an inbox, and then answered. What is kept is written "
    "to stdout as a line of JSON, unless --quiet. GET /health and /metrics tell how it goes. With --json, the first "
    "line on stdout is the address. Ctrl-C ends it; what was answered is in the inbox by then, whatever ends it."
)
EXAMPLES = (
    "zoom-component listen --secret my-secret",
    "zoom-component listen --port 9000 --path /zoom --inbox events.db --quiet",
    "zoom-component listen --listeners listeners.yaml --quiet",
    "zoom-component listen --websocket Zb9fQ7xTRQ6vRzkDpEMvTw",
    "zoom-component listen --host 0.0.0.0 --port 443 --tls-cert chain.pem --tls-key key.pem",
)
V1_USER, V1_PASSWORD = "ZOOM_V1_USER", "ZOOM_V1_PASSWORD"


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument(
        "--port",
        type=arguments.integer_between(0, 65535),
        default=9000,
        metavar="N",
        help="the port; 0 is any free one (9000)",
    )
    parser.add_argument("--path", default="/", metavar="PATH", help="where deliveries come (/)")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="SECRET",
        help=f"the app's secret token; two while one replaces the other (or {SECRET})",
    )
    parser.add_argument(
        "--inbox", metavar="FILE|URL", help="where events are kept: a file or an address (inbox.db in the state folder)"
    )
    parser.add_argument(
        "--listeners", metavar="FILE", help="who is given the events, in this process: a listeners.yaml"
    )
    parser.add_argument("--quiet", action="store_true", help="write no events to stdout")
    parser.add_argument("--no-pages", action="store_true", help="serve neither /health nor /metrics")
    add_specs_option(parser)
    add_json_option(parser)
    _add_limits(parser)
    _add_v1(parser)
    _add_websocket(parser)
    tls = parser.add_argument_group("TLS", "Both files are PEM. Without them, something in front has to speak TLS.")
    tls.add_argument("--tls-cert", metavar="FILE", help="the certificate and what it is signed by")
    tls.add_argument("--tls-key", metavar="FILE", help="its key")


def _add_limits(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("limits", "What goes beyond is refused, and never lost if it was answered 200.")
    group.add_argument(
        "--max-body",
        type=arguments.integer_between(1, 2**30),
        default=2**20,
        metavar="BYTES",
        help="of a delivery (1048576)",
    )
    group.add_argument(
        "--concurrency",
        type=arguments.integer_between(1, 100_000),
        default=512,
        metavar="N",
        help="requests at a time (512)",
    )
    group.add_argument(
        "--window",
        type=arguments.number_between(0.001, 1e9),
        default=SIGNATURE_WINDOW,
        metavar="SECONDS",
        help=f"how far a signed time may lie off, to either side ({SIGNATURE_WINDOW:g})",
    )


def _add_v1(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("API v1", "Notifications of the old API are taken when both are given.")
    group.add_argument("--v1-user", metavar="USER", help=f"the user that they come with (or {V1_USER})")
    group.add_argument("--v1-password", metavar="PASSWORD", help=f"the password (or {V1_PASSWORD})")
    group.add_argument("--v1-path", default="/v1", metavar="PATH", help="where they come (/v1)")


def _add_websocket(parser: ArgumentParser) -> None:
    group = parser.add_argument_group(
        "WebSocket", "Events that Zoom sends over a connection that is opened from here, by a server-to-server app."
    )
    group.add_argument("--websocket", metavar="SUBSCRIPTION", help="the subscription's id, or its address")
    arguments.add_connection_options(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_component.cli.receiver import run

    for flag, path in (("--path", args.path), ("--v1-path", args.v1_path)):
        if not path.startswith("/"):
            raise InputError([Problem(flag, f"came {path[:60]!r}; accepted: a path that begins with /")])
    if bool(args.tls_cert) != bool(args.tls_key):
        missing = "--tls-key" if args.tls_cert else "--tls-cert"
        raise InputError([Problem(missing, "it is required: a certificate and its key go together")])
    legacy = _read_legacy_verifier(args, screen)
    secrets = _read_secrets(args, screen, others=legacy is not None or args.websocket is not None)
    store = open_inbox(args.inbox)
    try:
        run(args, secrets, legacy, store, screen)
    finally:
        store.close()
    return 0


def _read_secrets(args: Namespace, screen: Console, others: bool) -> list[str]:
    """The secrets; where events come another way, a secret that nobody knows will do."""
    if others and not args.secret and not os.environ.get(SECRET):
        screen.report(f"Webhooks are refused: there is no --secret, here or in {SECRET}.")
        return [token_hex(32)]
    return read_secrets(args.secret, screen)


def _read_legacy_verifier(args: Namespace, screen: Console) -> LegacyVerifier | None:
    user = os.environ.get(V1_USER, "") if args.v1_user is None else args.v1_user
    password = os.environ.get(V1_PASSWORD, "") if args.v1_password is None else args.v1_password
    if args.v1_user is None and args.v1_password is None and not user and not password:
        return None
    screen.add_secrets(lambda: [password] if password.strip() else [])
    for flag, value in (("--v1-user", user), ("--v1-password", password)):
        if not value.strip():
            why = "it is required: without both, anybody could send notifications"
            raise InputError([Problem(flag, why)])
    if args.v1_path.rstrip("/") == args.path.rstrip("/"):
        why = f"came {args.v1_path[:60]!r}, where signed deliveries come; give another"
        raise InputError([Problem("--v1-path", why)])
    return LegacyVerifier(user, password)


def open_inbox(where: str | None) -> Inbox:
    """The inbox that is meant. Raises InputError for one that cannot be used."""
    from zoom_component.events.inbox import engines as inbox

    try:
        return inbox.open_inbox(where)
    except OSError as problem:
        raise InputError([Problem("--inbox", f"{problem}; name another with --inbox FILE or an address")]) from None
