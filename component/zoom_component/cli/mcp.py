"""`mcp`: the actions as tools for agents, over stdio or streamable HTTP."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.options import add_specs_option
from zoom_component.errors import InputError, Problem
from zoom_component.server.guard import API_KEY_VARIABLE, LOOPBACK_HOSTS, read_api_key

if TYPE_CHECKING:
    from zoom_component.server.mcp.server import McpHandlers
    from zoom_component.tools.export.action_selection import ActionSelection

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
    parser.add_argument(
        "--port", type=arguments.integer_between(0, 65535), default=8090, metavar="N", help="the port (8090)"
    )
    arguments.add_retry_options(parser)
    arguments.add_preflight_option(parser)
    add_specs_option(parser)
    arguments.add_connection_options(parser)


def command(args: Namespace, screen: Console) -> int:
    try:
        import anyio
        import mcp  # noqa: F401
    except ImportError:
        raise InputError([Problem("mcp", "it needs an extra: pip install 'zoom-component[mcp]'")]) from None
    from zoom_component.server.mcp.transports import serve_http, serve_stdio

    zoom = _build_server(args, screen)
    if not args.http:
        # Whatever else is printed would be read as a message: https://modelcontextprotocol.io/docs/concepts/transports
        if sys.stdin.isatty():
            screen.report("Waiting for a client on stdin. A client starts this command itself; see docs/agents.md.")
        anyio.run(serve_stdio, zoom)
        return 0
    key = read_api_key()
    if args.host not in LOOPBACK_HOSTS and not key:
        raise InputError(
            [
                Problem(
                    "--host", f"off loopback a key is required: set {API_KEY_VARIABLE}, and clients send it as a bearer"
                )
            ]
        )
    screen.add_secrets(lambda: [key] if key else [])
    serve_http(zoom, args.host, args.port, key, lambda url: screen.report(f"Tools are at {url}"))
    return 0


def _build_server(args: Namespace, screen: Console) -> McpHandlers:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component
    from zoom_component.server.mcp.server import McpHandlers

    component: Component = arguments.load_component(args)
    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    offered = _select_actions(args).select_actions(component.catalogue)
    if args.catalogue:
        offered = [component.catalogue.action(action.slug) for action in offered if action.slug]
        if not offered:
            raise InputError([Problem("--catalogue", "no tool of the catalogue is left of the choice; widen it")])

    def opens() -> AsyncSession:
        return component.aconnect(
            arguments.resolve_connection(args, component, screen), options=arguments.build_session_options(args)
        )

    return McpHandlers(
        component.catalogue,
        {action.key: action for action in offered},
        opens,
        dry_run=args.dry_run,
        confirm_deletes=not args.no_confirm,
        output_schemas=not args.no_results,
        use_slugs=args.catalogue,
    )


def _select_actions(args: Namespace) -> ActionSelection:
    from zoom_component.tools.export.action_selection import ActionSelection

    return ActionSelection(
        _split_names(args.only), _split_names(args.resources), _split_names(args.include), _split_names(args.exclude)
    )


def _split_names(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())
