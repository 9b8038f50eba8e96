"""Serve the actions as tools for agents, over stdio or streamable HTTP."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from zoom_component.asgi.server import serve
from zoom_component.cli import arguments, serving
from zoom_component.cli.console import Console, show_log
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

if TYPE_CHECKING:
    from zoom_component.component import Component
    from zoom_component.server.mcp.server import McpHandlers

DESCRIPTION = (
    "Serve the actions as tools of the Model Context Protocol: over stdio to a client that starts this command, or "
    "with --http on an address. The connection is opened with the first call."
)
EXAMPLES = (
    "zoom-component mcp",
    "zoom-component mcp --read-only --resources meetings,recordings",
    "zoom-component mcp --include 'list*,get*' --dry-run",
    "zoom-component mcp --catalogue --read-only",
    "ZOOM_TOKEN=my-token zoom-component mcp --http --port 8090 --base-url http://127.0.0.1:8087/v2",
)


def add_arguments(parser: ArgumentParser) -> None:
    serving.add_selection_options(parser)
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
    serving.add_network_guard_options(parser)
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
    from zoom_component.server.mcp.transports import build_app, serve_stdio

    component: Component = arguments.load_component(args)
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    rows = serving.select_rows(args, component.catalogue)
    mcp_server = _build_server(args, console, component, {row["key"] for row in rows})
    if not args.http:
        # The client parses everything on stdout as a message: https://modelcontextprotocol.io/docs/concepts/transports
        if sys.stdin.isatty():
            console.report(
                "Waiting for a client on stdin. Clients start this command themselves; see docs/mcp-server.md."
            )
        with interrupt_on_sigterm():
            anyio.run(serve_stdio, mcp_server)
        return 0
    access = serving.read_access(args, console, [] if args.dry_run else rows)
    _serve_http(args, console, build_app(mcp_server, args.host, access, serving.read_proxies(args)))
    return 0


def _serve_http(args: Namespace, console: Console, app: Any) -> None:
    from zoom_component.server.mcp.transports import PATH

    with serving.listen_on(args) as server_socket, show_log("zoom_component.server", console):
        serve(
            app,
            server_socket,
            connections=args.max_connections,
            per_client=args.max_connections if args.trusted_proxy else None,
            log_name="zoom_component.server",
            on_ready=lambda: console.report(f"Serving tools at {serving.format_url(args, server_socket, PATH)}"),
        )


def _build_server(args: Namespace, console: Console, component: Component, keys: set[str]) -> McpHandlers:
    from zoom_component.client.session import AsyncSession
    from zoom_component.server.mcp.server import McpHandlers
    from zoom_component.spec.selected_catalogue import SelectedCatalogue

    catalogue = SelectedCatalogue(component.catalogue, keys)
    selected = [catalogue.action(key) for key in catalogue.action_keys()]
    if args.catalogue:
        selected = [catalogue.action(action.slug) for action in selected if action.slug]
        if not selected:
            raise InputError(
                [Problem("--catalogue", "no selected action is a tool of the catalogue; select more actions")]
            )

    def open_session() -> AsyncSession:
        return component.aconnect(
            arguments.resolve_connection(args, component, console), options=arguments.build_session_options(args)
        )

    return McpHandlers(
        catalogue,
        {action.key: action for action in selected},
        open_session,
        dry_run=args.dry_run,
        confirm_deletes=not args.no_confirm,
        output_schemas=not args.no_results,
        use_slugs=args.catalogue,
        audit_log=serving.open_audit_log(args),
    )
