"""`sandbox`: a Zoom on this machine, in the foreground, until it is interrupted."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from zoom_component.cli import arguments, sandbox_webhooks
from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_sandbox.account import SandboxOptions

DESCRIPTION = "Serves a Zoom on this machine, with an account of its own in memory, until Ctrl-C."
EXAMPLES = (
    "zoom-component sandbox",
    "zoom-component sandbox --port 8087 --users 500",
    "zoom-component sandbox --port 0 --json",
    "zoom-component sandbox --webhook http://127.0.0.1:9000 --webhook-secret my-secret --webhook-events 'meeting.*'",
    "zoom-component sandbox emit meeting.started --set payload.object.topic=Daily --webhook http://127.0.0.1:9000",
    "zoom-component sandbox --seed people.yaml --db account.db",
    'zoom-component sandbox --plan free --scopes "user:read meeting:write" --faults faults.yaml',
    "zoom-component sandbox --scale users=30000,meetings=200000",
)
_SECRET = "sandbox-secret"  # noqa: S105 (the documented secret of an account that is nobody's)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    parser.add_argument(
        "--port",
        type=arguments.integer_between(0, 65535),
        default=8087,
        metavar="N",
        help="the port; 0 is any free one (8087)",
    )
    parser.add_argument("--client-id", default="sandbox-client", metavar="ID", help="(sandbox-client)")
    parser.add_argument("--client-secret", default=_SECRET, metavar="SECRET", help=f"({_SECRET})")
    parser.add_argument("--account-id", default="sandbox-account", metavar="ID", help="(sandbox-account)")
    parser.add_argument(
        "--users", type=arguments.integer_between(0, 1_000_000), default=0, metavar="N", help="so many people more"
    )
    sandbox_webhooks.add_webhook_options(parser)
    parser.add_argument("--scale", metavar="PARTS", help="make a large account, as in users=30000,meetings=200000")
    parser.add_argument("--seed", metavar="FILE", help="people, meetings and more from a YAML file")
    parser.add_argument("--db", metavar="FILE", help="keep the state in this file, from one run to the next")
    parser.add_argument("--faults", metavar="FILE", help="what shall go wrong, from a YAML file")
    parser.add_argument("--scopes", metavar="SCOPES", help='what the app was granted, as in "user:read meeting:write"')
    parser.add_argument("--plan", choices=("free", "pro", "business"), help="count calls against this plan's limits")
    parser.add_argument("--strict", action="store_true", help="501 where no state is behind an answer")
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    if args.act == sandbox_webhooks.EMIT:
        return sandbox_webhooks.send_event(args, screen)
    if args.set:
        raise InputError([Problem("--set", "it belongs to emit: zoom-component sandbox emit EVENT --set PATH=VALUE")])
    from dataclasses import replace

    from zoom_sandbox.documents import SandboxInputError
    from zoom_sandbox.http_server import serve_forever

    try:
        serve_forever(
            host=args.host,
            port=args.port,
            options=replace(_build_setup(args), webhooks=tuple(sandbox_webhooks.read_webhooks(args, screen))),
            data=args.seed,
            faults=args.faults,
            db=args.db,
            on_attempt=sandbox_webhooks.build_reporter(screen),
            on_ready=lambda url: _report_address(url, args, screen),
        )
    except SandboxInputError as mistake:
        raise InputError([Problem(_find_flag(args, sentence), sentence) for sentence in mistake.messages]) from None
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        why = f"nothing can listen at {args.host}:{args.port}: {reason}; choose another, or 0 for a free one"
        raise InputError([Problem("--port", why)]) from None
    return 0


def _build_setup(args: Namespace) -> SandboxOptions:
    """What the flags say about the account. Raises Mistake for a scale that is none."""
    from zoom_sandbox.account import SandboxOptions
    from zoom_sandbox.factory import apply_scale, parse_scale

    scopes = None if args.scopes is None else tuple(args.scopes.replace(",", " ").split())
    known = (args.client_id, args.client_secret, args.account_id)
    setup = SandboxOptions(*known, args.users, strict=args.strict, scopes=scopes, plan=args.plan or "")
    return apply_scale(setup, parse_scale(args.scale) if args.scale else {})


def _find_flag(args: Namespace, sentence: str) -> str:
    """The flag whose file a sentence is about."""
    files = {"--seed": args.seed, "--faults": args.faults, "--db": args.db}
    return next((flag for flag, path in files.items() if path and sentence.startswith(path)), "--scale")


def _report_address(url: str, args: Namespace, screen: Console) -> None:
    """Where it is, and what to copy. A secret that somebody chose is theirs: only the documented one is shown."""
    known = args.client_secret == _SECRET
    if screen.as_json:
        told = {"url": url, "base_url": f"{url}/v2", "token_url": f"{url}/oauth/token", "client_id": args.client_id}
        told |= {"account_id": args.account_id, **({"client_secret": _SECRET} if known else {})}
        screen.print_now(screen.encode_json(told))
        return
    secret = _SECRET if known else "..."
    screen.report(f"A Zoom of your own at {url} until Ctrl-C. To run against it from another terminal:")
    screen.report(f"  export ZOOM_BASE_URL={url}/v2")
    screen.report(
        f"  export ZOOM_CLIENT_ID={shlex.quote(args.client_id)} ZOOM_ACCOUNT_ID={shlex.quote(args.account_id)}"
    )
    screen.report(f"  export ZOOM_CLIENT_SECRET={secret}")
