"""Serve the actions as tools for agents, over stdio or streamable HTTP."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.parser import (
    add_absence_options,
    add_connection_options,
    add_preflight_option,
    add_retry_options,
    add_specs_option,
    integer_between,
)
from zoom_component.cli.signals import interrupt_on_sigterm
from zoom_component.errors import InputError, Problem
from zoom_component.server.guard import API_KEY_VARIABLE, LOOPBACK_HOSTS, read_api_key

if TYPE_CHECKING:
    from zoom_component.server.mcp.server import McpHandlers
    from zoom_component.tools.export.action_selection import ActionSelection

DESCRIPTION = (
    "Serve the actions as tools of the Model Context Protocol: over stdio to a client that starts this command, or "
    "with --http on an address. The connection is opened with the first call."
)
EXAMPLES = (
    "zoom-component mcp",
    "zoom-component mcp --only read --resources meetings,recordings",
    "zoom-component mcp --include 'list*,get*' --dry-run",
    "zoom-component mcp --catalogue --only read",
    "ZOOM_TOKEN=my-token zoom-component mcp --http --port 8090 --base-url http://127.0.0.1:8087/v2",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--only", metavar="EFFECTS", help="select effects, such as read or read,create")
    parser.add_argument("--resources", metavar="NAMES", help="select resources, such as meetings,users")
    parser.add_argument("--include", metavar="KEYS", help="select keys or patterns, such as 'get*,list*'")
    parser.add_argument("--exclude", metavar="KEYS", help="exclude keys or patterns")
    parser.add_argument(
        "--catalogue",
        action="store_true",
        help="serve the tools of the toolkit catalogue: slugs, API names and tool results",
    )
    parser.add_argument("--dry-run", action="store_true", help="return requests instead of sending them")
    parser.add_argument(
        "--no-confirm", action="store_true", help="do not ask for confirmation before a delete or a raw write"
    )
    parser.add_argument("--no-results", action="store_true", help="omit the schemas of results")
    parser.add_argument("--http", action="store_true", help="serve streamable HTTP at /mcp instead of stdio")
    parser.add_argument("--host", default="127.0.0.1", help="listen on this address (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=integer_between(0, 65535), default=8090, metavar="N", help="listen on this port (default: 8090)"
    )
    add_retry_options(parser)
    add_preflight_option(parser)
    add_absence_options(parser)
    add_specs_option(parser)
    add_connection_options(parser)


def run(args: Namespace, console: Console) -> int:
    try:
        import anyio
        import mcp  # noqa: F401
    except ImportError:
        raise InputError([Problem("mcp", "an extra is required: pip install 'zoom-component[mcp]'")]) from None
    from zoom_component.server.mcp.transports import serve_http, serve_stdio

    mcp_server = _build_server(args, console)
    if not args.http:
        # The client parses everything on stdout as a message: https://modelcontextprotocol.io/docs/concepts/transports
        if sys.stdin.isatty():
            console.report(
                "Waiting for a client on stdin. Clients start this command themselves; see docs/mcp-server.md."
            )
        with interrupt_on_sigterm():
            anyio.run(serve_stdio, mcp_server)
        return 0
    key = read_api_key()
    if args.host not in LOOPBACK_HOSTS and not key:
        message = f"a key is required on this address: set {API_KEY_VARIABLE}; clients send it as a bearer token"
        raise InputError([Problem("--host", message)])
    console.add_secrets(lambda: [key] if key else [])
    serve_http(mcp_server, args.host, args.port, key, lambda url: console.report(f"Serving tools at {url}"))
    return 0


def _build_server(args: Namespace, console: Console) -> McpHandlers:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component
    from zoom_component.server.mcp.server import McpHandlers

    component: Component = arguments.load_component(args)
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    selected = _select_actions(args).select_actions(component.catalogue)
    if args.catalogue:
        selected = [component.catalogue.action(action.slug) for action in selected if action.slug]
        if not selected:
            raise InputError(
                [Problem("--catalogue", "no selected action is a tool of the catalogue; select more actions")]
            )

    def open_session() -> AsyncSession:
        return component.aconnect(
            arguments.resolve_connection(args, component, console), options=arguments.build_session_options(args)
        )

    return McpHandlers(
        component.catalogue,
        {action.key: action for action in selected},
        open_session,
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
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
