"""Test that an inbox that cannot be used is named as what it is, with what to do next."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.events.inbox.conftest import make_event

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.failures import InboxFailure
from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.protocols import EventQuery, Subscription
from zoom_component.events.inbox.sqlite import SqliteInbox


def _make_inbox(path: Path) -> None:
    inbox = SqliteInbox(path)
    inbox.add_events([make_event(number) for number in range(200)])
    inbox.close()


def _write_garbage(path: Path) -> None:
    path.write_bytes(b"no database at all " * 100)


def _write_foreign(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("create table theirs (a)")
    file.close()


def _write_newer(path: Path) -> None:
    _make_inbox(path)
    with sqlite3.connect(path) as file:
        file.execute("pragma user_version = 7")
    file.close()


def _truncate(path: Path) -> None:
    _make_inbox(path)
    os.truncate(path, 9000)


def _overwrite_pages(path: Path) -> None:
    _make_inbox(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


def _overwrite_header(path: Path) -> None:
    _make_inbox(path)
    with path.open("r+b") as file:
        file.write(bytes(100))


def _make_folder(path: Path) -> None:
    path.mkdir()


def _put_a_file_in_place_of_the_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("")


@pytest.mark.parametrize(
    ("prepare", "reason", "words"),
    [
        (_write_garbage, "foreign", "is not an inbox"),
        (_write_foreign, "foreign", "the database of another program"),
        (_write_newer, "version", "has version 7 of the tables; expected 1"),
        (_truncate, "damaged", "restore a backup"),
        (_overwrite_pages, "damaged", "restore a backup"),
        (_overwrite_header, "foreign", "if this one was an inbox, it is damaged"),
        (_make_folder, "folder", "is a folder, not a file"),
        (_put_a_file_in_place_of_the_folder, "forbidden", "is not a folder"),
    ],
)
def test_a_file_that_is_no_use_is_named(
    tmp_path: Path, prepare: Callable[[Path], None], reason: str, words: str
) -> None:
    path = tmp_path / "folder" / "inbox.db"
    path.parent.mkdir()
    prepare(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(InboxFailure, match=words) as caught:
        open_inbox(path)
    assert (caught.value.reason, caught.value.is_temporary) == (reason, False)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_damage_that_a_query_meets_is_named(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    _make_inbox(path)
    inbox = SqliteInbox(path)
    with path.open("r+b") as file:
        file.seek(12 * 4096)
        file.write(b"\xff" * 20 * 4096)
    with pytest.raises(InboxFailure, match=r"is damaged: .*malformed") as caught:
        inbox.find_events(EventQuery(limit=1000))
    assert caught.value.reason == "damaged"
    inbox.close()


def test_a_full_disk_is_named_and_ends_when_there_is_room(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    pages = inbox._connections.get_writer().execute("pragma page_count").fetchone()[0]
    inbox._connections.get_writer().execute(f"pragma max_page_count = {pages + 2}")
    large = make_event(1)._replace(body=b"x" * 50_000)
    for _ in range(2):
        with pytest.raises(InboxFailure, match=r"the disk is full.*; free space") as caught:
            inbox.add_events([large])
        assert (caught.value.reason, caught.value.is_temporary) == ("full", True)
        with pytest.raises(InboxFailure, match="the disk is full"):
            inbox.probe_storage(50_000)
    inbox._connections.get_writer().execute("pragma max_page_count = 1000000")
    inbox.probe_storage(50_000)
    assert inbox.add_events([large]) == [True]
    inbox.close()


def test_a_lock_of_another_process_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_component.events.inbox.sqlite_file._OPEN_TIMEOUT", 0.0)
    monkeypatch.setattr("zoom_component.events.inbox.sqlite_file._BUSY_TIMEOUT", 0.0)
    monkeypatch.setattr("zoom_component.events.inbox.sqlite_schema.PRAGMAS", ())
    path = tmp_path / "inbox.db"
    _make_inbox(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(InboxFailure, match="is locked by another process") as caught:
        SqliteInbox(path)
    assert (caught.value.reason, caught.value.is_temporary) == ("locked", True)
    other.close()


def test_a_closed_inbox_is_named(tmp_path: Path) -> None:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    inbox.close()
    for act in (lambda: inbox.probe_storage(10), lambda: inbox.add_events([make_event(1)]), lambda: inbox.count(0)):
        with pytest.raises(InboxFailure, match="is closed") as caught:
            act()
        assert caught.value.reason == "closed"


READ_ONLY = """
import os, sys
from zoom_component.events.inbox.sqlite import SqliteInbox
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
try:
    SqliteInbox(sys.argv[1])
