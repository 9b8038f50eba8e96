"""Format tables as text, with the last column wrapped to the remaining width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["format_table", "measure_columns", "wrap_text"]

_GAP = 2
_NARROW = 24


def measure_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the width of every column but the last."""
    return [max(map(len, column)) for column in zip(*map(_escape_cells, rows), strict=True)][:-1]


def format_table(
    rows: Sequence[Sequence[str]], width: int, *, indent: int = 2, column_widths: Sequence[int] | None = None
) -> Iterator[str]:
    """Yield the lines of a table whose rows have the same number of cells.

    `width` is in characters; `column_widths` are given if several tables share them.
    """
    column_widths = measure_columns(rows) if column_widths is None else column_widths
    prefix_width = indent + sum(column_widths) + _GAP * len(column_widths)
    last_width = max(width - prefix_width, _NARROW)
    for row in map(_escape_cells, rows):
        prefix = "".join(f"{cell:<{size + _GAP}}" for cell, size in zip(row, column_widths, strict=False))
        for index, line in enumerate(wrap_text(row[-1], last_width)):
            start = f"{' ' * indent}{prefix}" if index == 0 else " " * prefix_width
            yield f"{start}{line}".rstrip()


def _escape_cells(row: Sequence[str]) -> Sequence[str]:
    """Return the cells with control characters escaped, also line breaks; in the last cell these are blanks."""
    if all(map(str.isprintable, row)):
        return row
    from zoom_component.printable_text import escape_controls

    return [*map(escape_controls, row[:-1]), " ".join(row[-1].split())]


def wrap_text(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` characters; a longer word stays whole."""
    lines, current = list[str](), ""
    for word in text.split():
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*lines, current]
