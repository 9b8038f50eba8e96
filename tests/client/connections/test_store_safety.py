"""Test what a store refuses: other keys, other owners, damaged files, and parts of rows that do not belong together."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.client.connections.broker_setup import BrokerSetup
from tests.client.connections.kinds import ACCESS
from tests.support.forked import fork_child
from zoom_component.client.connections.encrypted_store import EncryptedStore, open_store
from zoom_component.client.connections.encryption import encrypt
from zoom_component.client.connections.store import MemoryStore, StoredConnection, StoreError
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed

ROW = StoredConnection(
    "work", "oauth", "https://api.zoom.us/v2", {"clientId": "id", "clientSecret": "secret"},
    Token("access", refresh="refresh"), updated_at=7.0,
)  # fmt: skip
OTHER_KEY = base64.b64encode(bytes(range(32)))


@pytest.fixture(autouse=True)
def without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOOM_COMPONENT_KEY", raising=False)


@pytest.fixture
def store(tmp_path: Path) -> EncryptedStore:
    store = EncryptedStore(tmp_path)
    store.write(ROW)
    return store


def edit(folder: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(folder / "connections.db")) as db, db:
        db.execute(statement, values)


def select(folder: Path, statement: str) -> Any:
    with closing(sqlite3.connect(folder / "connections.db")) as db:
        return db.execute(statement).fetchone()[0]


def refuse(store: EncryptedStore) -> str:
    """Return why neither a read nor a write is possible."""
    with pytest.raises(ConnectionFailed) as reading:
        store.read("work")
    with pytest.raises(ConnectionFailed) as writing:
        store.write(ROW)
    assert reading.value.message == writing.value.message
    return reading.value.message


def test_a_key_file_that_goes_away_stops_a_running_process(store: EncryptedStore, tmp_path: Path) -> None:
    file = tmp_path / "connections.key"
    key = file.read_bytes()
    file.unlink()
    assert "is gone: there is no connections.key" in refuse(store)
    assert "is gone: there is no connections.key" in refuse(EncryptedStore(tmp_path))
    assert not file.exists(), "no second key is made for a store"
    file.write_bytes(key)
    assert store.read("work") == ROW


def test_a_key_file_that_is_replaced_stops_a_running_process(store: EncryptedStore, tmp_path: Path) -> None:
    (tmp_path / "connections.key").write_bytes(OTHER_KEY)
    assert "connections.key is not the one that" in refuse(store)
    (tmp_path / "connections.key").write_bytes(b"short")
    assert "does not hold a key of 32 bytes" in refuse(store)


def test_a_variable_that_is_no_longer_set_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "a passphrase of many words")
    store = EncryptedStore(tmp_path)
    store.write(ROW)
    monkeypatch.delenv("ZOOM_COMPONENT_KEY")
    assert "ZOOM_COMPONENT_KEY is not set" in refuse(store)
    assert not (tmp_path / "connections.key").exists()


def test_a_short_passphrase_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "fifteen letters")
    with pytest.raises(ConnectionFailed, match="a passphrase of at least 16 characters, got 15 characters"):
        EncryptedStore(tmp_path).write(ROW)


def test_processes_that_start_together_make_one_key(tmp_path: Path) -> None:
    def write(number: int) -> str:
        store = EncryptedStore(tmp_path)
        store.write(replace(ROW, name=f"work{number}"))
        return (tmp_path / "connections.key").read_text()

    children = [fork_child(partial(write, number)) for number in range(6)]
    assert len({child.finish() for child in children}) == 1
    store = EncryptedStore(tmp_path)
    rows = [store.read(name) for name in store.list_names()]
    assert rows == [replace(ROW, name=f"work{number}") for number in range(6)]


def test_an_old_token_does_not_open_beside_new_fields(store: EncryptedStore, tmp_path: Path) -> None:
    old = select(tmp_path, "SELECT token FROM connection")
    store.write(replace(ROW, base_url="https://api.zoomgov.com/v2", token=Token("new access")))
    edit(tmp_path, "UPDATE connection SET token = ?", old)
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        store.read("work")


def test_a_row_of_another_store_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    stores = [EncryptedStore(tmp_path / name) for name in "ab"]
    for each in stores:
        each.write(ROW)
    for column in ("fields", "token"):
        edit(
            tmp_path / "b",
            f"UPDATE connection SET {column} = ?",
            select(tmp_path / "a", f"SELECT {column} FROM connection"),
        )
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        stores[1].read("work")


def test_rows_of_an_earlier_version_are_sealed_anew(store: EncryptedStore, tmp_path: Path) -> None:
    key = base64.b64decode((tmp_path / "connections.key").read_bytes())

    def seal(value: Any, column: str) -> bytes:
        return encrypt(
            key, json.dumps(value).encode(), json.dumps(["zoom-component", "work", "oauth", column]).encode()
        )

    assert ROW.token is not None
    old = {
        "fields": seal({"base_url": ROW.base_url, "fields": dict(ROW.fields)}, "fields"),
        "token": seal(ROW.token.as_json(), "token"),
    }
    edit(tmp_path, "UPDATE connection SET fields = ?, token = ?", *old.values())
    edit(tmp_path, "DELETE FROM about")
    edit(tmp_path, "PRAGMA user_version = 0")
    assert EncryptedStore(tmp_path).read("work") == ROW
    assert select(tmp_path, "PRAGMA user_version") == 2
    edit(tmp_path, "UPDATE connection SET token = ?", old["token"])
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        EncryptedStore(tmp_path).read("work")


def test_a_store_of_a_newer_version_is_refused(store: EncryptedStore, tmp_path: Path) -> None:
    edit(tmp_path, "PRAGMA user_version = 3")
    assert "was written by a newer version" in refuse(EncryptedStore(tmp_path))


def test_rights_of_other_users_are_taken_away_when_a_store_is_opened(store: EncryptedStore, tmp_path: Path) -> None:
    for path, mode in ((tmp_path, 0o755), (tmp_path / "connections.db", 0o644), (tmp_path / "connections.key", 0o640)):
        path.chmod(mode)
    assert EncryptedStore(tmp_path).read("work") == ROW
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, *sorted(tmp_path.glob("connections.*")))]
    assert modes == [0o700, 0o600, 0o600]


def test_a_store_of_another_user_is_refused(
    store: EncryptedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for root, who could open it."""
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(tmp_path).st_uid + 1)
    with pytest.raises(StoreError, match="another user owns it; set ZOOM_COMPONENT_STATE to a folder of your own"):
        EncryptedStore(tmp_path)
    assert isinstance(open_store(tmp_path), MemoryStore)


