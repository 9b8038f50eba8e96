"""Parse the arguments of a command, and define the options that several commands share."""

from __future__ import annotations

import argparse
import re

from zoom_component.cli.console import quote
from zoom_component.cli.table import wrap_text

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

__all__ = [
    "SPECS_VARIABLE",
    "Parser",
    "add_base_url_option",
    "add_connection_options",
    "add_input_options",
    "add_json_option",
    "add_list_options",
    "add_network_options",
    "add_preflight_option",
    "add_retry_options",
    "add_specs_option",
    "add_verbose_option",
    "build_parser",
    "integer_between",
    "number_between",
]

SPECS_VARIABLE = "ZOOM_COMPONENT_SPECS"
_WIDTH = 100


class Parser(argparse.ArgumentParser):
    """Parse arguments like argparse, but raise InputError with a suggestion for invalid ones."""

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the parsed arguments.

        A value that begins with - is accepted after an option that takes one: tokens and secrets may begin so, and
        argparse alone would take them for options.
        """
        joined: list[str] = []
        at = 0
        while at < len(argv) and argv[at] != "--":
            if argv[at].startswith("-") and argv[at].endswith("=--"):
                self.error(f"argument {argv[at][:-3]}: expected a value, got --")
            action = self._option_string_actions.get(argv[at])
            value = argv[at + 1] if at + 1 < len(argv) else ""
            if action is not None and action.nargs is None and self._looks_like_value(value):
                joined.append(f"{action.option_strings[-1]}={value}")
                at += 2
            else:
                joined.append(argv[at])
                at += 1
        return self.parse_args([*joined, *argv[at:]])

    def _looks_like_value(self, value: str) -> bool:
        dashed = value.startswith("-") and value not in ("-", "--")
        return dashed and value.partition("=")[0] not in self._option_string_actions

    def error(self, message: str) -> NoReturn:
        """Raise InputError with the message of argparse."""
        from zoom_component.errors import InputError, Problem

        match = re.fullmatch(r"(?s)argument (\S+): (.*)", message)
        name, problem = match.groups() if match else ("", message)
        raise InputError([Problem(name, f"{self._rephrase(problem)} (see {self.prog} --help)")])

    def _rephrase(self, message: str) -> str:
        """Return the message of argparse in the style of the other messages."""
        if choice := re.fullmatch(r"(?s)invalid choice: (.*) \(choose from (.*)\)", message):
            return f"expected one of {choice[2].replace(chr(39), '')}, got {quote(choice[1].strip(chr(39)))}"
        if message == "expected one argument":
            return "expected a value, got none"
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown == message:
            return message
        from zoom_component.spec.diagnostics import suggest

        first = unknown.split()[0] if unknown.split() else unknown
        if not first.startswith("-"):
            return f"unexpected argument {quote(first)}"
        option = first.partition("=")[0]
        return f"unknown option {quote(option)}; {suggest(option, self.list_options())}"

    def list_options(self) -> list[str]:
        """Return every option of the command."""
        return list(self._option_string_actions)


def build_parser(name: str, module: Any) -> Parser:
    """Return the parser of a command, made from its module's DESCRIPTION, EXAMPLES and `add_arguments`."""
    parser = Parser(
        prog=f"zoom-component {name}",
        description=module.DESCRIPTION,
        epilog="\n".join(["Examples:", *(f"  {example}" for example in module.EXAMPLES)]),
        formatter_class=_make_formatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.add_argument("--traceback", action="store_true", help="print the traceback of an unexpected error")
    return parser


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Format help with examples as they are, and the description wrapped."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = []
        for line in text.splitlines():
            lines += [line] if line.startswith(" ") else wrap_text(line, width - len(indent))
        return "\n".join(f"{indent}{line}" for line in lines)


def _make_formatter(prog: str) -> argparse.HelpFormatter:
    """Return a help formatter of a fixed width.

    argparse makes one for each option, and would import shutil to find the width.
    """
    return _Formatter(prog, width=_WIDTH)


def add_json_option(parser: ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON, even on a terminal")


def add_verbose_option(parser: ArgumentParser) -> None:
    """Add `--verbose`."""
    parser.add_argument("-v", "--verbose", action="store_true", help="print details for developers as well")


def add_specs_option(parser: ArgumentParser) -> None:
    """Add `--specs`."""
    parser.add_argument(
        "--specs",
        action="append",
        default=[],
        metavar="FOLDER",
        help=f"add a folder of specs with actions/; repeatable, or set {SPECS_VARIABLE}",
    )


def add_input_options(parser: ArgumentParser) -> None:
    """Add the action and the options for its inputs."""
    parser.add_argument("key", nargs="?", metavar="KEY", help="the key or slug of the action, as in `list`")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set an input, by its key or API name; NAME=@FILE reads a file, NAME:=JSON sets null, numbers and lists; "
        "repeatable. NAME= and NAME:=null count as not set, but an update clears plain text with NAME= and sends null",
    )
    parser.add_argument(
        "--inputs", metavar="FILE", help="read inputs from a JSON or YAML file; - is stdin; -i takes precedence"
    )
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='run many calls: one JSON object per line, {"id", "action", "inputs"}; - is stdin. Results are printed in '
        "the same order, errors included; the exit code is 0 when every line has a result, 141 if the reader of the "
        "output ends before, and 130 or 143 after Ctrl-C or SIGTERM",
    )
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def add_list_options(parser: ArgumentParser) -> None:
    """Add the options that change the requests of an action: `--page-size`, `--resume` and `--merge`."""
    parser.add_argument(
        "--page-size", type=integer_between(1, 10_000), metavar="N", help="request this many items per page"
    )
    parser.add_argument(
        "--resume", default="", metavar="TOKEN", help="continue a list with the token of an earlier error"
    )
    parser.add_argument("--merge", action="store_true", help="read the object first, and merge the inputs into it")


