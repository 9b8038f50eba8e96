"""`mcp`: the actions as tools for agents, over stdio or streamable HTTP."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from zoom_component.cli import calling
from zoom_component.cli.options import add_specs
from zoom_component.cli.screen import Screen
from zoom_component.errors import InputError, Problem
from zoom_component.server.guard import KEY, LOOPBACK, key_of_this_machine

if TYPE_CHECKING:
    from zoom_component.server.mcp.server import Zoom
    from zoom_component.tools.export.choosing import Choice

DESCRIPTION = (
    "Serves the actions as tools of the Model Context Protocol: over stdio for a client that starts this command, or "
    "with --http on an address. The connection is asked for with the first call."
)
EXAMPLES = (
    "zoom-component mcp",
    "zoom-component mcp --only read --resources meetings,recordings",
    "zoom-component mcp --include 'list*,get*' --dry-run",
    "zoom-component mcp --catalogue --only read",
    "zoom-component mcp --http --port 8090 --base-url http://127.0.0.1:8087/v2 --token my-token",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--only", metavar="EFFECTS", help="actions that do only this, as in read or read,create")
    parser.add_argument("--resources", metavar="NAMES", help="actions of these resources, as in meetings,users")
    parser.add_argument("--include", metavar="KEYS", help="these actions alone: keys or patterns, as in 'get*,list*'")
    parser.add_argument("--exclude", metavar="KEYS", help="all but these")
    parser.add_argument(
        "--catalogue", action="store_true", help="the toolkit catalogue's tools: its slugs, its names, its envelope"
    )
    parser.add_argument("--dry-run", action="store_true", help="show requests and send none")
    parser.add_argument("--no-confirm", action="store_true", help="ask nobody before a delete or a raw write")
    parser.add_argument("--no-results", action="store_true", help="leave the schemas of results out")
    parser.add_argument("--http", action="store_true", help="streamable HTTP instead of stdio, at /mcp")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument("--port", type=calling.whole(0, 65535), default=8090, metavar="N", help="the port (8090)")
    calling.add_patience(parser)
    calling.add_preflight(parser)
    add_specs(parser)
    calling.add_connection(parser)


def command(args: Namespace, screen: Screen) -> int:
    try:
        import anyio
        import mcp  # noqa: F401
    except ImportError:
        raise InputError([Problem("mcp", "it needs an extra: pip install 'zoom-component[mcp]'")]) from None
    from zoom_component.server.mcp.serving import http, stdio

    zoom = _zoom(args, screen)
    if not args.http:
        # Whatever else is printed would be read as a message: https://modelcontextprotocol.io/docs/concepts/transports
        if sys.stdin.isatty():
            screen.say("Waiting for a client on stdin. A client starts this command itself; see docs/agents.md.")
        anyio.run(stdio, zoom)
        return 0
    key = key_of_this_machine()
    if args.host not in LOOPBACK and not key:
        raise InputError(
            [Problem("--host", f"off loopback a key is required: set {KEY}, and clients send it as a bearer")]
        )
    screen.guard(lambda: [key] if key else [])
    http(zoom, args.host, args.port, key, lambda url: screen.say(f"Tools are at {url}"))
    return 0


def _zoom(args: Namespace, screen: Screen) -> Zoom:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component
    from zoom_component.server.mcp.server import Zoom

    component: Component = calling.component(args)
    calling.guarded(screen, args.token, args.client_secret)
    offered = _choice(args).actions(component.catalogue)
    if args.catalogue:
        offered = [component.catalogue.action(action.slug) for action in offered if action.slug]
        if not offered:
            raise InputError([Problem("--catalogue", "no tool of the catalogue is left of the choice; widen it")])

    def opens() -> AsyncSession:
        return component.aconnect(calling.connection(args, component, screen), options=calling.session_options(args))

    return Zoom(
        component.catalogue,
        {action.key: action for action in offered},
        opens,
        dry=args.dry_run,
        confirms=not args.no_confirm,
        results=not args.no_results,
        slugs=args.catalogue,
    )


def _choice(args: Namespace) -> Choice:
    from zoom_component.tools.export.choosing import Choice

    return Choice(_words(args.only), _words(args.resources), _words(args.include), _words(args.exclude))


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())
