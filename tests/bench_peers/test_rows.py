"""Test the table of the comparison with peers, its marks and its JSON."""

from __future__ import annotations

import json

import pytest
from bench.peers.figures import Figure
from bench.peers.rows import Row, Target, build_json, format_figure, format_table

ROWS = [
    Row("calls", "httpx 500 us", Figure(0.9, 0.85, 1.234), Target(0.8, 0.55), {"zoomus": Figure(1.8, 1.7, 12.34)}),
    Row("events", "uvicorn", Figure(0.3, 0.2, 0.4), Target(0.25, higher=True), missing={"rivet": "no Node"}),
    Row("status", "-", Figure(1234.5, 1200, 1300), Target(1300), unit="ms"),
    Row("nothing", "-", None),
]


def test_the_table_has_one_line_for_each_peer_and_marks_what_is_missed() -> None:
    lines = format_table([*ROWS, ROWS[0]._replace(peers={}, missing={"a": "x", "b": "y"})]).splitlines()
    assert [line.split()[0] for line in lines] == ["job", "calls", "events", "status", "nothing", "calls", "b"]
    assert lines[0].split() == ["job", "base", "peers", "ours", "must", "aim"]
    assert "zoomus 1.80 (1.70-12.3)" in lines[1]
    assert [("!" in line) for line in lines] == [False, True, False, False, False, True, False]
    assert "rivet not measured: no Node" in lines[2]
    assert "1,234 ms (1,200 ms" not in lines[3]
    assert "1,234 ms (1,200-1,300)" in lines[3]
    assert "not measured" in lines[4]


@pytest.mark.parametrize(
    ("value", "higher", "missed"), [(0.81, False, True), (0.8, False, False), (0.79, True, True), (0.8, True, False)]
)
def test_a_target_is_missed_on_its_worse_side(value: float, higher: bool, missed: bool) -> None:
    assert Target(0.8, higher=higher).is_missed(value) is missed


def test_a_row_without_a_target_or_a_figure_misses_nothing() -> None:
    assert not Target().is_missed(1e9)
    assert not Row("job", "-", None, Target(0.1)).is_missed


def test_small_figures_keep_their_digits() -> None:
    assert format_figure(Figure(0.0221, 0.02, 0.1)) == "0.022 (0.020-0.10)"


def test_the_json_has_every_figure() -> None:
    calls, events, status, nothing = json.loads(build_json(ROWS))
    assert calls["peers"] == {"zoomus": {"median": 1.8, "low": 1.7, "high": 12.34}}
    assert (calls["missed"], calls["must"], calls["aim"], calls["unit"]) == (True, 0.8, 0.55, "ratio")
    assert (events["higher_is_better"], events["not_measured"]) == (True, {"rivet": "no Node"})
    assert (status["unit"], nothing["ours"]) == ("ms", None)
