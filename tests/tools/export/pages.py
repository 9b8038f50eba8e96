"""Parse Markdown: the tables and blocks of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CELLS = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"(`+) ?(.+?) ?\1(?!`)")
_FENCE = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Hold a fenced block: its language, the words after it (`file=x` as a mapping), and its text."""

    language: str
    words: Mapping[str, str]
    text: str


def parse_blocks(page: str) -> Iterator[Block]:
    """Yield every fenced block of a page, in order."""
    for match in _FENCE.finditer(page):
        language, *words = match[2].split()
        yield Block(language, dict(word.split("=", 1) for word in words), match[3])


def find_section(page: str, heading: str) -> str:
    """Return the text below a heading, up to the next heading of its level or above."""
    level = heading.split(" ")[0]
    body = page.partition(f"\n{heading}\n")[2]
    assert body, f"no heading {heading!r}"
    return re.split(rf"^#{{1,{len(level)}}} ", body, maxsplit=1, flags=re.MULTILINE)[0]


def parse_tables(page: str) -> Iterator[list[dict[str, str]]]:
    """Yield every table of a page as rows by column, with cells as Markdown."""
    for match in re.finditer(r"(?:^\|.*\|\n)+", page, re.MULTILINE):
        head, _, *rows = [_split_cells(line) for line in match.group().splitlines()]
        yield [dict(zip(head, row, strict=True)) for row in rows]


def render_cell(cell: str) -> str:
    """Return a cell as a reader sees it: code and bold without their markers, breaks as spaces."""
    text = re.sub(r"(?<!\\)<br>|(?<!\\)\*\*(?!\\)", lambda sign: " " if sign[0] == "<br>" else "", cell)
    parts, at = [], 0
    for match in _CODE.finditer(text):
        if match.start() and text[match.start() - 1] == "\\":
            continue
        parts += [_unescape(text[at : match.start()]), match[2].replace("\\|", "|")]
        at = match.end()
    return "".join([*parts, _unescape(text[at:])])


def _unescape(text: str) -> str:
    return re.sub(r"\\([^\w\s])|\\(_)", lambda match: match[1] or match[2], text)


def _split_cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line)[1:-1]]
