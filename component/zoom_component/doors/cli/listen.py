"""`listen`: takes deliveries in and keeps them, in the foreground, until it is interrupted."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from zoom_component import places
from zoom_component.doors.cli import calling
from zoom_component.doors.cli.options import add_json
from zoom_component.doors.cli.screen import Screen
from zoom_component.doors.cli.verify import SECRET, secrets_of
from zoom_component.errors import InputError, Problem
from zoom_component.triggers import WINDOW

if TYPE_CHECKING:
    from zoom_component.inbox.store import Store

DESCRIPTION = (
    "Receives Zoom's webhooks: each delivery is verified, kept in an inbox, and then answered. What is kept is written "
    "to stdout as a line of JSON, unless --quiet. GET /health and /metrics tell how it goes. Ctrl-C ends it; what was "
    "answered is in the inbox by then, whatever ends it."
)
EXAMPLES = (
    "zoom-component listen --secret my-secret",
    "zoom-component listen --port 9000 --path /zoom --inbox events.db --quiet",
    "zoom-component listen --host 0.0.0.0 --port 443 --tls-cert chain.pem --tls-key key.pem",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument(
        "--port", type=calling.whole(0, 65535), default=9000, metavar="N", help="the port; 0 is any free one (9000)"
    )
    parser.add_argument("--path", default="/", metavar="PATH", help="where deliveries come (/)")
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="SECRET",
        help=f"the app's secret token; two while one replaces the other (or {SECRET})",
    )
    parser.add_argument("--inbox", metavar="FILE", help="where events are kept (inbox.db in the state folder)")
    parser.add_argument("--quiet", action="store_true", help="write no events to stdout")
    parser.add_argument("--no-pages", action="store_true", help="serve neither /health nor /metrics")
    add_json(parser)
    _add_limits(parser)
    tls = parser.add_argument_group("TLS", "Both files are PEM. Without them, something in front has to speak TLS.")
    tls.add_argument("--tls-cert", metavar="FILE", help="the certificate and what it is signed by")
    tls.add_argument("--tls-key", metavar="FILE", help="its key")


def _add_limits(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("limits", "What goes beyond is refused, and never lost if it was answered 200.")
    group.add_argument(
        "--max-body", type=calling.whole(1, 2**30), default=2**20, metavar="BYTES", help="of a delivery (1048576)"
    )
    group.add_argument(
        "--concurrency", type=calling.whole(1, 100_000), default=256, metavar="N", help="requests at a time (256)"
    )
    group.add_argument(
        "--window",
        type=calling.fraction(0.001, 1e9),
        default=WINDOW,
        metavar="SECONDS",
        help=f"how far a signed time may lie off, to either side ({WINDOW:g})",
    )


def command(args: Namespace, screen: Screen) -> int:
    from zoom_component.doors.cli.listening import run

    secrets = secrets_of(args.secret, screen)
    if bool(args.tls_cert) != bool(args.tls_key):
        missing = "--tls-key" if args.tls_cert else "--tls-cert"
        raise InputError([Problem(missing, "it is required: a certificate and its key go together")])
    if not args.path.startswith("/"):
        raise InputError([Problem("--path", f"came {args.path[:60]!r}; accepted: a path that begins with /")])
    store = opened(args.inbox)
    try:
        run(args, secrets, store, screen)
    finally:
        store.close()
    return 0


def opened(where: str | None) -> Store:
    """The inbox that is meant. Raises InputError for one that cannot be used."""
    from zoom_component.inbox.sqlite import SqliteStore

    if where is not None and "://" in where:
        scheme = where.partition("://")[0]
        why = f"came an address of {scheme[:20]!r}; accepted: a file, such as inbox.db"
        raise InputError([Problem("--inbox", why)])
    try:
        return SqliteStore(places.state() / "inbox.db" if where is None else where)
    except OSError as problem:
        raise InputError([Problem("--inbox", f"{problem}; name another file")]) from None
