"""Test that no text moves the cursor, starts a line or reverses the order of what is around it."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from zoom_component.printable_text import MAX_LINE_LENGTH, escape_controls, format_line

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\U000e0041"
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "\u2028\u2029\ud800"


def test_each_unsafe_character_is_an_escape() -> None:
    text = DIRECTIONS + INVISIBLE + CONTROLS
    assert escape_controls(text).isascii()
    assert escape_controls(text).isprintable()
    assert escape_controls("a\x1b[2J\u202eb\nc\td") == "a\\u001b[2J\\u202eb\\nc\\td"
    assert escape_controls("a\nb\tc\r", keep="\n\t") == "a\nb\tc\\r"


@given(st.text())
def test_what_is_left_is_visible_and_json_keeps_its_value(text: str) -> None:
    escaped = escape_controls(json.dumps(text, ensure_ascii=False))
    assert json.loads(escaped) == text
    assert not {unicodedata.category(char) for char in escaped} & {"Cc", "Zl", "Zp", "Cs"}
    assert not set(escaped) & set(DIRECTIONS)


def test_texts_of_people_stay() -> None:
    for text in ("Größe 会議 مرحبا", "👍🏽 ok", "a b", ""):
        assert escape_controls(text) == text


@given(st.text(), st.integers(10, 50))
def test_a_line_is_one_line_of_bounded_length(text: str, limit: int) -> None:
    line = format_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert format_line("x" * (MAX_LINE_LENGTH + 1)) == "x" * (MAX_LINE_LENGTH - 1) + "…"
