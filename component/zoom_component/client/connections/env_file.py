r"""A `.env` file as data: a small, strict reading. Pure.

A line is `KEY=VALUE`, with `export` before it if one likes; `#` begins a comment on a line of its own or after a space.
Inside single quotes everything stands for itself; inside double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` stand for
one character. Quoted values may span lines. Nothing is expanded or run; the last of two equal keys holds.
"""

from __future__ import annotations

import re

from zoom_component.errors import InputError, Problem

__all__ = ["parse_env_file"]

_ENTRY = re.compile(
    r"""
    [ \t]* (?:export[ \t]+)? (?P<key>[A-Za-z_][A-Za-z0-9_]*) [ \t]* = [ \t]*
    (?:
        '(?P<single>[^']*)'
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | (?P<bare>(?:(?![ \t]\#)[^\n'"#])(?:(?![ \t]\#)[^\n])*)?
    )
    [ \t]* (?:(?<=[ \t])\#[^\n]*)? (?:\n|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def parse_env_file(text: str, file: str = ".env") -> dict[str, str]:
    """Keys and values. Raises InputError with every line that cannot be read; what stood there is not repeated."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    values: dict[str, str] = {}
    problems: list[Problem] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
        elif entry := _ENTRY.match(text, at):
            values[entry["key"]] = _value(entry)
            at = entry.end()
        else:
            problems.append(Problem(f"{file}:{text.count(chr(10), 0, at) + 1}", _REMEDY))
            end = text.find("\n", at)
            at = len(text) if end < 0 else end + 1
    if problems:
        raise InputError(problems)
    return values


def _value(entry: re.Match[str]) -> str:
    if (single := entry["single"]) is not None:
        return single
    if (double := entry["double"]) is not None:
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), double, flags=re.DOTALL)
    return (entry["bare"] or "").strip()


_REMEDY = "is not KEY=VALUE. Begin with a name, put quotes around a value that holds # or quotes, and close them."
