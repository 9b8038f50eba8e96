"""The day's counts: one for every instance and process of this machine, and nobody's name in it."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zoom_component.client.transport.daily_quota import DailyQuota
from zoom_component.client.transport.steps import Count
from zoom_component.errors import QuotaSpent

LATE = datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC).timestamp()
STEP = Count("registrations", 3, "5\0someone@example.com")


def ledger(folder: Path, account: str = "one", at: float = LATE) -> DailyQuota:
    return DailyQuota(folder, account, lambda: at)


def spend(folder: Path, times: int, account: str = "one", step: Count = STEP) -> int:
    """How many of so many uses are allowed."""
    allowed = 0
    for _ in range(times):
        try:
            ledger(folder, account).count(step)
            allowed += 1
        except QuotaSpent:
            pass
    return allowed


def test_the_next_use_is_refused_with_the_time_it_resets(tmp_path: Path) -> None:
    assert spend(tmp_path, 3) == 3
    with pytest.raises(QuotaSpent, match="3 of 3 calls of today") as caught:
        ledger(tmp_path).count(STEP)
    assert caught.value.retry_at == "2026-02-01T00:00:00Z"
    assert "nothing was sent" in caught.value.message
    assert "someone@example.com" not in caught.value.message


def test_midnight_in_utc_begins_anew_and_forgets(tmp_path: Path) -> None:
    assert spend(tmp_path, 5) == 3
    ledger(tmp_path, at=LATE + 1).count(STEP)
    with closing(sqlite3.connect(tmp_path / "counts.db")) as store:
        assert store.execute("select day, used from counts").fetchall() == [("2026-02-01", 1)]


def test_accounts_names_and_subjects_count_apart(tmp_path: Path) -> None:
    assert spend(tmp_path, 4) == 3
    assert spend(tmp_path, 4, account="two") == 3
    assert spend(tmp_path, 4, step=Count("registrations", 3, "6\0someone@example.com")) == 3
    assert spend(tmp_path, 4, step=Count("other", 3, STEP.subject)) == 3


def test_subjects_and_accounts_are_kept_as_digests_alone(tmp_path: Path) -> None:
    spend(tmp_path, 1, account="https://api.zoom.test account-name")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"example.com" not in kept
    assert b"account-name" not in kept
    assert b"registrations" in kept


def test_threads_share_one_count(tmp_path: Path) -> None:
    allowed: list[int] = []
    threads = [
        threading.Thread(target=lambda: allowed.append(spend(tmp_path, 5, step=Count("n", 10, "x")))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 10


def test_processes_share_one_count(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        allowed = pool.starmap(spend, [(tmp_path, 4, "one", Count("n", 5, "x"))] * 2)
    assert sum(allowed) == 5


def test_a_folder_that_cannot_be_written_stops_no_call(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert spend(tmp_path / "file", 5) == 5
    (tmp_path / "counts.db").write_bytes(b"no database at all, but some text that is long enough" * 40)
    assert spend(tmp_path, 5) == 5
