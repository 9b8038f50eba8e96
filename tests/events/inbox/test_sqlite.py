"""Test what is specific to SQLite: the file."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from threading import Thread

import pytest
from tests.events.inbox.conftest import make_event

from zoom_component.events.inbox.protocols import EventQuery, Subscription
from zoom_component.events.inbox.sqlite import SqliteInbox


def test_only_the_owner_can_read_the_file_and_it_persists(tmp_path: Path) -> None:
    path = tmp_path / "new" / "inbox.db"
    first = SqliteInbox(path)
    first.add_events([make_event(1)])
    first.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second = SqliteInbox(path)
    assert second.find_events(EventQuery())[0].event == make_event(1)
    second.close()


def test_a_long_read_delays_no_write(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    with inbox._connections.read() as looking:
        rows = looking.execute("with recursive n(i) as (select 1 union all select i + 1 from n) select i from n")
        assert next(rows) == (1,)  # and so on, for ever
        giving = Thread(target=inbox.add_events, args=([make_event(1)],), daemon=True)
        giving.start()
        giving.join(5)
        assert not giving.is_alive()
        rows.close()
    assert inbox.find_events(EventQuery())[0].event == make_event(1)
    inbox.close()


def test_a_large_inbox_is_pruned_in_batches(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(number, received=number) for number in range(5_000)])
    inbox.acknowledge(inbox.claim_jobs(["all"], 5_000, 30, now=1e4), now=1e4)
    assert inbox.prune_events(before=4_500) == 4_500
    assert (inbox.count(0).events, dict(inbox.count(0).jobs)) == (500, {"done": 500})
    assert inbox.prune_events(before=4_500) == 0
    inbox.close()


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("create table theirs (a)")
    other.close()
    with pytest.raises(OSError, match="the database of another program"):
        SqliteInbox(path)


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("text " * 400)
    with pytest.raises(OSError, match="is not an inbox: file is not a database"):
        SqliteInbox(path)


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    inbox = SqliteInbox(path)
    inbox.close()
    with sqlite3.connect(path) as file:
        file.execute("pragma user_version = 99")
    file.close()
    with pytest.raises(OSError, match="version 99 of the tables; expected 1"):
        SqliteInbox(path)


def test_an_unwritable_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file is not a folder"):
        SqliteInbox(tmp_path / "file" / "inbox.db")
