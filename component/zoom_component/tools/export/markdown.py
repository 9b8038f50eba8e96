"""Write Markdown: escaped text, inline code, tables and blocks. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "code_block",
    "escape_prose",
    "format_bullets",
    "format_filled_columns",
    "format_table",
    "inline_code",
    "json_block",
    "to_text",
]

_SPECIAL = re.compile(r"[\\`*<|\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)")
_TICKS = re.compile(r"`+")


def to_text(value: Any) -> str:
    """Return a default, an example or a choice for readers: text unchanged, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def escape_prose(text: str) -> str:
    """Return a text on one line, with every character that is special in Markdown escaped."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def inline_code(value: Any) -> str:
    """Return inline code that is safe inside a table: pipes are escaped, and the fence is longer than any backticks."""
    text = " ".join(to_text(value).split()).replace("|", "\\|")
    if not text:
        return '`""`'
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. The cells have to be Markdown."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def format_filled_columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table without the columns that are empty in every row, except the first column."""
    filled = [at for at in range(len(head)) if at == 0 or any(row[at] for row in rows)]
    return format_table([head[at] for at in filled], [[row[at] for at in filled] for row in rows])


def format_bullets(lines: Iterable[str]) -> str:
    """Return a bulleted list."""
    return "\n".join(f"- {line}" for line in lines)


def code_block(language: str, text: str) -> str:
    """Return a fenced block."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def json_block(value: Any) -> str:
    """Return a fenced block of JSON, indented by two spaces."""
    return code_block("json", json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
