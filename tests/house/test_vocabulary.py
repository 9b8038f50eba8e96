"""Check the language rules of CONTRIBUTING.md: orders as docstrings, verbs as functions, one word for one thing."""

from __future__ import annotations

import re

from tests.house import vocabulary


def test_docstrings_are_orders() -> None:
    docstrings = vocabulary.measure_docstrings("component", "tests")
    assert docstrings.total > 1000
    assert docstrings.share >= 0.9, "\n".join(map(str, docstrings.others))


def test_functions_are_not_named_by_participles() -> None:
    total, found = vocabulary.find_participles("component")
    assert total > 1000
    assert len(found) < total / 100, "\n".join(map(str, found))


def test_a_public_class_name_is_defined_once() -> None:
    assert vocabulary.find_repeated_classes("component") == {}


def test_no_word_has_a_better_one() -> None:
    found = vocabulary.find_words()
    assert found == [], "\n".join(map(str, found))


def test_every_allowed_word_has_a_reason() -> None:
    for row in vocabulary.RULES["allowed"]:
        assert row["reason"].endswith(".")
        assert re.compile(row["match"])


def test_the_measures_can_fail() -> None:
    texts = iter([(1, "It is told by the keeper.")])
    places = list(vocabulary._find_in(texts, "text", vocabulary.ROOT / "README.md"))
    assert [place.text.split("'")[1] for place in places] == ["told", "keeper"]
