"""Reads a command's words. Options are written out in full, and every help ends in examples that work."""

from __future__ import annotations

import argparse

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["Parser", "build"]

_WIDTH = 100


class Parser(argparse.ArgumentParser):
    """argparse, but a wrong word is an InputError with the near one beside it."""

    def error(self, message: str) -> NoReturn:
        from zoom_component.errors import InputError, Problem

        raise InputError([Problem("", f"{self._mended(message)} (see {self.prog} --help)")])

    def _mended(self, message: str) -> str:
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown == message:
            return message
        from zoom_component.language.faults import suggest

        first = unknown.split()[0] if unknown.split() else unknown
        if not first.startswith("-"):
            return f"{first!r} is one word too many"
        option = first.partition("=")[0]
        return f"there is no option {option!r} here; {suggest(option, self.option_names())}"

    def option_names(self) -> list[str]:
        """Every option that the command knows."""
        return list(self._option_string_actions)


def _formatter(prog: str) -> argparse.HelpFormatter:
    """With its width said: argparse makes one for each option, and would import shutil to find out."""
    return argparse.RawDescriptionHelpFormatter(prog, width=_WIDTH)


def build(word: str, module: Any) -> Parser:
    """The parser of one command, from its module's DESCRIPTION, EXAMPLES and `options`."""
    parser = Parser(
        prog=f"zoom-component {word}",
        description=module.DESCRIPTION,
        epilog="\n".join(["Examples:", *(f"  {example}" for example in module.EXAMPLES)]),
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    module.options(parser)
    parser.add_argument("--traceback", action="store_true", help="show where an unforeseen failure comes from")
    return parser
