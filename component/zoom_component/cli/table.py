"""Tables as text: columns as wide as they need to be, the last one wrapped to what is left. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["format_table", "measure_columns", "wrap_text"]

_GAP = 2
_NARROW = 24


def measure_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide every column but the last has to be."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]


def format_table(
    rows: Sequence[Sequence[str]], width: int, *, indent: int = 2, column_widths: Sequence[int] | None = None
) -> Iterator[str]:
    """The lines of a table whose rows have the same number of cells.

    `width` counts characters; `wide` are the columns' widths where several tables share them.
    """
    column_widths = measure_columns(rows) if column_widths is None else column_widths
    before = indent + sum(column_widths) + _GAP * len(column_widths)
    room = max(width - before, _NARROW)
    for row in rows:
        head = "".join(f"{cell:<{size + _GAP}}" for cell, size in zip(row, column_widths, strict=False))
        for at, part in enumerate(wrap_text(row[-1], room)):
            start = f"{' ' * indent}{head}" if at == 0 else " " * before
            yield f"{start}{part}".rstrip()


def wrap_text(text: str, width: int) -> list[str]:
    """The text in lines of `width` characters at most; a longer word stays whole."""
    lines, current = list[str](), ""
    for word in text.split():
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*lines, current]
