"""Test which regular expressions a spec file may hold: those that no text makes slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.specs import compile_files

from zoom_component.spec.pattern_check import find_pattern_risk


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]+", "[A-Z]{2}", "[a-z]+(,[a-z]+)*", r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", r"\d{3,5}\d", "a?b?c?", "(ab|cd)+x",
        "[0-9]{4}-[0-9]{2}", "sha256:[0-9a-f]{64}", "", "x{1,500}", "[a-z]{1,64}@[a-z]{1,64}", r"(.)\1{7}|01234567",
        r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(/.*)?", "^[A-Za-z0-9@_*-]*$", "(|a|b)c+", r"\w+!\d?", "([^b]|b)*",
    ],
)  # fmt: skip
def test_a_pattern_that_the_next_character_decides_is_accepted(pattern: str) -> None:
    assert find_pattern_risk(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+", "(a*)*", "(a|aa)+", "(a|a?)+", "(.*a){20}", r"(\w+\s?)+$", "([a-zA-Z]+)*",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(x+x+)+y", ".*.*.*x", r"\s*\s*x", "(a?){30}a{30}", "a?" * 30 + "a" * 30, r"^(\d+|\d+\.\d+)*$", "(a*b*)*",
        "(?:a{1,1000}){1,1000}", "(a{0,50}){0,50}", "(|a|b?)*", r"([\w-]+\.)*[\w-]+@", r"(.|\n)*[^x]*y", "(a|[^b])*",
        "[^a]*[^b]*c", r"\d*\w*!", "((a?){9}){9}", "(a|b|ab)*c", "([^\\W]|a)*!",
    ],
)  # fmt: skip
def test_a_pattern_with_two_ways_to_continue_is_refused(pattern: str) -> None:
    re.compile(pattern)
    assert "expected a pattern that is matched in a time that grows with the text" in find_pattern_risk(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a+)a", "lookarounds"), ("(?<!a)b", "lookarounds"), ("(?>a+)b", "atomic"), ("a++b", "atomic"),
        (r"(a+)\1", r"a reference such as \1"), ("(?i)a*b", "flags such as (?i)"), ("((?i:a))*b", "flags such as"),
        ("a" * 1001, "at most 1,000 characters, got 1,001"),
        ("(" * 200 + "a+" + ")+" * 200, "at most 50 groups, got 200"),
        ("(ab){60}" * 10 + "c*", "too long once its counted repetitions are written out"),
    ],
)  # fmt: skip
def test_what_makes_matching_hard_to_bound_is_refused(pattern: str, reason: str) -> None:
    assert reason in find_pattern_risk(pattern)


def test_a_pattern_that_is_searched_for_begins_at_the_beginning_or_is_short() -> None:
    assert find_pattern_risk("[0-9]+x") == ""
    assert "begin it with ^" in find_pattern_risk("[0-9]+x", is_search=True)
    assert find_pattern_risk("^[0-9]+x", is_search=True) == ""
    assert find_pattern_risk("(^a+|^b+)x", is_search=True) == ""
    assert find_pattern_risk(r"https?://|www\.", is_search=True) == ""


_PIECES = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", r"\w", ".", "c"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2,4}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@given(_PIECES, st.sampled_from(["a", "b", "ab", "aab", "c"]))
def test_no_accepted_pattern_hangs(pattern: str, unit: str) -> None:
    """An accepted pattern that were exponential would not end at this length; the time limit of the test is a guard."""
    if not find_pattern_risk(pattern):
        re.compile(pattern).fullmatch(unit * 2000 + "!")


def test_a_slow_pattern_is_a_diagnostic_at_its_place() -> None:
    text = (
        "key: k\nlabel: K\ndescription: Does it\neffect: read\nrequest: {method: GET, path: /things}\n"
        'inputs:\n  code: {label: Code, pattern: "(a+)+", target: none}\n'
    )
    (problem,) = compile_files({"actions/things/k.yaml": text}).diagnostics
    assert (problem.line, problem.column) == (7, 32)
    assert "can continue it in two ways" in problem.message
