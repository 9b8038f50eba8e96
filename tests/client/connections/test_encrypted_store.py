"""Test the encrypted store: rows, keys, locks, and errors if a row cannot be decrypted."""

from __future__ import annotations

import base64
import os
import secrets
import sqlite3
import stat
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.client.connections.kinds import ACCESS, CLIENT, PLANTED, REFRESH, SECRET
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.encryption import DecryptionError, decrypt, encrypt, find_key
from zoom_component.client.connections.store import RECONNECT_NEEDED, StoredConnection, StoreError
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, TimedOut

TOKEN = Token(ACCESS, 4600.0, REFRESH, ("a:b",), "https://api.zoom.us", 1000.0)
ROW = StoredConnection("work", "oauth", "https://api.zoom.us/v2", CLIENT, TOKEN, RECONNECT_NEEDED, 1000.0)


@pytest.fixture(autouse=True)
def _remove_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOOM_COMPONENT_KEY", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


def test_a_row_comes_back_unchanged(tmp_path: Path) -> None:
    EncryptedStore(tmp_path / "state").write(ROW)
    store = EncryptedStore(tmp_path / "state")
    assert store.read("work") == ROW
    assert store.list_names() == ["work"]
    assert (store.remove("work"), store.remove("work"), store.read("work")) == (True, False, None)


def test_a_clock_that_is_ahead_deletes_no_row(tmp_path: Path) -> None:
    store = EncryptedStore(tmp_path / "state")
    store.write(replace(ROW, name="~of another app"))
    store.write(replace(ROW, updated_at=1000.0 + 50 * 365 * 86400.0))
    assert store.list_names() == ["work", "~of another app"]


def test_no_file_holds_a_secret_in_plain_text_or_is_readable_by_other_users(tmp_path: Path) -> None:
    state = tmp_path / "state"
    store = EncryptedStore(state)
    with store.lock("work"):
        store.write(ROW)
    files = [file for file in state.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"connections.db", "connections.key"}
    assert [file for file in files if PLANTED.encode() in file.read_bytes()] == []
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (state, state / "locks")} == {0o700}
    assert PLANTED not in repr(ROW)


@pytest.mark.parametrize(
    "first_key", ["another passphrase", "p\udcff passphrase of bytes", base64.b64encode(bytes(32)).decode()]
)
def test_a_row_of_another_key_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_key: str) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", first_key)
    EncryptedStore(tmp_path).write(ROW)
    assert EncryptedStore(tmp_path).read("work") == ROW
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "planted-passphrase")
    with pytest.raises(ConnectionFailed, match="is not the one that") as failed:
        EncryptedStore(tmp_path).read("work")
    assert PLANTED not in str(failed.value.as_json())
    assert not (tmp_path / "connections.key").exists()


@pytest.mark.parametrize("column", ["fields", "token"])
@pytest.mark.parametrize("damage", [b"", b"\x01short", b"\x02" + bytes(60), b"\x01" + bytes(60)])
def test_a_damaged_row_is_reported(tmp_path: Path, column: str, damage: bytes) -> None:
    store = EncryptedStore(tmp_path)
    store.write(ROW)
    update_rows(tmp_path, f"UPDATE connection SET {column} = ?", damage)
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        store.read("work")


def test_a_row_under_another_name_or_kind_cannot_be_decrypted(tmp_path: Path) -> None:
    store = EncryptedStore(tmp_path)
    store.write(ROW)
    update_rows(tmp_path, "UPDATE connection SET name = ?", "home")
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        store.read("home")
    update_rows(tmp_path, "UPDATE connection SET name = ?", "work")
    update_rows(tmp_path, "UPDATE connection SET kind = ?", "serverToServer")
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        store.read("work")


def test_a_token_in_place_of_the_fields_cannot_be_decrypted(tmp_path: Path) -> None:
    store = EncryptedStore(tmp_path)
    store.write(ROW)
    update_rows(tmp_path, "UPDATE connection SET token = fields WHERE 1 OR name = ?", "")
    with pytest.raises(ConnectionFailed, match="cannot be decrypted"):
        store.read("work")


@pytest.mark.parametrize("damage", [b"", b"not base64", base64.b64encode(b"short")])
def test_a_damaged_key_file_is_reported(tmp_path: Path, damage: bytes) -> None:
    EncryptedStore(tmp_path).write(ROW)
    (tmp_path / "connections.key").write_bytes(damage)
    with pytest.raises(ConnectionFailed, match=r"connections\.key"):
        EncryptedStore(tmp_path).read("work")
    with pytest.raises(ConnectionFailed, match=r"connections\.key"):
        EncryptedStore(tmp_path).write(ROW)


def test_a_file_that_is_not_a_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "connections.db").write_bytes(b"planted nonsense " * 100)
    store = EncryptedStore(tmp_path)
    for use in (store.list_names, lambda: store.read("work"), lambda: store.write(ROW)):
        with pytest.raises(ConnectionFailed, match=r"not a store of connections, or is damaged\. Move it away"):
            use()


def test_a_folder_that_cannot_be_created_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        EncryptedStore(tmp_path / "file" / "state")


def test_threads_that_start_together_create_one_key(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: keys.append(find_key(tmp_path / "connections.key", lambda: b"")))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(keys), len(set(keys))) == (16, 1)
    assert [file.name for file in tmp_path.iterdir()] == ["connections.key"]


def test_a_key_file_that_others_can_read_is_made_private(tmp_path: Path) -> None:
    find_key(tmp_path / "connections.key", lambda: b"")
    os.chmod(tmp_path / "connections.key", 0o644)
    find_key(tmp_path / "connections.key", lambda: b"")
    assert stat.S_IMODE((tmp_path / "connections.key").stat().st_mode) == 0o600


def test_a_working_keyring_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords: dict[tuple[str, str], str] = {}
    keyring = SimpleNamespace(
        get_password=lambda *where: passwords.get(where),
        set_password=lambda service, user, secret: passwords.update({(service, user): secret}),
    )
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    EncryptedStore(tmp_path).write(ROW)
    assert EncryptedStore(tmp_path).read("work") == ROW
    assert len(passwords) == 1
    assert not (tmp_path / "connections.key").exists()


def test_a_keyring_without_a_back_end_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: str) -> str:
        raise RuntimeError("no back end")

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=fail))
    EncryptedStore(tmp_path).write(ROW)
    assert (tmp_path / "connections.key").exists()


def test_decryption_needs_the_same_key_and_context() -> None:
    key = secrets.token_bytes(32)
    ciphertext = encrypt(key, SECRET.encode(), b"here")
    assert decrypt(key, ciphertext, b"here") == SECRET.encode()
    assert ciphertext != encrypt(key, SECRET.encode(), b"here")
    for other_key, other_context in ((secrets.token_bytes(32), b"here"), (key, b"there")):
        with pytest.raises(DecryptionError):
            decrypt(other_key, ciphertext, other_context)


def test_a_lock_excludes_other_stores_and_waiting_for_it_ends(tmp_path: Path) -> None:
    naps: list[float] = []
    first, second = EncryptedStore(tmp_path), EncryptedStore(tmp_path, lock_timeout=0.1, sleep=naps.append)
    with first.lock("work"):
        with second.lock("home"):
            pass
        with pytest.raises(TimedOut, match="Another process"), second.lock("work"):
            pytest.fail("two stores hold one lock")
    assert 0.1 <= sum(naps) < 0.2
    with second.lock("work"):
        pass


def update_rows(folder: Path, statement: str, value: bytes | str) -> None:
    with closing(sqlite3.connect(folder / "connections.db")) as db, db:
        db.execute(statement, (value,))
