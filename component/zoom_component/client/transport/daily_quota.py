"""Count the calls of a day for every process of this machine, and refuse here what Zoom would refuse until tomorrow.

Zoom allows 100 creates and updates a day for one host, and 3 registrations a day for one person and meeting. A day
begins at 00:00 UTC: https://developers.zoom.us/docs/api/rate-limits/

A person has one count under every name: the user id, the e-mail address in any letter case, and `me`. Which names
belong together is learned from successful answers and stored with the counts. Names are stored as digests only.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from zoom_component.client.transport.exchange import Count
from zoom_component.client.transport.people import find_names, normalize_name
from zoom_component.errors import QuotaSpent
from zoom_component.forked_processes import database_lock
from zoom_component.messages import BoundRequest, Reply

__all__ = ["DailyQuota"]

_TABLES = (
    """create table if not exists counts (
    day text not null, account text not null, name text not null, subject text not null, used integer not null,
    primary key (day, account, name, subject)
) without rowid""",
    """create table if not exists people (
    account text not null, name text not null, user_id text not null, day text not null, primary key (account, name)
) without rowid""",
)
_ADD = """insert into counts values (?, ?, ?, ?, 1)
    on conflict do update set used = used + 1 where used < ? returning used"""
_MERGE = """insert into counts values (?, ?, ?, ?, ?)
    on conflict do update set used = used + excluded.used"""
_KNOWN_FOR = timedelta(days=30)  # after that, a name that no answer repeats is forgotten


class DailyQuota:
    """Count calls in `counts.db` of a folder. Threads and processes may share it.

    `account` separates connections; `clock` returns epoch seconds. `me` distinguishes the users of connections that
    share an account, such as fixed tokens: the word `me` means another person for each.
    """

    def __init__(self, folder: Path, account: str, clock: Callable[[], float], me: str = "") -> None:
        self._file = folder / "counts.db"
        self._account = _digest(account)
        self._clock = clock
        self._me = me
        self._learned: set[tuple[str, str]] = set()

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

    def find_new_names(self, request: BoundRequest, reply: Reply) -> list[tuple[str, str]]:
        """Return the names in an answer that this object did not store before, for `learn`. Do no I/O."""
        return [pair for pair in find_names(request, reply) if pair not in self._learned]

    def learn(self, names: Sequence[tuple[str, str]]) -> None:
        """Store that names and user ids mean the same person, and add up what was counted under each of them."""
        now = datetime.fromtimestamp(self._clock(), UTC).date()
        day, oldest = now.isoformat(), (now - _KNOWN_FOR).isoformat()
        try:
            with self._open() as database:
                database.execute("delete from people where day < ?", (oldest,))
                for name, user_id in names:
                    self._store_name(database, day, self._digest_name(name), _digest(user_id))
        except (OSError, sqlite3.Error):
            return
        self._learned.update(names)

    def _store_name(self, database: sqlite3.Connection, day: str, name: str, user_id: str) -> None:
        """Store a name. An answer can move it to another user; what was counted for the first one stays there."""
        is_new = (
            database.execute("select 1 from people where account = ? and name = ?", (self._account, name)).fetchone()
            is None
        )
        database.execute("insert or replace into people values (?, ?, ?, ?)", (self._account, name, user_id, day))
        if not is_new:
            return
        query = "select name, subject, used from counts where day = ? and account = ? and instr(subject, ?) > 0"
        for quota, subject, used in database.execute(query, (day, self._account, name)).fetchall():
            whole = ".".join(user_id if part == name else part for part in subject.split("."))
            key = (day, self._account, quota)
            database.execute(
                "delete from counts where day = ? and account = ? and name = ? and subject = ?", (*key, subject)
            )
            database.execute(_MERGE, (*key, whole, used))

    def _add(self, day: str, step: Count) -> bool:
        try:
            with self._open() as database:
                database.execute("delete from counts where day < ?", (day,))
                subject = ".".join(self._find_person(database, part) for part in step.subject.split("\0"))
                row = (day, self._account, step.name, subject, step.limit)
                return database.execute(_ADD, row).fetchone() is not None
        except (OSError, sqlite3.Error):
            return True  # a count that cannot be stored must not stop the call; Zoom counts too

    def _find_person(self, database: sqlite3.Connection, part: str) -> str:
        """Return the digest of the user id for a name of a known person, else of the part itself."""
        name = self._digest_name(normalize_name(part))
        query = "select user_id from people where account = ? and name = ?"
        row = database.execute(query, (self._account, name)).fetchone()
        return name if row is None else str(row[0])

    def _digest_name(self, name: str) -> str:
        return _digest(f"me {self._me}" if name == "me" else name)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Provide the database in one transaction, which other processes wait for."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # What is not committed is undone when the database is closed.
        with database_lock, closing(sqlite3.connect(self._file, timeout=5.0, isolation_level=None)) as database:
            for table in _TABLES:
                database.execute(table)
            database.execute("begin immediate")
            yield database
            database.execute("commit")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
