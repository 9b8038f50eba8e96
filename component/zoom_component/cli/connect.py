"""`connect`: walks a person through saving a connection, or saves it at once when all is given."""

from __future__ import annotations

import os
import re
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from zoom_component.cli import calling
from zoom_component.cli.options import add_json, add_specs, add_verbose, kinds, roots
from zoom_component.cli.screen import Screen
from zoom_component.client.connections.consent import consent
from zoom_component.client.connections.fields import CODE
from zoom_component.client.connections.named import Connections
from zoom_component.client.connections.redirect import PORT
from zoom_component.client.connections.sources import VARIABLES
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ConnectionSpec, Input

DESCRIPTION = (
    "Saves a connection under a name. serverToServer acts for a whole account, and is tried out before it is kept; "
    "oauth acts for the person who allows the app in the browser. What is not given is asked for."
)
EXAMPLES = (
    "zoom-component connect",
    "zoom-component connect work --kind serverToServer --client-id Xy_TnL72KMEpWqJZ --account-id J-x8MT9LWqvDNFuz",
    "zoom-component connect me --kind oauth --port 8765",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_FLAGS = {"clientId": "client_id", "clientSecret": "client_secret", "accountId": "account_id"}


def options(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="default", metavar="NAME", help="what to call it (default)")
    parser.add_argument("--kind", metavar="KIND", help="oauth or serverToServer")
    parser.add_argument("--client-id", metavar="ID", help="the app's client id, or ZOOM_CLIENT_ID")
    parser.add_argument("--client-secret", metavar="SECRET", help="its secret; ZOOM_CLIENT_SECRET is safer")
    parser.add_argument("--account-id", metavar="ID", help="the account of a serverToServer app, or ZOOM_ACCOUNT_ID")
    calling.add_base_url(parser)
    parser.add_argument(
        "--port", type=calling.whole(0, 65535), default=PORT, metavar="N",
        help=f"where the browser comes back to, as listed in the app: http://127.0.0.1:N/callback ({PORT})",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="only show the address to open")
    add_specs(parser)
    add_json(parser)
    add_verbose(parser)


def command(args: Namespace, screen: Screen) -> int:
    calling.guarded(screen, args.client_secret)
    _check_name(args.name)
    specs = kinds(Catalogue(*roots(args)))
    spec = specs[_kind(args, specs)]
    fields = _fields(args, spec, screen)
    base_url = args.base_url if args.base_url is not None else os.environ.get(VARIABLES["base_url"], "")
    stored = Connections(specs)
    if spec.grant == CODE:
        token = consent(
            spec, fields, base_url=base_url, open_browser=_quiet if args.no_browser else webbrowser.open,
            say=screen.say, port=args.port,
        )  # fmt: skip
        stored.save(args.name, spec.key, fields, base_url, token)
    else:
        stored.given(spec.key, fields, base_url).authorize()
        stored.save(args.name, spec.key, fields, base_url)
    screen.say(f"Saved as {args.name}. Try: zoom-component run getUser -i userId=me --connection {args.name}")
    if screen.as_json:
        screen.json({"name": args.name, "kind": spec.key})
    return 0


def _check_name(name: str) -> None:
    """Before anybody walks anywhere: a name that cannot be kept would be told after the walk."""
    if not _NAME.match(name):
        rule = "accepted: letters, digits, dots, dashes and underscores, beginning with a letter or digit"
        raise InputError([Problem("NAME", f"came {name[:70]!r}; {rule}, 64 at most")])


def _kind(args: Namespace, specs: Mapping[str, ConnectionSpec]) -> str:
    if args.kind is not None:
        if args.kind in specs:
            return str(args.kind)
        raise InputError([Problem("--kind", f"came {args.kind!r}; accepted: {' or '.join(specs)}")])
    if args.account_id or os.environ.get(VARIABLES["account_id"]):
        return "serverToServer"
    if not _someone():
        raise InputError([Problem("--kind", f"it is required where nobody can be asked: {' or '.join(specs)}")])
    while (answer := _ask(f"Kind of connection ({' or '.join(specs)}): ")) not in specs:
        print(f"Write one of {', '.join(specs)}.", file=sys.stderr)
    return answer


def _fields(args: Namespace, spec: ConnectionSpec, screen: Screen) -> dict[str, str]:
    """The fields of a connection: of flags, then the environment, then whoever sits at the terminal."""
    fields: dict[str, str] = {}
    missing: list[Input] = []
    for key, known in spec.inputs.items():
        word = _FLAGS.get(key)
        given = (getattr(args, word) or os.environ.get(VARIABLES[word], "")).strip() if word else ""
        if given:
            fields[key] = given
        elif known.required and known.shown:
            missing.append(known)
    if missing and not _someone():
        raise InputError([Problem(known.key, _ways(known)) for known in missing])
    for known in missing:
        fields[known.key] = _asked(known)
    secrets = [fields[key] for key, known in spec.inputs.items() if known.type == "password" and key in fields]
    screen.guard(lambda: secrets)
    return fields


def _ways(known: Input) -> str:
    word = _FLAGS.get(known.key)
    if word is None:
        return f"{known.label} is required, and nobody is there to be asked"
    return f"{known.label} is required: give it as --{word.replace('_', '-')} or {VARIABLES[word]}"


def _asked(known: Input) -> str:
    print(known.comments or "", file=sys.stderr)
    if known.type != "password":
        return _ask(f"{known.label}: ")
    from getpass import getpass

    try:
        return getpass(f"{known.label} (not shown): ").strip()
    except EOFError:
        raise _nobody() from None


def _ask(prompt: str) -> str:
    """A line of the person at the terminal. The prompt goes to stderr: stdout is for data."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise _nobody()
    return line.strip()


def _nobody() -> InputError:
    return InputError([Problem("", "the input ended before everything was answered; nothing was saved")])


def _someone() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _quiet(address: str) -> None:
    """No browser: the address was said."""
