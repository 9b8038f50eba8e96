"""`connect`: walks a person through saving a connection, or saves it at once when all is given."""

from __future__ import annotations

import os
import re
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.options import (
    add_json_option,
    add_specs_option,
    add_verbose_option,
    find_spec_folders,
    load_connection_kinds,
)
from zoom_component.client.connections.consent import request_consent
from zoom_component.client.connections.fields import AUTHORIZATION_CODE
from zoom_component.client.connections.redirect_server import DEFAULT_PORT
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.setting_sources import ENVIRONMENT_VARIABLES
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
    arguments.add_base_url_option(parser)
    parser.add_argument(
        "--port", type=arguments.integer_between(0, 65535), default=DEFAULT_PORT, metavar="N",
        help=f"where the browser comes back to, as listed in the app: http://127.0.0.1:N/callback ({DEFAULT_PORT})",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="only show the address to open")
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def command(args: Namespace, screen: Console) -> int:
    arguments.mask_known_secrets(screen, args.client_secret)
    _check_name(args.name)
    specs = load_connection_kinds(Catalogue(*find_spec_folders(args)))
    spec = specs[_choose_kind(args, specs)]
    fields = _collect_fields(args, spec, screen)
    base_url = args.base_url if args.base_url is not None else os.environ.get(ENVIRONMENT_VARIABLES["base_url"], "")
    stored = ConnectionRegistry(specs)
    if spec.grant == AUTHORIZATION_CODE:
        token = request_consent(
            spec, fields, base_url=base_url, open_browser=_open_nothing if args.no_browser else webbrowser.open,
            report=screen.report, port=args.port,
        )  # fmt: skip
        stored.save(args.name, spec.key, fields, base_url, token)
    else:
        stored.open_with_fields(spec.key, fields, base_url).authorize()
        stored.save(args.name, spec.key, fields, base_url)
    screen.report(f"Saved as {args.name}. Try: zoom-component run getUser -i userId=me --connection {args.name}")
    if screen.as_json:
        screen.print_json({"name": args.name, "kind": spec.key})
    return 0


def _check_name(name: str) -> None:
    """Before anybody walks anywhere: a name that cannot be kept would be told after the walk."""
    if not _NAME.match(name):
        rule = "accepted: letters, digits, dots, dashes and underscores, beginning with a letter or digit"
        raise InputError([Problem("NAME", f"came {name[:70]!r}; {rule}, 64 at most")])


def _choose_kind(args: Namespace, specs: Mapping[str, ConnectionSpec]) -> str:
    if args.kind is not None:
        if args.kind in specs:
            return str(args.kind)
        raise InputError([Problem("--kind", f"came {args.kind!r}; accepted: {' or '.join(specs)}")])
    if args.account_id or os.environ.get(ENVIRONMENT_VARIABLES["account_id"]):
        return "serverToServer"
    if not _someone():
        raise InputError([Problem("--kind", f"it is required where nobody can be asked: {' or '.join(specs)}")])
    while (answer := _prompt(f"Kind of connection ({' or '.join(specs)}): ")) not in specs:
        print(f"Write one of {', '.join(specs)}.", file=sys.stderr)
    return answer


def _collect_fields(args: Namespace, spec: ConnectionSpec, screen: Console) -> dict[str, str]:
    """The fields of a connection: of flags, then the environment, then whoever sits at the terminal."""
    fields: dict[str, str] = {}
    missing: list[Input] = []
    for key, known in spec.inputs.items():
        word = _FLAGS.get(key)
        given = (getattr(args, word) or os.environ.get(ENVIRONMENT_VARIABLES[word], "")).strip() if word else ""
        if given:
            fields[key] = given
        elif known.required and known.shown:
            missing.append(known)
    if missing and not _someone():
        raise InputError([Problem(known.key, _explain_missing(known)) for known in missing])
    for known in missing:
        fields[known.key] = _prompt_for_field(known)
    secrets = [fields[key] for key, known in spec.inputs.items() if known.type == "password" and key in fields]
    screen.add_secrets(lambda: secrets)
    return fields


def _explain_missing(known: Input) -> str:
    word = _FLAGS.get(known.key)
    if word is None:
        return f"{known.label} is required, and nobody is there to be asked"
    return f"{known.label} is required: give it as --{word.replace('_', '-')} or {ENVIRONMENT_VARIABLES[word]}"


def _prompt_for_field(known: Input) -> str:
    print(known.comments or "", file=sys.stderr)
    if known.type != "password":
        return _prompt(f"{known.label}: ")
    from getpass import getpass

    try:
        return getpass(f"{known.label} (not shown): ").strip()
    except EOFError:
        raise _input_ended_error() from None


def _prompt(prompt: str) -> str:
    """A line of the person at the terminal. The prompt goes to stderr: stdout is for data."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise _input_ended_error()
    return line.strip()


def _input_ended_error() -> InputError:
    return InputError([Problem("", "the input ended before everything was answered; nothing was saved")])


def _someone() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _open_nothing(address: str) -> None:
    """No browser: the address was said."""
