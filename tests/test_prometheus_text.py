"""Test that no name and no label can start another line of the metrics."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.prometheus_text import format_sample

_SAMPLE = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_:][a-zA-Z0-9_:]*="(?:[^"\\\n]|\\[\\"n])*"\})? \S+')


@given(st.text(), st.text(), st.floats() | st.integers(-10, 10**12))
def test_a_sample_is_one_line_whatever_is_in_it(name: str, label: str, value: float) -> None:
    line = format_sample(name, value, {name: label})
    assert _SAMPLE.fullmatch(line)
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("label", "escaped"),
    [
        ('a"} 1\nforged 2', r"a\"} 1\nforged 2"),
        ("a\\", r"a\\"),
        ("a\x1b[31m", "a\ufffd[31m"),
        ("é", "é"),
        ("x" * 300, "x" * 200),
    ],
)
def test_labels_are_escaped(label: str, escaped: str) -> None:
    assert format_sample("calls", 1, {"action": label}) == f'calls{{action="{escaped}"}} 1'


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (1.0, "1"), (0.25, "0.25"), (1773140400.0, "1773140400"), (float("inf"), "+Inf"), (float("nan"), "NaN"),
     (float("-inf"), "-Inf"), (1 / 3, "0.333333")],
)  # fmt: skip
def test_values_keep_their_digits(value: float, text: str) -> None:
    assert format_sample("zoom_x", value) == f"zoom_x {text}"
