"""Test the daily counts, which every process of a machine shares and which hold no names."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zoom_component.client.transport.daily_quota import DailyQuota
from zoom_component.client.transport.exchange import Count
from zoom_component.errors import QuotaSpent

LATE = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC).timestamp()
STEP = Count("registrations", 3, "5\0someone@example.com")


def open_quota(folder: Path, account: str = "one", at: float = LATE) -> DailyQuota:
    return DailyQuota(folder, account, lambda: at)


def count_allowed(folder: Path, times: int, account: str = "one", step: Count = STEP) -> int:
    """Return how many of `times` uses are allowed."""
    allowed = 0
    for _ in range(times):
        try:
            open_quota(folder, account).count(step)
            allowed += 1
        except QuotaSpent:
            pass
    return allowed


def test_the_next_use_is_refused_with_the_time_of_the_reset(tmp_path: Path) -> None:
    assert count_allowed(tmp_path, 3) == 3
    with pytest.raises(QuotaSpent, match="made 3 calls for the same registrations today") as caught:
        open_quota(tmp_path).count(STEP)
    assert caught.value.retry_at == "2026-02-01T00:00:00Z"
    assert "nothing was sent" in caught.value.message
    assert "someone@example.com" not in caught.value.message


def test_a_new_day_in_utc_resets_the_counts(tmp_path: Path) -> None:
    assert count_allowed(tmp_path, 5) == 3
    open_quota(tmp_path, at=LATE + 1).count(STEP)
    with closing(sqlite3.connect(tmp_path / "counts.db")) as database:
        assert database.execute("select day, used from counts").fetchall() == [("2026-02-01", 1)]


def test_accounts_names_and_subjects_are_counted_separately(tmp_path: Path) -> None:
    assert count_allowed(tmp_path, 4) == 3
    assert count_allowed(tmp_path, 4, account="two") == 3
    assert count_allowed(tmp_path, 4, step=Count("registrations", 3, "6\0someone@example.com")) == 3
    assert count_allowed(tmp_path, 4, step=Count("other", 3, STEP.subject)) == 3


def test_subjects_and_accounts_are_stored_as_digests_only(tmp_path: Path) -> None:
    count_allowed(tmp_path, 1, account="https://api.zoom.test account-name")
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"example.com" not in stored
    assert b"account-name" not in stored
    assert b"registrations" in stored


def test_threads_share_one_count(tmp_path: Path) -> None:
    allowed: list[int] = []
    threads = [
        threading.Thread(target=lambda: allowed.append(count_allowed(tmp_path, 5, step=Count("n", 10, "x"))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 10


def test_processes_share_one_count(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        allowed = pool.starmap(count_allowed, [(tmp_path, 4, "one", Count("n", 5, "x"))] * 2)
    assert sum(allowed) == 5


def test_a_folder_that_cannot_be_written_does_not_stop_a_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert count_allowed(tmp_path / "file", 5) == 5
    (tmp_path / "counts.db").write_bytes(b"no database at all, but some text that is long enough" * 40)
    assert count_allowed(tmp_path, 5) == 5
