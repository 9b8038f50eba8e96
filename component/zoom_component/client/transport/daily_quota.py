"""Count the calls of a day for every process of this machine, and refuse here what Zoom would refuse until tomorrow.

Zoom allows 100 creates and updates a day for one host, and 3 registrations a day for one person and meeting. A day
begins at 00:00 UTC: https://developers.zoom.us/docs/api/rate-limits/
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from zoom_component.client.transport.exchange import Count
from zoom_component.errors import QuotaSpent

__all__ = ["DailyQuota"]

_TABLE = """create table if not exists counts (
    day text not null, account text not null, name text not null, subject text not null, used integer not null,
    primary key (day, account, name, subject)
) without rowid"""
_ADD = """insert into counts values (?, ?, ?, ?, 1)
    on conflict do update set used = used + 1 where used < ? returning used"""


class DailyQuota:
    """Count calls in `counts.db` of a folder.

    `account` separates connections; subjects are stored as digests only; `clock` returns epoch seconds.
    """

    def __init__(self, folder: Path, account: str, clock: Callable[[], float]) -> None:
        self._file = folder / "counts.db"
        self._account = _digest(account)
        self._clock = clock

    def count(self, step: Count) -> None:
        """Count one use. Raises QuotaSpent, with the time of the reset, if the quota of the day is used up."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        if not self._add(now.date().isoformat(), step):
            reset = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
            at = f"{reset.replace(tzinfo=None).isoformat()}Z"
            raise QuotaSpent(
                f"this machine made {step.limit} calls for the same {step.name} today, which is Zoom's daily limit; "
                f"nothing was sent. Try again at {at}",
                retry_at=at,
            )

    def _add(self, day: str, step: Count) -> bool:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(sqlite3.connect(self._file, timeout=5.0, isolation_level=None)) as database:
                database.execute(_TABLE)
                database.execute("delete from counts where day < ?", (day,))
                row = (day, self._account, step.name, _digest(step.subject), step.limit)
                return database.execute(_ADD, row).fetchone() is not None
        except (OSError, sqlite3.Error):
            return True  # a count that cannot be stored must not stop the call; Zoom counts too


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
