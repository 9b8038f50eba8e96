"""Test that killed workers lose no event and repeat no acknowledged one."""

from __future__ import annotations

from pathlib import Path

from tests.events.listeners.conftest import make_event
from tests.support.worker_kills import CONCURRENCY, count_deliveries, run_with_kills

from zoom_component.events.inbox.engines import open_inbox


def test_no_event_is_lost_or_repeated_after_its_acknowledgement(tmp_path: Path) -> None:
    found = run_with_kills(tmp_path, events=500, kill_each=60, workers=2)
    assert (found.put, found.lost, found.unfinished, found.after_ack) == (500, 0, 0, 0)
    assert found.kills >= 3
    assert found.repeated <= found.kills * CONCURRENCY  # what a killed worker had in hand, at most


def test_the_summary_counts_lost_and_repeated_events(tmp_path: Path) -> None:
    inbox, log = open_inbox(tmp_path / "inbox.db"), tmp_path / "log"
    inbox.add_events([make_event(n)._replace(key=f"key-{n}") for n in range(3)])
    log.write_text("key-0\nkey-1\nkey-0\nkey-1\n")
    found = count_deliveries(inbox, log, [(12, {"key-0"})], kills=1, seconds=1)
    assert (found.lost, found.repeated, found.after_ack, found.unfinished) == (1, 2, 1, 3)
    inbox.close()
