"""The proof of bench/killed.py in small: a receiver and workers that die lose nothing, and repeat nothing settled."""

from __future__ import annotations

from bench.killed import run_kill_test


def test_nothing_is_lost_and_nothing_doubled_on_a_server(empty_database: str) -> None:
    report = run_kill_test(empty_database, events=100, workers=2, pause=0.6)
    assert report.holds, report
    assert report.answered == report.dispatched == 100
    assert report.kills["worker"] > 0
