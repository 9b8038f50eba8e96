"""Save a connection, and prompt for the values that are missing."""

from __future__ import annotations

import os
import re
import sys
import webbrowser
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from zoom_component.cli import arguments
from zoom_component.cli.arguments import find_spec_folders
from zoom_component.cli.console import Console, quote
from zoom_component.cli.network import read_network_options
from zoom_component.cli.parser import (
    add_base_url_option,
    add_json_option,
    add_network_options,
    add_specs_option,
    add_verbose_option,
    integer_between,
)
from zoom_component.cli.secret_options import clean_secret
from zoom_component.client.connections.consent import request_consent
from zoom_component.client.connections.redirect_server import DEFAULT_PORT
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.setting_sources import ENVIRONMENT_VARIABLES
from zoom_component.client.connections.token_endpoint import AUTHORIZATION_CODE
from zoom_component.client.connections.urls import parse_base_url, report_foreign_host
from zoom_component.client.network.report import check_settings
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ConnectionSpec, Input

DESCRIPTION = (
    "Save a connection under a name. serverToServer acts for a whole account and is tested before it is saved; oauth "
    "acts for the user who allows the app in the browser. The command prompts for missing values."
)
EXAMPLES = (
    "zoom-component connect",
    "zoom-component connect work --kind serverToServer --client-id Xy_TnL72KMEpWqJZ --account-id J-x8MT9LWqvDNFuz",
    "zoom-component connect me --kind oauth --port 8765",
    "zoom-component connect work --proxy http://proxy.example.com:8080 --ca-file company.pem",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_FLAGS = {"clientId": "client_id", "clientSecret": "client_secret", "accountId": "account_id"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="?", default="default", metavar="NAME", help="the name of the connection (default: default)"
    )
    parser.add_argument("--kind", metavar="KIND", help="the kind of connection: oauth or serverToServer")
    parser.add_argument("--client-id", metavar="ID", help="the client id of the app (or ZOOM_CLIENT_ID)")
    parser.add_argument(
        "--client-secret", metavar="SECRET", help="the client secret of the app (ZOOM_CLIENT_SECRET is safer)"
    )
    parser.add_argument(
        "--account-id", metavar="ID", help="the account id of a serverToServer app (or ZOOM_ACCOUNT_ID)"
    )
    add_base_url_option(parser)
    add_network_options(parser)
    parser.add_argument(
        "--port", type=integer_between(0, 65535), default=DEFAULT_PORT, metavar="N",
        help=f"the port of the redirect URL in the app, http://127.0.0.1:N/callback (default: {DEFAULT_PORT})",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def run(args: Namespace, console: Console) -> int:
    arguments.mask_known_secrets(console, args.client_secret)
    _check_name(args.name)
    specs = Catalogue(*find_spec_folders(args)).connections()
    spec = specs[_choose_kind(args, specs)]
    fields = _collect_fields(args, spec, console)
    base_url = args.base_url if args.base_url is not None else os.environ.get(ENVIRONMENT_VARIABLES["base_url"], "")
    report_foreign_host(parse_base_url(base_url))
    network = _collect_network(args, console)
    registry = ConnectionRegistry(specs)
    console.show_retries()
    if spec.grant == AUTHORIZATION_CODE:
        token = request_consent(
            spec, fields, base_url=base_url, open_browser=_open_nothing if args.no_browser else webbrowser.open,
            report=console.report, port=args.port, network=network,
        )  # fmt: skip
        registry.save(args.name, spec.key, fields, base_url, token, network)
    else:
        registry.open_with_fields(spec.key, fields, base_url, network=network).authorize()
        registry.save(args.name, spec.key, fields, base_url, network=network)
    console.report(f"Saved as {args.name}. Try: zoom-component run getUser -i userId=me --connection {args.name}")
    if console.as_json:
        console.print_json({"name": args.name, "kind": spec.key})
    return 0


def _check_name(name: str) -> None:
    """Raise InputError for an invalid name, before the consent in the browser starts."""
    if not _NAME.match(name):
        rule = "expected letters, digits, dots, dashes and underscores, starting with a letter or digit"
        raise InputError([Problem("NAME", f"{rule}, 64 at most, got {quote(name[:70])}")])


def _choose_kind(args: Namespace, specs: Mapping[str, ConnectionSpec]) -> str:
    if args.kind is not None:
        if args.kind in specs:
            return str(args.kind)
        raise InputError([Problem("--kind", f"expected {' or '.join(specs)}, got {quote(args.kind)}")])
    if args.account_id or os.environ.get(ENVIRONMENT_VARIABLES["account_id"]):
        return "serverToServer"
    if not _has_terminal():
        raise InputError([Problem("--kind", f"is required without a terminal: {' or '.join(specs)}")])
    while (answer := _prompt(f"Kind of connection ({' or '.join(specs)}): ")) not in specs:
        print(f"Type one of {', '.join(specs)}.", file=sys.stderr)
    return answer


def _collect_fields(args: Namespace, spec: ConnectionSpec, console: Console) -> dict[str, str]:
    """Return the fields of a connection: from options, then the environment, then prompts."""
    fields: dict[str, str] = {}
    missing: list[Input] = []
    for key, field in spec.inputs.items():
        option = _FLAGS.get(key)
        value = (getattr(args, option) or os.environ.get(ENVIRONMENT_VARIABLES[option], "")) if option else ""
        if value := clean_secret(value, key):
            fields[key] = value
        elif field.required and field.shown:
            missing.append(field)
    if missing and not _has_terminal():
        raise InputError([Problem(field.key, _explain_missing(field)) for field in missing])
    for field in missing:
        fields[field.key] = clean_secret(_prompt_for_field(field), field.key)
    secrets = [fields[key] for key, field in spec.inputs.items() if field.type == "password" and key in fields]
    console.add_secrets(lambda: secrets)
    return fields


def _collect_network(args: Namespace, console: Console) -> NetworkSettings:
    """Return the proxy and the certificate authorities of options, then of the variables of this program.

    The variables of other programs are not saved: they are read with each call.
    """
    settings = read_network_options(args, console)
    environ = {name: os.environ.get(ENVIRONMENT_VARIABLES[name], "").strip() for name in ("proxy", "ca_file")}
    return check_settings(settings.fill(environ["proxy"], environ["ca_file"], "the environment: "))


def _explain_missing(field: Input) -> str:
    option = _FLAGS.get(field.key)
    if option is None:
        return f"{field.label} is required, and there is no terminal to prompt for it"
    return f"{field.label} is required: set --{option.replace('_', '-')} or {ENVIRONMENT_VARIABLES[option]}"


def _prompt_for_field(field: Input) -> str:
    print(field.comments or "", file=sys.stderr)
    if field.type != "password":
        return _prompt(f"{field.label}: ")
    from getpass import getpass

    try:
        return getpass(f"{field.label} (hidden): ").strip()
    except EOFError:
        raise _input_ended_error() from None


def _prompt(prompt: str) -> str:
    """Return a line typed on the terminal. The prompt goes to stderr, because stdout is for data."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise _input_ended_error()
    return line.strip()


def _input_ended_error() -> InputError:
    return InputError([Problem("", "the input ended before every prompt was answered; nothing was saved")])


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _open_nothing(address: str) -> None:
    """Open no browser; the address has already been printed."""