@pytest.mark.parametrize("name", ["connections.db", "connections.key"])
def test_a_link_in_place_of_a_file_is_refused(store: EncryptedStore, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    (tmp_path / name).rename(elsewhere)
    (tmp_path / name).symlink_to(elsewhere)
    with pytest.raises((StoreError, ConnectionFailed), match=r"symbolic link|cannot be read"):
        EncryptedStore(tmp_path).read("work")


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "garbage": lambda content: b"planted nonsense " * 500,
    "half": lambda content: content[: len(content) // 2],
    "pages of zeros": lambda content: content[:100] + bytes(len(content) - 100),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_store_does_not_stop_an_account(name: str, world: BrokerSetup, tmp_path: Path) -> None:
    """Its token can be requested again. It is held in memory, and the file stays as it is."""
    world.open_server_connection().authorize()
    file = tmp_path / "state" / "connections.db"
    damaged = DAMAGES[name](file.read_bytes())
    file.write_bytes(damaged)
    connection = world.open_server_connection(EncryptedStore(tmp_path / "state"))
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert file.read_bytes() == damaged


def test_a_missing_key_does_not_stop_an_account(
    world: BrokerSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.open_server_connection().authorize()
    monkeypatch.delenv("ZOOM_COMPONENT_KEY", raising=False)
    assert world.open_server_connection(EncryptedStore(tmp_path / "state")).authorize() == f"Bearer {ACCESS}-2"
    assert not (tmp_path / "state" / "connections.key").exists()


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o702])
def test_a_folder_above_that_others_can_change_is_refused(tmp_path: Path, mode: int) -> None:
    """They could put another folder in its place."""
    parent = tmp_path / "shared"
    parent.mkdir()
    os.chown(parent, -1, os.getgid() if mode != 0o775 or os.getuid() else 1)
    parent.chmod(mode)
    if mode == 0o775 and os.getuid():
        pytest.skip("only root can give the folder to another group")
    with pytest.raises(StoreError, match=r"other users can write to .*shared; run `chmod go-w`"):
        EncryptedStore(parent / "state")
    parent.chmod(mode | stat.S_ISVTX)
    EncryptedStore(parent / "state").write(ROW)
    link = tmp_path / "link"
    link.symlink_to(parent / "state")
    assert EncryptedStore(link).read("work") == ROW
    parent.chmod(mode)
    with pytest.raises(StoreError, match="other users can write"):
        EncryptedStore(link)


def test_the_group_of_one_user_may_write_above(tmp_path: Path) -> None:
    """On many systems each user has such a group, and all folders in the home folder can be written by it."""
    parent = tmp_path / "home"
    parent.mkdir()
    if parent.stat().st_uid != parent.stat().st_gid:
        pytest.skip("this user has no group with the same number")
    parent.chmod(0o775)
    EncryptedStore(parent / "state").write(ROW)


def test_folders_inside_that_others_can_open_are_made_private(store: EncryptedStore, tmp_path: Path) -> None:
    store.prepare_token(ROW)
    with store.lock("work"):
        pass
    folders = [tmp_path / name for name in ("locks", "slots")]
    for folder in folders:
        folder.chmod(0o777)
    EncryptedStore(tmp_path)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE connection",
        "DROP TABLE about",
        "ALTER TABLE connection RENAME COLUMN fields TO other",
        "UPDATE about SET value = 'text' WHERE word = 'check'",
        "UPDATE about SET value = 7 WHERE word = 'id'",
        "UPDATE connection SET fields = 'text'",
        "UPDATE connection SET fields = 7",
        "UPDATE connection SET token = 'text'",
        "DELETE FROM about",
        "DELETE FROM about WHERE word = 'check'",
    ],
)
def test_tables_that_were_changed_are_named_and_stop_no_account(
    statement: str, world: BrokerSetup, tmp_path: Path
) -> None:
    world.open_server_connection().authorize()
    world.save_connection()
    folder = tmp_path / "state"
    edit(folder, statement)
    registry = world.create_registry(EncryptedStore(folder))
    with pytest.raises(ConnectionFailed, match="onnect again"):
        registry.open("work")
    assert world.open_server_connection(EncryptedStore(folder)).authorize() == f"Bearer {ACCESS}-2"
