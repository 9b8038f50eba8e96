"""Tables as text: columns as wide as they need to be, the last one wrapped to what is left. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["table", "widths", "wrapped"]

_GAP = 2
_NARROW = 24


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide every column but the last has to be."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]


def table(
    rows: Sequence[Sequence[str]], width: int, *, indent: int = 2, wide: Sequence[int] | None = None
) -> Iterator[str]:
    """The lines of a table whose rows have the same number of cells.

    `width` counts characters; `wide` are the columns' widths where several tables share them.
    """
    wide = widths(rows) if wide is None else wide
    before = indent + sum(wide) + _GAP * len(wide)
    room = max(width - before, _NARROW)
    for row in rows:
        head = "".join(f"{cell:<{size + _GAP}}" for cell, size in zip(row, wide, strict=False))
        for at, part in enumerate(wrapped(row[-1], room)):
            start = f"{' ' * indent}{head}" if at == 0 else " " * before
            yield f"{start}{part}".rstrip()


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of `width` characters at most; a longer word stays whole."""
    lines, current = list[str](), ""
    for word in text.split():
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*lines, current]
