"""Serve the actions over HTTP, for other languages and platforms."""

from __future__ import annotations

import socket
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
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
from zoom_component.server.guard import API_KEY_VARIABLE, LOOPBACK_HOSTS, read_api_key

if TYPE_CHECKING:
    from zoom_component.server.http.event_stream import EventStream

DESCRIPTION = (
    "Serve the actions over HTTP: POST /actions/KEY with the inputs as a JSON object, and POST /actions/KEY/items for "
    "a list as JSON Lines; with --inbox, GET /events for events as they arrive. Without a key, the server accepts "
    "only connections from this machine."
)
EXAMPLES = (
    "zoom-component serve",
    "ZOOM_TOKEN=my-token zoom-component serve --port 8091 --base-url http://127.0.0.1:8087/v2",
    "zoom-component serve --inbox /srv/zoom/inbox.db",
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
    key = read_api_key()
    console.add_secrets(lambda: [key] if key else [])
    if args.host not in LOOPBACK_HOSTS and not key:
        message = f"a key is required on this address: set {API_KEY_VARIABLE}; clients send it as a bearer token"
        raise InputError([Problem("--host", message)])
    with ExitStack() as stack:
        event_stream = _open_event_stream(args.inbox, stack)
        _serve(args, console, _build_application(args, console, key, event_stream), event_stream)
    return 0


def _serve(args: Namespace, console: Console, app: Any, event_stream: EventStream | None) -> None:
    import uvicorn

    with _bind(args) as server_socket:
        host = f"[{args.host}]" if ":" in args.host else args.host
        url = f"http://{host}:{server_socket.getsockname()[1]}"
        if console.as_json:
            console.print_now(console.encode_json({"url": url}))
        else:
            console.report(f"Serving actions at {url}")
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        if event_stream is not None:
            event_stream.is_stopping = lambda: server.should_exit  # the server would wait for the end of a stream
        server.run([server_socket])


def _bind(args: Namespace) -> socket.socket:
    family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    try:
        return socket.create_server((args.host, args.port), family=family, backlog=512)
    except OSError as error:
        raise arguments.build_port_error(args, error) from None


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


def _build_application(args: Namespace, console: Console, key: str, event_stream: EventStream | None) -> Any:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component
    from zoom_component.server.http.app import HttpServer
    from zoom_component.server.http.calls import SessionPool

    component: Component = arguments.load_component(args)
    arguments.mask_known_secrets(console, args.token, args.client_secret)

    def open_session(name: str) -> AsyncSession:
        connection = (
            component.resolve_connection(name, proxy=args.proxy, ca_file=args.ca_file)
            if name
            else arguments.resolve_connection(args, component, console)
        )
        console.add_secrets(connection.get_secrets)
        return component.aconnect(connection, options=arguments.build_session_options(args))

    names = tuple(name.strip() for name in (args.connections or "").split(",") if name.strip())
    return HttpServer(component, SessionPool(open_session, names), event_stream).build_app(key, args.max_body)
