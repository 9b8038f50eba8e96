"""Test text tables."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zoom_component.cli.table import format_table, wrap_text

CELL = st.text("abc xyz", max_size=30)


def test_the_last_column_wraps_under_itself() -> None:
    rows = [("key", "a few words that are too long for one line of this table"), ("longer", "short")]
    assert list(format_table(rows, 40)) == [
        "  key     a few words that are too long",
        "          for one line of this table",
        "  longer  short",
    ]


def test_no_rows_no_lines() -> None:
    assert list(format_table([], 80)) == []


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), st.integers(40, 120))
def test_no_word_is_lost_and_no_line_is_too_wide(rows: list[tuple[str, str]], width: int) -> None:
    lines = list(format_table(rows, width))
    widest = max(len(key) for key, _ in rows)
    assert all(len(line) <= max(width, 4 + widest + 30) for line in lines)
    assert sorted(" ".join(lines).split()) == sorted(" ".join(f"{key} {text}" for key, text in rows).split())


@given(st.text(max_size=80), st.integers(1, 40))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    assert " ".join(wrap_text(text, width)).split() == text.split()
