"""Run bench/killed_batches.py briefly: a batch that is killed and run again makes no call twice.

`ZOOM_COMPONENT_BATCHES=20` runs that many batches of 200 calls.
"""

from __future__ import annotations

import os

from bench.killed_batches import BatchReport, run_batches

BATCHES = int(os.environ.get("ZOOM_COMPONENT_BATCHES", "0"))


def test_a_killed_batch_does_nothing_twice() -> None:
    report = run_batches(BATCHES or 1, 200 if BATCHES else 8, [4, 1], seed=2)
    assert report.holds, report
    assert report.kills > 0


def test_a_repeated_call_and_a_wrong_answer_would_be_noticed() -> None:
    holding = BatchReport(calls=3, done=2, unknown=1)
    assert holding.holds
    assert not holding._replace(repeated=1).holds
    assert not holding._replace(wrong=1).holds
    assert not holding._replace(done=1).holds
