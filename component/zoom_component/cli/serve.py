"""`serve`: the actions over HTTP, for other languages and platforms."""

from __future__ import annotations

import socket
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option
from zoom_component.errors import InputError, Problem
from zoom_component.server.guard import API_KEY_VARIABLE, LOOPBACK_HOSTS, read_api_key

if TYPE_CHECKING:
    from zoom_component.server.http.event_stream import EventStream

DESCRIPTION = (
    "Serves the actions over HTTP: POST /actions/KEY with the inputs as a JSON object, and POST /actions/KEY/items for "
    "a list as JSON Lines; with --inbox, GET /events for events as they come. On this machine alone, unless a key is "
    "set."
)
EXAMPLES = (
    "zoom-component serve",
    "zoom-component serve --port 8091 --base-url http://127.0.0.1:8087/v2 --token my-token",
    "zoom-component serve --inbox /srv/zoom/inbox.db",
    "ZOOM_COMPONENT_API_KEY=a-long-random-key zoom-component serve --host 0.0.0.0 --connections work,sales",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument(
        "--port",
        type=arguments.integer_between(0, 65535),
        default=8091,
        metavar="N",
        help="the port; 0 is any free one (8091)",
    )
    parser.add_argument("--inbox", metavar="FILE|URL", help="where the events of /events are: a file or an address")
    parser.add_argument("--connections", metavar="NAMES", help="the saved connections that a call may name (all)")
    parser.add_argument(
        "--max-body",
        type=arguments.integer_between(1, 999_999_999),
        default=5_000_000,
        metavar="BYTES",
        help="of a body (5000000)",
    )
    arguments.add_retry_options(parser)
    arguments.add_preflight_option(parser)
    add_specs_option(parser)
    add_json_option(parser)
    arguments.add_connection_options(parser)


def command(args: Namespace, screen: Console) -> int:
    try:
        import starlette  # noqa: F401
    except ImportError:
        raise InputError([Problem("serve", "it needs an extra: pip install 'zoom-component[serve]'")]) from None
    key = read_api_key()
    screen.add_secrets(lambda: [key] if key else [])
    if args.host not in LOOPBACK_HOSTS and not key:
        raise InputError(
            [
                Problem(
                    "--host", f"off this machine a key is required: set {API_KEY_VARIABLE}; calls send it as a bearer"
                )
            ]
        )
    with ExitStack() as open_until_the_end:
        feed = _open_feed(args.inbox, open_until_the_end)
        _serve(args, screen, _build_application(args, screen, key, feed), feed)
    return 0


def _serve(args: Namespace, screen: Console, app: Any, feed: EventStream | None) -> None:
    import uvicorn

    family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    with socket.create_server((args.host, args.port), family=family, backlog=512) as listening:
        shown = f"[{args.host}]" if ":" in args.host else args.host
        url = f"http://{shown}:{listening.getsockname()[1]}"
        if screen.as_json:
            screen.print_now(screen.encode_json({"url": url}))
        else:
            screen.report(f"Actions are at {url}")
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        if feed is not None:
            feed.is_stopping = lambda: server.should_exit  # a stream has no end of its own, and would be waited for
        server.run([listening])


def _open_feed(inbox: str | None, open_until_the_end: ExitStack) -> EventStream | None:
    if inbox is None:
        return None
    from zoom_component.events.inbox.engines import open_inbox
    from zoom_component.server.http.event_stream import EventStream

    try:
        store = open_inbox(inbox)
    except (OSError, ValueError) as problem:
        raise InputError([Problem("--inbox", f"{problem}; accepted: a file that can be read, or an address")]) from None
    open_until_the_end.callback(store.close)
    return EventStream(store)


def _build_application(args: Namespace, screen: Console, key: str, feed: EventStream | None) -> Any:
    from zoom_component.client.session import AsyncSession
    from zoom_component.component import Component
    from zoom_component.server.http.app import HttpServer
    from zoom_component.server.http.calls import SessionPool

    component: Component = arguments.load_component(args)
    arguments.mask_known_secrets(screen, args.token, args.client_secret)

    def opens(name: str) -> AsyncSession:
        found = component.resolve_connection(name) if name else arguments.resolve_connection(args, component, screen)
        screen.add_secrets(found.get_secrets)
        return component.aconnect(found, options=arguments.build_session_options(args))

    names = tuple(name.strip() for name in (args.connections or "").split(",") if name.strip())
    return HttpServer(component, SessionPool(opens, names), feed).build_app(key, args.max_body)
