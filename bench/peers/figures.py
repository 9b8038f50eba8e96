"""Compute what the rounds of a comparison amount to: ratios to a base, their median and their spread."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")


class Measurement(NamedTuple):
    """Hold what one contender needed in one round: CPU and wall seconds, and the peak memory in bytes."""

    cpu: float
    wall: float
    memory: float = 0.0

    def divide(self, parts: float) -> Measurement:
        """Return the cost of one of several equal parts; the memory stays."""
        return Measurement(self.cpu / parts, self.wall / parts, self.memory)


class Figure(NamedTuple):
    """Hold the median of some rounds, with the smallest and the largest value."""

    median: float
    low: float
    high: float

    def scale(self, factor: float) -> Figure:
        """Return the figure in another unit."""
        return Figure(self.median * factor, self.low * factor, self.high * factor)


Rounds = Mapping[str, Sequence[Measurement]]


def summarize(values: Sequence[float]) -> Figure:
    """Return the median and the spread. Raise ValueError when there are no values."""
    if not values:
        raise ValueError("expected at least one round, got none")
    return Figure(statistics.median(values), min(values), max(values))


def order_round(contenders: Sequence[Item], number: int) -> list[Item]:
    """Return the contenders in the order of a round: every other round goes backward."""
    return list(contenders) if number % 2 == 0 else list(reversed(contenders))


def add_measurements(parts: Sequence[Measurement]) -> Measurement:
    """Return the cost of all parts together; the memory is the largest of them."""
    return Measurement(
        sum(part.cpu for part in parts), sum(part.wall for part in parts), max(part.memory for part in parts)
    )


def compare(rounds: Rounds, name: str, base: str, quantity: str) -> Figure:
    """Return the ratio of a contender to the base, computed in each round before the median is taken.

    `quantity` is a field of Measurement.
    """
    pairs = zip(rounds[name], rounds[base], strict=True)
    return summarize([getattr(ours, quantity) / getattr(bare, quantity) for ours, bare in pairs])


def compare_rates(rounds: Rounds, name: str, base: str, quantity: str) -> Figure:
    """Return the ratio of rates: how much a contender gets done with what the base needs."""
    return compare(rounds, base, name, quantity)


def find_percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values, from 0 to 1, does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