def add_connection_options(parser: ArgumentParser) -> None:
    """Add the options that select a connection."""
    group = parser.add_argument_group(
        "connection",
        "Pass secrets in the environment (ZOOM_TOKEN, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET, ZOOM_ACCOUNT_ID), "
        "in a file with --env-file, or in a saved connection: other programs can read options.",
    )
    group.add_argument("--connection", metavar="NAME", help="use a saved connection")
    group.add_argument("--token", help="use an access token (ZOOM_TOKEN is safer)")
    group.add_argument("--client-id", metavar="ID", help="use the client id of a Server-to-Server app")
    group.add_argument(
        "--client-secret", metavar="SECRET", help="use the client secret of that app (ZOOM_CLIENT_SECRET is safer)"
    )
    group.add_argument("--account-id", metavar="ID", help="use the account id of that app")
    group.add_argument(
        "--env-file", metavar="FILE",
        help="read variables that the environment does not set from this file, such as .env",
    )  # fmt: skip
    add_base_url_option(group)
    add_network_options(group)


def add_base_url_option(parser: Any) -> None:
    """Add `--base-url`."""
    parser.add_argument("--base-url", metavar="URL", help="send calls to this address, or to a region such as EU")


def add_network_options(parser: Any) -> None:
    """Add `--proxy` and `--ca-file`."""
    parser.add_argument(
        "--proxy",
        metavar="URL",
        help="use this http://, https:// or socks5:// proxy; none connects directly",
    )
    parser.add_argument(
        "--ca-file", metavar="FILE", help="trust the certificate authorities in this file or folder too"
    )


def add_preflight_option(parser: ArgumentParser) -> None:
    """Add `--preflight`."""
    parser.add_argument(
        "--preflight", action="store_true", help="refuse a call before it is sent if the token lacks its scopes"
    )


def add_absence_options(parser: ArgumentParser) -> None:
    """Add `--empty-is-absent` and `--null-is-absent`, for servers whose callers cannot leave an input out."""
    parser.add_argument(
        "--empty-is-absent", action="store_true", help='ignore "" on updates too, where it otherwise clears plain text'
    )
    parser.add_argument(
        "--null-is-absent", action="store_true", help="ignore null on updates too, where it is otherwise sent"
    )


def add_retry_options(parser: ArgumentParser) -> None:
    """Add `--timeout`, `--retries` and `--max-answer`."""
    parser.add_argument(
        "--timeout",
        type=number_between(0.001, 86400),
        default=30.0,
        metavar="SECONDS",
        help="wait this long for a whole answer (default: 30)",
    )
    parser.add_argument(
        "--retries",
        type=integer_between(0, 20),
        default=3,
        metavar="N",
        help="retry a call at most this often (default: 3)",
    )
    parser.add_argument(
        "--max-answer",
        type=integer_between(1, 65_536),
        default=64,
        metavar="MIB",
        help="read at most this much of an answer, unpacked (default: 64)",
    )


def integer_between(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of integers in a range, for argparse."""

    def parse_integer(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"expected an integer from {least} to {most}, got {quote(text[:40])}")

    return parse_integer


def number_between(least: float, most: float) -> Callable[[str], float]:
    """Return a parser of numbers in a range, for argparse."""

    def parse_number(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if least <= number <= most:
            return number
        raise argparse.ArgumentTypeError(f"expected a number from {least:g} to {most:g}, got {quote(text[:40])}")

    return parse_number
