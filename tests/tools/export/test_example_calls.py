"""Test that an example call contains the same inputs."""

from __future__ import annotations

import ast
import json
import shlex
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zoom_component.tools.export.example_calls import format_command, format_python_call

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=5,
)
INPUTS = st.dictionaries(st.from_regex(r"[a-z][A-Za-z0-9]{0,12}", fullmatch=True), VALUES, max_size=5)


def parse_options(words: list[str]) -> dict[str, Any]:
    """Return the inputs of a command line."""
    inputs: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        inputs[name.removesuffix(":")] = json.loads(value) if name.endswith(":") else value
        assert sign
    return inputs


@given(INPUTS)
def test_a_command_line_contains_the_inputs(inputs: dict[str, Any]) -> None:
    words = shlex.split(format_command("createMeeting", inputs).replace(" \\\n", " "))
    assert words[:3] == ["zoom-component", "run", "createMeeting"]
    assert words[3::2] == ["-i"] * len(inputs)
    assert parse_options(words[4::2]) == inputs


@given(INPUTS)
def test_a_line_of_python_contains_the_inputs(inputs: dict[str, Any]) -> None:
    tree = ast.parse(format_python_call("createMeeting", inputs), mode="eval").body
    assert isinstance(tree, ast.Attribute)
    assert isinstance(tree.value, ast.Call)
    assert [ast.literal_eval(argument) for argument in tree.value.args] == [
        "createMeeting",
        *([inputs] if inputs else []),
    ]


def test_values_other_than_plain_text_are_json() -> None:
    assert format_command("x", {"a": None, "b": 1, "c": "@home"}) == (
        "zoom-component run x -i a:=null -i b:=1 -i 'c:=\"@home\"'"
    )


def test_long_calls_take_a_line_for_each_input() -> None:
    inputs = {f"input{at}": "x" * 30 for at in range(4)}
    assert format_command("createMeeting", inputs).count("\n") == 4
    assert format_python_call("createMeeting", inputs).count("\n") == 8
