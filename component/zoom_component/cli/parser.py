"""Reads a command's words. Options are written out in full, and every help ends in examples that work."""

from __future__ import annotations

import argparse
import re

from zoom_component.cli.table import wrap_text

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

__all__ = ["Parser", "build_parser"]

_WIDTH = 100


class Parser(argparse.ArgumentParser):
    """argparse, but a wrong word is an InputError with the near one beside it."""

    def parse(self, argv: Sequence[str]) -> argparse.Namespace:
        """The words, parsed. What follows an option that takes a value is its value, even one that begins with -.

        Tokens and secrets may begin so; argparse alone would take them for options.
        """
        joined: list[str] = []
        at = 0
        while at < len(argv) and argv[at] != "--":
            if argv[at].startswith("-") and argv[at].endswith("=--"):
                self.error(f"-- is no value for {argv[at][:-3]}")
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
        from zoom_component.errors import InputError, Problem

        about = re.fullmatch(r"(?s)argument (\S+): (.*)", message)
        name, wrong = about.groups() if about else ("", message)
        raise InputError([Problem(name, f"{self._rephrase(wrong)} (see {self.prog} --help)")])

    def _rephrase(self, message: str) -> str:
        """What argparse says, in the words of every other refusal."""
        if choice := re.fullmatch(r"(?s)invalid choice: (.*) \(choose from (.*)\)", message):
            return f"came {choice[1]}; accepted: {choice[2].replace(chr(39), '')}"
        if message == "expected one argument":
            return "a value has to follow it"
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown == message:
            return message
        from zoom_component.spec.diagnostics import suggest

        first = unknown.split()[0] if unknown.split() else unknown
        if not first.startswith("-"):
            return f"{first!r} is one word too many"
        option = first.partition("=")[0]
        return f"there is no option {option!r} here; {suggest(option, self.list_options())}"

    def list_options(self) -> list[str]:
        """Every option that the command knows."""
        return list(self._option_string_actions)


def _make_formatter(prog: str) -> argparse.HelpFormatter:
    """With its width said: argparse makes one for each option, and would import shutil to find out."""
    return argparse.RawDescriptionHelpFormatter(prog, width=_WIDTH)


def build_parser(word: str, module: Any) -> Parser:
    """The parser of one command, from its module's DESCRIPTION, EXAMPLES and `options`."""
    parser = Parser(
        prog=f"zoom-component {word}",
        description="\n".join(wrap_text(module.DESCRIPTION, _WIDTH)),
        epilog="\n".join(["Examples:", *(f"  {example}" for example in module.EXAMPLES)]),
        formatter_class=_make_formatter,
        allow_abbrev=False,
    )
    module.options(parser)
    parser.add_argument("--traceback", action="store_true", help="show where an unforeseen failure comes from")
    return parser
