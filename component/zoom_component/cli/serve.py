"""Serve the actions over HTTP, for other languages and platforms."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from zoom_component.asgi.server import serve
from zoom_component.cli import arguments, serving
from zoom_component.cli.console import Console, show_log
from zoom_component.cli.parser import (
    add_absence_options,
    add_connection_options,
    add_json_option,
    add_preflight_option,
    add_retry_options,
    add_specs_option,
    integer_between,
)
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.server.http.event_stream import EventStream

DESCRIPTION = (
    "Serve the actions over HTTP: POST /actions/KEY with the inputs as a JSON object, and POST /actions/KEY/items for "
    "a list as JSON Lines; with --inbox, GET /events for events as they arrive. Clients send a key, which is "
    "printed at the start unless you set one."
)
EXAMPLES = (
    "zoom-component serve",
    "zoom-component serve --read-only --resources meetings,recordings",
    "ZOOM_TOKEN=my-token zoom-component serve --port 8091 --base-url http://127.0.0.1:8087/v2",
    "zoom-component serve --inbox /srv/zoom/inbox.db",
    "zoom-component serve --exclude 'delete*,rawRequest' --audit-log calls.jsonl",
    "ZOOM_COMPONENT_API_KEY=a-long-random-key zoom-component serve --host 0.0.0.0 --connections work,sales",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="listen on this address (default: 127.0.0.1)")
    parser.add_argument(
        "--port",
        type=integer_between(0, 65535),
        default=8091,
        metavar="N",
        help="listen on this port; 0 selects a free one (default: 8091)",
    )
    parser.add_argument(
        "--inbox", metavar="FILE|URL", help="serve the events of this inbox at /events: a file or a URL"
    )
    parser.add_argument(
        "--connections", metavar="NAMES", help="allow calls to use these saved connections (default: all)"
    )
    parser.add_argument(
        "--max-body",
        type=integer_between(1, 999_999_999),
        default=5_000_000,
        metavar="BYTES",
        help="refuse larger bodies (default: 5000000)",
    )
    serving.add_selection_options(parser)
    serving.add_network_guard_options(parser)
    add_retry_options(parser)
    add_preflight_option(parser)
    add_absence_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_connection_options(parser)


def run(args: Namespace, console: Console) -> int:
    try:
        import starlette  # noqa: F401
    except ImportError:
        raise InputError([Problem("serve", "an extra is required: pip install 'zoom-component[serve]'")]) from None
    with ExitStack() as stack:
        event_stream = _open_event_stream(args.inbox, stack)
        _serve(args, console, _build_application(args, console, event_stream), event_stream)
    return 0


def _serve(args: Namespace, console: Console, app: Any, event_stream: EventStream | None) -> None:
    def report_ready() -> None:
        url = serving.format_url(args, server_socket)
        if console.as_json:
            console.print_now(console.encode_json({"url": url}))
        else:
            console.report(f"Serving actions at {url}")

    with serving.listen_on(args) as server_socket, show_log("zoom_component.server", console):
        serve(
            app,
            server_socket,
            connections=args.max_connections,
            per_client=args.max_connections if args.trusted_proxy else None,
            on_ready=report_ready,
            log_name="zoom_component.server",
            on_shutdown=event_stream.stop if event_stream is not None else lambda: None,
        )


def _open_event_stream(inbox: str | None, stack: ExitStack) -> EventStream | None:
    if inbox is None:
        return None
    from zoom_component.cli.inbox_errors import build_inbox_error
    from zoom_component.events.inbox.engines import open_inbox
    from zoom_component.server.http.event_stream import EventStream

    try:
        store = open_inbox(inbox)
    except (OSError, ValueError) as error:
        raise build_inbox_error(error) from None
    stack.callback(store.close)
    return EventStream(store)


def _build_application(args: Namespace, console: Console, event_stream: EventStream | None) -> Any:
    from zoom_component.client.actions import Actions
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component
    from zoom_component.server.guard import GuardLimits
    from zoom_component.server.http.app import HttpServer
    from zoom_component.server.http.calls import SessionPool
    from zoom_component.spec.selected_catalogue import SelectedCatalogue

    component: Component = arguments.load_component(args)
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    selected = serving.select_rows(args, component.catalogue)
    access = serving.read_access(args, console, selected)

    def open_session(name: str) -> AsyncSession:
        connection = (
            component.resolve_connection(name, proxy=args.proxy, ca_file=args.ca_file)
            if name
            else arguments.resolve_connection(args, component, console)
        )
        console.add_secrets(connection.get_secrets)
        return component.aconnect(connection, options=arguments.build_session_options(args))

    names = serving.split_names(args.connections)
    actions = Actions(SelectedCatalogue(component.catalogue, {row["key"] for row in selected}))
    server = HttpServer(actions, SessionPool(open_session, names), event_stream, serving.open_audit_log(args))
    limits = GuardLimits(max_body_bytes=args.max_body)
    return server.build_app(access, limits, serving.read_proxies(args))
