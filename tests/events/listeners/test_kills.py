"""Test that killed workers lose no event and repeat no acknowledged one."""

from __future__ import annotations

from pathlib import Path

from tests.events.listeners.conftest import make_event
from tests.support.worker_kills import CONCURRENCY, count_deliveries, run_with_kills

from zoom_component.events.inbox.engines import open_inbox


def test_no_event_is_lost_or_repeated_after_its_acknowledgement(tmp_path: Path) -> None:
    counts = run_with_kills(tmp_path, events=500, kill_each=60, workers=2)
    assert (counts.put, counts.lost, counts.unfinished, counts.after_ack) == (500, 0, 0, 0)
    assert counts.kills >= 3
    assert counts.repeated <= counts.kills * CONCURRENCY  # what a killed worker had in hand, at most


def test_the_summary_counts_lost_and_repeated_events(tmp_path: Path) -> None:
    inbox, log = open_inbox(tmp_path / "inbox.db"), tmp_path / "log"
    inbox.add_events([make_event(n)._replace(key=f"key-{n}") for n in range(3)])
    log.write_text("key-0\nkey-1\nkey-0\nkey-1\n")
    counts = count_deliveries(inbox, log, [(12, {"key-0"})], kills=1, seconds=1)
    assert (counts.lost, counts.repeated, counts.after_ack, counts.unfinished) == (1, 2, 1, 3)
    inbox.close()
