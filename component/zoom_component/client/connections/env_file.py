r"""Parse a `.env` file. Pure.

A line is `KEY=VALUE`, optionally after `export`; `#` begins a comment on its own line or after a space. In single
quotes every character stands for itself; in double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$` stand for one
character. Quoted values may span lines. Nothing is expanded or executed; of two equal keys the last one counts.

docs/dependencies.md explains why python-dotenv is not used.
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
_MESSAGE = (
    "expected KEY=VALUE with a valid name. Put quotes around a value that holds # or quotes, and close the quotes."
)


def parse_env_file(text: str, name: str = ".env") -> dict[str, str]:
    """Return the values by key.

    Raise InputError with `name` and number of every invalid line, but not its text.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    values: dict[str, str] = {}
    problems: list[Problem] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
        elif entry := _ENTRY.match(text, at):
            values[entry["key"]] = _parse_value(entry)
            at = entry.end()
        else:
            end = text.find("\n", at)
            key = text[at : end if end >= 0 else None].partition("=")[0]
            problems.append(Problem(f"{name}:{text.count(chr(10), 0, at) + 1}", _MESSAGE + _describe_key(key)))
            at = len(text) if end < 0 else end + 1
    if problems:
        raise InputError(problems)
    return values


def _describe_key(key: str) -> str:
    """Return the character that nobody sees in the name of a line, as a sentence; "" if there is none."""
    from zoom_component.identity_text import describe_unreadable

    character = describe_unreadable(key.strip(" \t"))
    return f" The name has {character}." if character else ""


def _parse_value(entry: re.Match[str]) -> str:
    if (single := entry["single"]) is not None:
        return single
    if (double := entry["double"]) is not None:
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), double, flags=re.DOTALL)
    return (entry["bare"] or "").strip()
