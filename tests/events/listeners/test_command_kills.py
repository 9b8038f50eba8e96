"""Run bench/killed_commands.py briefly: no descendant of a program outlives its attempt, whoever is killed.

`ZOOM_COMPONENT_COMMAND_KILLS=60` kills workers that often.
"""

from __future__ import annotations

import os
import sys

import pytest
from bench.killed_commands import _build_report, run_kill_test

KILLS = int(os.environ.get("ZOOM_COMPONENT_COMMAND_KILLS", "1"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to another process than init")
def test_no_descendant_outlives_its_attempt() -> None:
    report = run_kill_test(events=KILLS * 4, kills=KILLS, workers=1, seed=1)
    assert report.holds, report
    assert report.kills > 0
    assert report.with_descendants > 0


@pytest.mark.parametrize(
    ("lines", "is_quiet", "survivors"),
    [
        (["start a 1", "grandchild a 1", "start a 2", "child a 2"], True, 0),
        (["start a 1", "start a 2", "grandchild a 1", "grandchild a 1"], True, 1),
        (["start a 1", "start b 1", "grandchild a 1"], False, 1),
    ],
)
def test_a_descendant_that_lives_on_would_be_noticed(lines: list[str], is_quiet: bool, survivors: int) -> None:
    assert _build_report(lines, 2, 0, 1, is_quiet, 1.0).survivors == survivors
