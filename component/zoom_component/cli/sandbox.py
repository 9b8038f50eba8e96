"""Serve a sandbox until Ctrl-C."""

from __future__ import annotations

import secrets
import shlex
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from zoom_component.cli import sandbox_webhooks
from zoom_component.cli.arguments import build_port_error
from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_json_option, integer_between
from zoom_component.cli.secret_options import clean_secret
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_sandbox.account import SandboxOptions

DESCRIPTION = "Serve a sandbox of Zoom on this machine, with an account in memory, until Ctrl-C."
EXAMPLES = (
    "zoom-component sandbox",
    "zoom-component sandbox --port 8087 --users 500",
    "zoom-component sandbox --port 0 --json",
    "ZOOM_WEBHOOK_SECRET=my-secret zoom-component sandbox --webhook http://127.0.0.1:9000",
    "zoom-component sandbox emit meeting.started --set payload.object.topic=Daily --webhook http://127.0.0.1:9000",
    "zoom-component sandbox --data people.yaml --db account.db",
    'zoom-component sandbox --plan free --scopes "user:read meeting:write" --faults faults.yaml',
    "zoom-component sandbox --scale users=30000,meetings=200000",
)
_SECRET = "sandbox-secret"  # noqa: S105 (the documented secret of an account that is nobody's)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="listen on this address (default: 127.0.0.1)")
    parser.add_argument(
        "--port",
        type=integer_between(0, 65535),
        default=8087,
        metavar="N",
        help="listen on this port; 0 selects a free one (default: 8087)",
    )
    parser.add_argument(
        "--client-id", default="sandbox-client", metavar="ID", help="the client id of the app (default: sandbox-client)"
    )
    parser.add_argument(
        "--client-secret",
        metavar="SECRET",
        help=f"the client secret of the app (default: {_SECRET}; a new one where other machines can call)",
    )
    parser.add_argument(
        "--account-id", default="sandbox-account", metavar="ID", help="the account id (default: sandbox-account)"
    )
    parser.add_argument(
        "--users", type=integer_between(0, 1_000_000), default=0, metavar="N", help="add this many users"
    )
    sandbox_webhooks.add_webhook_options(parser)
    parser.add_argument("--scale", metavar="COUNTS", help="create a large account, such as users=30000,meetings=200000")
    parser.add_argument("--data", metavar="FILE", help="load users, meetings and more from a YAML file")
    parser.add_argument("--db", metavar="FILE", help="store the state in this file")
    parser.add_argument("--faults", metavar="FILE", help="load injected faults from a YAML file")
    parser.add_argument("--scopes", metavar="SCOPES", help='the scopes of the app, such as "user:read meeting:write"')
    parser.add_argument("--plan", choices=("free", "pro", "business"), help="apply the rate limits of this plan")
    parser.add_argument("--strict", action="store_true", help="answer 501 for operations without state")
    parser.add_argument("--keep-emoji", action="store_true", help="leave emoji in agendas, which Zoom replaces")
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    args.is_new_secret = args.client_secret is None and args.act != sandbox_webhooks.EMIT and not _is_local(args.host)
    if args.client_secret is None:
        args.client_secret = secrets.token_hex(16) if args.is_new_secret else _SECRET
    # What a sandbox expects is what the component sends: neither has characters that nobody sees.
    for name in ("client_id", "client_secret", "account_id"):
        setattr(args, name, clean_secret(getattr(args, name), f"--{name.replace('_', '-')}"))
    if args.act == sandbox_webhooks.EMIT:
        return sandbox_webhooks.send_event(args, console)
    if args.set:
        raise InputError(
            [Problem("--set", "is only valid with emit: zoom-component sandbox emit EVENT --set PATH=VALUE")]
        )
    from dataclasses import replace

    from zoom_sandbox.documents import SandboxInputError
    from zoom_sandbox.http_server import serve_forever

    try:
        serve_forever(
            host=args.host,
            port=args.port,
            options=replace(_build_options(args), webhooks=tuple(sandbox_webhooks.read_webhooks(args, console))),
            data=args.data,
            faults=args.faults,
            db=args.db,
            on_attempt=sandbox_webhooks.build_reporter(console),
            on_ready=lambda url: _report_address(url, args, console),
        )
    except SandboxInputError as error:
        problems = [
            Problem(_find_flag(args, message), message.removeprefix("client_secret: ")) for message in error.messages
        ]
        raise InputError(problems) from None
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        raise build_port_error(args, error) from None
    return 0


def _build_options(args: Namespace) -> SandboxOptions:
    """Return the options of the account. Raise SandboxInputError for an invalid scale."""
    from zoom_sandbox.account import SandboxOptions
    from zoom_sandbox.factory import apply_scale, parse_scale

    scopes = None if args.scopes is None else tuple(args.scopes.replace(",", " ").split())
    options = SandboxOptions(
        args.client_id,
        args.client_secret,
        args.account_id,
        args.users,
        strict=args.strict,
        scopes=scopes,
        plan=args.plan or "",
        keep_emoji=args.keep_emoji,
    )
    return apply_scale(options, parse_scale(args.scale) if args.scale else {})


def _is_local(host: str) -> bool:
    from zoom_sandbox.access import is_local_name

    return is_local_name(host)


def _find_flag(args: Namespace, message: str) -> str:
    """Return the option that a message is about, by its name or its file."""
    if message.startswith("client_secret: "):
        return "--client-secret"
    files = {"--data": args.data, "--faults": args.faults, "--db": args.db}
    return next((flag for flag, path in files.items() if path and message.startswith(path)), "--scale")


def _report_address(url: str, args: Namespace, console: Console) -> None:
    """Print the address and the environment variables to copy. A secret that the caller chose is not printed."""
    if not _is_local(args.host):
        console.report(
            f"Warning: other machines can call this sandbox at {args.host}. It serves invented data over plain HTTP, "
            "and is not hardened; stop it when you do not need it. The admin API only answers to this machine."
        )
    is_printed = args.is_new_secret or args.client_secret == _SECRET
    if console.as_json:
        fields = {"url": url, "base_url": f"{url}/v2", "token_url": f"{url}/oauth/token", "client_id": args.client_id}
        fields |= {"account_id": args.account_id, **({"client_secret": args.client_secret} if is_printed else {})}
        console.print_now(console.encode_json(fields))
        return
    secret = args.client_secret if is_printed else "..."
    console.report(f"Sandbox at {url} until Ctrl-C. To use it from another terminal:")
    console.report(f"  export ZOOM_BASE_URL={url}/v2")
    console.report(
        f"  export ZOOM_CLIENT_ID={shlex.quote(args.client_id)} ZOOM_ACCOUNT_ID={shlex.quote(args.account_id)}"
    )
    console.report(f"  export ZOOM_CLIENT_SECRET={secret}")