except OSError as error:
    print(error.reason, error)
"""


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "reason"),
    [
        (0o777, 0o444, "read_only"),
        (0o555, 0o666, "read_only"),
        (0o555, 0o444, "read_only"),
        (0o700, 0o600, "forbidden"),
    ],
)
def test_what_the_mode_of_the_file_or_its_folder_forbids_is_named(
    tmp_path: Path, folder_mode: int, file_mode: int, reason: str
) -> None:
    path = tmp_path / "folder" / "inbox.db"
    _make_inbox(path)
    for parent in list(path.parents)[1:-1]:
        if parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o111)
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    if os.geteuid() != 0 and folder_mode == 0o700:
        path.chmod(0)
    result = subprocess.run([sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, timeout=60)
    path.parent.chmod(0o700)
    assert result.stderr == ""
    assert result.stdout.startswith(f"{reason} the inbox {path} ")
    assert "check the owner and the mode" in result.stdout


@pytest.fixture
def role(empty_database: str) -> Iterator[str]:
    """Return the URL of the empty database for a role that may only connect."""
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute("drop role if exists reader")
        server.execute("create role reader login")
        yield empty_database.replace("zoom@", "reader@")
        server.execute("drop owned by reader")
        server.execute("drop role reader")


def _describe(url: str) -> tuple[str, str]:
    with pytest.raises(InboxFailure) as caught:
        PostgresInbox(url)
    assert caught.value.__cause__ is None
    return caught.value.reason, str(caught.value)


def test_a_missing_database_is_named(empty_database: str) -> None:
    name = empty_database.split("/")[3].split("?")[0]
    reason, message = _describe(empty_database.replace(name, "nothing"))
    assert reason == "missing"
    assert 'database "nothing" does not exist; create the database with `createdb`' in message


def test_a_missing_role_is_named(empty_database: str) -> None:
    reason, message = _describe(empty_database.replace("zoom@", "nobody@"))
    assert reason == "forbidden"
    assert 'role "nobody" does not exist; create the role with `createuser --login`' in message


def test_a_role_without_rights_is_named(role: str) -> None:
    reason, message = _describe(role)
    assert reason == "forbidden"
    assert "permission denied for database" in message
    assert "grant the role the right to create a schema" in message


def test_a_schema_of_another_owner_is_named(role: str, empty_database: str) -> None:
    PostgresInbox(empty_database).close()
    reason, message = _describe(role)
    assert reason == "forbidden"
    assert "permission denied" in message


def test_a_read_only_server_is_named(empty_database: str) -> None:
    reason, message = _describe(f"{empty_database}&options=-c%20default_transaction_read_only%3Don")
    assert reason == "read_only"
    assert "use the primary server" in message


def test_too_many_connections_are_named(role: str, empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute("alter role reader connection limit 0")
    reason, message = _describe(role)
    assert reason == "unreachable"
    assert "raise max_connections" in message


def test_tables_that_were_deleted_are_named_and_made_by_the_next_start(empty_database: str) -> None:
    inbox = PostgresInbox(empty_database)
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute("drop schema zoom_component cascade")
    with pytest.raises(InboxFailure, match=r"is missing: .*does not exist.*start again") as caught:
        inbox.add_events([make_event(1)])
    assert caught.value.reason == "missing"
    inbox.close()
    again = PostgresInbox(empty_database)
    again.subscribe([Subscription("all")])
    assert again.add_events([make_event(1)]) == [True]
    again.close()


def test_a_closed_inbox_on_a_server_is_named(inbox_database: str) -> None:
    inbox = PostgresInbox(inbox_database)
    inbox.close()
    with pytest.raises(InboxFailure, match="is closed; open it again"):
        inbox.probe_storage(10)


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("53100", "full", "the disk is full: it was so; free space on the disk of the server"),
        ("57P01", "unreachable", "cannot be reached: it was so"),
        ("55P03", "locked", "is locked: it was so"),
        ("XX001", "damaged", "restore a backup"),
        ("58030", "disk", "the disk reports an error"),
        ("99999", "unknown", "cannot be used: it was so; check the server's log"),
    ],
)
def test_states_of_the_server_have_a_reason(inbox_database: str, state: str, reason: str, words: str) -> None:
    inbox = PostgresInbox(inbox_database)
    raising = f"do $$ begin raise exception 'it was so' using errcode = '{state}'; end $$".encode()
    with pytest.raises(InboxFailure) as caught:
        inbox.server.run_transaction(lambda rows: rows.execute(raising))
    assert caught.value.reason == reason
    assert words in re.sub(r" CONTEXT: .* at RAISE", "", str(caught.value))
    inbox.close()
