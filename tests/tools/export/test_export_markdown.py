"""Test that text is shown unchanged, whatever characters it has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.tools.export.pages import parse_blocks, parse_tables, render_cell

from zoom_component.tools.export.markdown import (
    code_block,
    escape_prose,
    format_filled_columns,
    format_table,
    inline_code,
    json_block,
)

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1)


def test_special_characters_are_escaped() -> None:
    assert escape_prose("a | b *c* [d](e) <f> _g_ snake_case `h` &amp; R&D") == (
        r"a \| b \*c\* \[d\](e) \<f> \_g\_ snake_case \`h\` \&amp; R&D"
    )


def test_prose_is_one_line() -> None:
    assert escape_prose("one\n  two\t three") == "one two three"


def test_code_shows_json_and_text() -> None:
    assert [inline_code(value) for value in ("false", False, 0, "", [1])] == [
        "`false`",
        "`false`",
        "`0`",
        '`""`',
        "`[1]`",
    ]
    assert inline_code("a`b") == "``a`b``"
    assert inline_code("`a") == "`` `a ``"


@given(PLAIN)
def test_a_cell_shows_its_text(text: str) -> None:
    text_table = format_table(["Prose", "Code"], [[escape_prose(text), inline_code(text)]])
    ((row,),) = parse_tables(text_table + "\n")
    assert render_cell(row["Prose"]).split() == text.split()


def test_a_pipe_in_code_does_not_end_the_cell() -> None:
    ((row,),) = parse_tables(format_table(["Code"], [[inline_code("a|b")]]) + "\n")
    assert render_cell(row["Code"]) == "a|b"


def test_empty_columns_are_left_out_except_the_first() -> None:
    assert (
        format_filled_columns(["Input", "Default", "Notes"], [["", "", "x"], ["", "", ""]]).splitlines()[0]
        == "| Input | Notes |"
    )


def test_a_block_has_a_longer_fence_than_its_content() -> None:
    inner = code_block("sh", "ls")
    (outer,) = parse_blocks(code_block("md", inner) + "\n")
    assert outer.text == inner + "\n"
    assert json_block({"ü": 1}) == '```json\n{\n  "ü": 1\n}\n```'
