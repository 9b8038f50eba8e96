"""Define the rows of the table, the targets of each, and how they are printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from bench.peers.figures import Figure


class Target(NamedTuple):
    """Hold what a row must reach and what it aims at; `higher` says which direction is better."""

    must: float | None = None
    aim: float | None = None
    higher: bool = False

    def is_missed(self, value: float) -> bool:
        """Return whether a value misses what it must reach."""
        if self.must is None:
            return False
        return value < self.must if self.higher else value > self.must


NO_TARGET = Target()


class Row(NamedTuple):
    """Hold one row: the cost of the base, and the figures of the peers and of the project.

    Figures without a unit are ratios to the base. `missing` has the reasons of peers that were not measured.
    """

    job: str
    base: str
    ours: Figure | None
    target: Target = NO_TARGET
    peers: Mapping[str, Figure] = {}
    unit: str = ""
    missing: Mapping[str, str] = {}

    @property
    def is_missed(self) -> bool:
        """Return whether the project misses the target of the row."""
        return self.ours is not None and self.target.is_missed(self.ours.median)


def format_number(value: float) -> str:
    """Return a number with about three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def format_figure(figure: Figure | None, unit: str = "") -> str:
    """Return the median with its spread, such as `0.97 (0.95-0.99)`."""
    if figure is None:
        return "not measured"
    suffix = f" {unit}" if unit else ""
    return f"{format_number(figure.median)}{suffix} ({format_number(figure.low)}-{format_number(figure.high)})"


def format_table(rows: Sequence[Row]) -> str:
    """Return the table as text for a terminal, one peer a line; a missed must has an exclamation mark."""
    blocks = [[["job"], ["base"], ["peers"], ["ours"], ["must"], ["aim"]]]
    for row in rows:
        ours = format_figure(row.ours, row.unit) + (" !" if row.is_missed else "")
        targets = [_format_target(value, row.unit) for value in (row.target.must, row.target.aim)]
        blocks.append([[row.job], [row.base], _list_peers(row), [ours], [targets[0]], [targets[1]]])
    widths = [max(len(line) for block in blocks for line in block[column]) for column in range(6)]
    lines: list[str] = []
    for block in blocks:
        for cells in zip_longest(*block, fillvalue=""):
            lines.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    return "\n".join(lines)


def build_json(rows: Sequence[Row]) -> str:
    """Return the rows as JSON, one object each."""
    return json.dumps([_build_object(row) for row in rows], indent=2)


def _format_target(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:g} {unit}".strip()


def _list_peers(row: Row) -> list[str]:
    texts = [f"{name} {format_figure(figure, row.unit)}" for name, figure in row.peers.items()]
    texts += [f"{name} not measured: {reason}" for name, reason in row.missing.items()]
    return texts or ["-"]


def _build_object(row: Row) -> dict[str, Any]:
    return {
        "job": row.job,
        "base": row.base,
        "unit": row.unit or "ratio",
        "ours": row.ours and row.ours._asdict(),
        "must": row.target.must,
        "aim": row.target.aim,
        "higher_is_better": row.target.higher,
        "missed": row.is_missed,
        "peers": {name: figure._asdict() for name, figure in row.peers.items()},
        "not_measured": dict(row.missing),
    }
