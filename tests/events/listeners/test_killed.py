"""Run bench/killed.py briefly: killed receivers and workers lose no event and repeat no acknowledged one."""

from __future__ import annotations

from bench.killed import run_kill_test


def test_no_event_is_lost_or_duplicated_on_a_server(empty_database: str) -> None:
    report = run_kill_test(empty_database, events=100, workers=2, pause=0.6)
    assert report.holds, report
    assert report.answered == report.dispatched == 100
    assert report.kills["worker"] > 0
