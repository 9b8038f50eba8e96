"""Test the arithmetic of the comparison with peers: ratios by round, medians, spreads and orders."""

from __future__ import annotations

import pytest
from bench.peers.figures import (
    Figure,
    Measurement,
    add_measurements,
    compare,
    compare_rates,
    find_percentile,
    order_round,
    summarize,
)


def test_a_ratio_is_computed_in_each_round_before_the_median_is_taken() -> None:
    ours = [Measurement(cpu, wall, 50) for cpu, wall in ((2.0, 9.0), (8.0, 9.0), (3.0, 9.0))]
    base = [Measurement(cpu, wall, 100) for cpu, wall in ((1.0, 3.0), (2.0, 9.0), (2.0, 4.5))]
    rounds = {"ours": ours, "base": base}
    assert compare(rounds, "ours", "base", "cpu") == Figure(2.0, 1.5, 4.0)
    assert compare(rounds, "ours", "base", "memory") == Figure(0.5, 0.5, 0.5)
    assert compare_rates(rounds, "ours", "base", "wall") == Figure(0.5, 1 / 3, 1.0)


def test_rounds_of_different_number_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        compare({"ours": [Measurement(1, 1)], "base": []}, "ours", "base", "cpu")


def test_no_rounds_have_no_median() -> None:
    with pytest.raises(ValueError, match="expected at least one round"):
        summarize([])


def test_every_other_round_goes_backward() -> None:
    assert [order_round("abc", number) for number in range(3)] == [["a", "b", "c"], ["c", "b", "a"], ["a", "b", "c"]]


def test_slices_are_added_and_the_memory_is_the_largest() -> None:
    total = add_measurements([Measurement(1, 2, 30), Measurement(3, 4, 20)])
    assert total == Measurement(4, 6, 30)
    assert total.divide(2) == Measurement(2, 3, 30)


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 51), (0.99, 100), (1, 100)])
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    assert find_percentile(list(range(100, 0, -1)), share) == value
