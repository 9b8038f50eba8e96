"""`sandbox`: a Zoom on this machine, in the foreground, until it is interrupted."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace

from zoom_component.doors.cli import calling, webhooks
from zoom_component.doors.cli.options import add_json
from zoom_component.doors.cli.screen import Screen
from zoom_component.errors import InputError, Problem

DESCRIPTION = "Serves a Zoom on this machine, with an account of its own in memory, until Ctrl-C."
EXAMPLES = (
    "zoom-component sandbox",
    "zoom-component sandbox --port 8087 --users 500",
    "zoom-component sandbox --port 0 --json",
    "zoom-component sandbox --webhook http://127.0.0.1:9000 --webhook-secret my-secret --webhook-events 'meeting.*'",
    "zoom-component sandbox emit meeting.started --set payload.object.topic=Daily --webhook http://127.0.0.1:9000",
)
_SECRET = "sandbox-secret"  # noqa: S105 (the documented secret of an account that is nobody's)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument(
        "--port", type=calling.whole(0, 65535), default=8087, metavar="N", help="the port; 0 is any free one (8087)"
    )
    parser.add_argument("--client-id", default="sandbox-client", metavar="ID", help="(sandbox-client)")
    parser.add_argument("--client-secret", default=_SECRET, metavar="SECRET", help=f"({_SECRET})")
    parser.add_argument("--account-id", default="sandbox-account", metavar="ID", help="(sandbox-account)")
    parser.add_argument("--users", type=calling.whole(0, 1_000_000), default=0, metavar="N", help="so many people more")
    webhooks.options(parser)
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    if args.act == webhooks.EMIT:
        return webhooks.emit(args, screen)
    if args.set:
        raise InputError([Problem("--set", "it belongs to emit: zoom-component sandbox emit EVENT --set PATH=VALUE")])
    from zoom_component.sandbox.serve import serve

    try:
        serve(
            host=args.host,
            port=args.port,
            client_id=args.client_id,
            client_secret=args.client_secret,
            account_id=args.account_id,
            users=args.users,
            webhooks=webhooks.read(args, screen),
            tried=webhooks.watch(screen),
            ready=lambda url: _tell(url, args, screen),
        )
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        why = f"nothing can listen at {args.host}:{args.port}: {reason}; choose another, or 0 for a free one"
        raise InputError([Problem("--port", why)]) from None
    return 0


def _tell(url: str, args: Namespace, screen: Screen) -> None:
    """Where it is, and what to copy. A secret that somebody chose is theirs: only the documented one is shown."""
    known = args.client_secret == _SECRET
    if screen.as_json:
        told = {"url": url, "base_url": f"{url}/v2", "token_url": f"{url}/oauth/token", "client_id": args.client_id}
        told |= {"account_id": args.account_id, **({"client_secret": _SECRET} if known else {})}
        screen.line(screen.encode(told))
        return
    secret = _SECRET if known else "..."
    screen.say(f"A Zoom of your own at {url} until Ctrl-C. To run against it from another terminal:")
    screen.say(f"  export ZOOM_BASE_URL={url}/v2")
    screen.say(f"  export ZOOM_CLIENT_ID={shlex.quote(args.client_id)} ZOOM_ACCOUNT_ID={shlex.quote(args.account_id)}")
    screen.say(f"  export ZOOM_CLIENT_SECRET={secret}")
