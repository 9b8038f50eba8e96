"""Test how a `.env` file is parsed."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoom_component.client.connections.env_file import parse_env_file
from zoom_component.errors import InputError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1\nB = two words \n", {"A": "1", "B": "two words"}),
        ("export A=1", {"A": "1"}),
        ("# note\n\n  # note\nA=1 # note", {"A": "1"}),
        ("A=a#b", {"A": "a#b"}),
        ("A=", {"A": ""}),
        ("A= # nothing", {"A": ""}),
        ("A='it is $x \\n # so'", {"A": "it is $x \\n # so"}),
        ('A="a\\"b\\\\c\\nd\\$e" # note', {"A": 'a"b\\c\nd$e'}),
        ('A="first\nsecond"\nB=2', {"A": "first\nsecond", "B": "2"}),
        ("A=it's", {"A": "it's"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1", {"A": "1"}),
        ("A=1\nA=2", {"A": "2"}),
        ("A=$HOME `id` $(id)", {"A": "$HOME `id` $(id)"}),
        ("A==b=", {"A": "=b="}),
    ],
)
def test_lines_are_parsed(text: str, values: dict[str, str]) -> None:
    assert parse_env_file(text) == values


def test_every_invalid_line_is_reported_by_number_and_not_repeated() -> None:
    text = 'A=1\nplanted\n1B=planted\nC=\'planted\nD="x" planted\nE=#planted\n'
    with pytest.raises(InputError) as failed:
        parse_env_file(text, "my.env")
    assert [problem.input for problem in failed.value.problems] == [f"my.env:{line}" for line in (2, 3, 4, 5, 6)]
    assert "planted" not in failed.value.message


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)
texts = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]))


def quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
    return f'"{escaped}"'


@given(st.dictionaries(names, texts))
def test_a_quoted_value_comes_back_unchanged(values: dict[str, str]) -> None:
    assert parse_env_file("".join(f"export {key}={quote(value)}  # note\n" for key, value in values.items())) == values


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text(alphabet="AB=\n\"'# \\", min_size=3))
@example("A=1")
@example("A")
def test_any_text_is_either_parsed_or_refused_with_line_numbers(text: str) -> None:
    values: dict[str, str] = {}
    inputs = [".env:1"]
    try:
        values = parse_env_file(text)
    except InputError as error:
        inputs = [problem.input for problem in error.problems]
    assert inputs
    assert [name for name in inputs if not re.fullmatch(r"\.env:[1-9]\d*", name)] == []
    assert [name for name, value in values.items() if name not in text or not isinstance(value, str)] == []


def test_a_character_that_nobody_sees_in_a_name_is_shown() -> None:
    for line, character in (("\u200bZOOM_TOKEN=planted", "U+200B (ZERO WIDTH SPACE)"), ("A\u00a0=planted", "U+00A0")):
        with pytest.raises(InputError) as failed:
            parse_env_file(line)
        assert f"The name has {character}" in failed.value.message
        assert "planted" not in failed.value.message
