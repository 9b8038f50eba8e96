"""Test stores of the first version: their rows are sealed anew, with the key that opens them and with no other."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.client.connections.kinds import CLIENT, REFRESH
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.encryption import encrypt
from zoom_component.client.connections.store import StoredConnection
from zoom_component.client.connections.token_slot import TokenSlot
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed

OLD_CONTEXT = ["zoom-component", "work", "oauth"]


def seal_old_row(folder: Path, key: bytes, row: StoredConnection) -> None:
    """Turn a store into one of version 1 with this row."""
    assert row.token is not None

    def seal(value: Any, column: str) -> bytes:
        return encrypt(key, json.dumps(value).encode(), json.dumps([*OLD_CONTEXT, column]).encode())

    fields = seal({"base_url": row.base_url, "fields": dict(row.fields)}, "fields")
    with closing(sqlite3.connect(folder / "connections.db")) as db, db:
        db.execute("DELETE FROM about")
        db.execute("UPDATE connection SET fields = ?, token = ?", (fields, seal(row.token.as_json(), "token")))
        db.execute("PRAGMA user_version = 0")
    slot = next(iter((folder / "slots").glob("*")), None)
    if slot is not None:
        successor = replace(row.token, refresh="successor", previous_refresh=row.token.refresh)
        TokenSlot(slot).write(seal(successor.as_json(), "slot"))


@pytest.fixture
def old_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, StoredConnection]:
    monkeypatch.delenv("ZOOM_COMPONENT_KEY", raising=False)
    row = StoredConnection("work", "oauth", "https://api.zoom.us/v2", CLIENT, Token("", refresh=REFRESH), updated_at=7)
    store = EncryptedStore(tmp_path)
    store.prepare_token(row)
    seal_old_row(tmp_path, base64.b64decode((tmp_path / "connections.key").read_bytes()), row)
    return tmp_path, row


def test_an_old_store_whose_key_is_gone_gets_no_second_key(old_store: tuple[Path, StoredConnection]) -> None:
    folder, _ = old_store
    key = (folder / "connections.key").read_bytes()
    (folder / "connections.key").unlink()
    for _ in range(2):
        with pytest.raises(ConnectionFailed, match="is gone"):
            EncryptedStore(folder).read("work")
    assert not (folder / "connections.key").exists()
    (folder / "connections.key").write_bytes(key)
    assert EncryptedStore(folder).read("work") is not None


def test_an_old_store_is_not_tied_to_another_key(
    old_store: tuple[Path, StoredConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = old_store
    with monkeypatch.context() as patch:
        patch.setenv("ZOOM_COMPONENT_KEY", "B" * 43 + "=")
        for _ in range(2):
            with pytest.raises(ConnectionFailed, match="ZOOM_COMPONENT_KEY is not the one"):
                EncryptedStore(folder).read("work")
    assert EncryptedStore(folder).read("work") is not None


def test_a_slot_of_an_old_store_is_adopted(old_store: tuple[Path, StoredConnection]) -> None:
    """It has the only copy of the new token if the disk was full when that one arrived."""
    row = EncryptedStore(old_store[0]).read("work")
    assert row is not None
    assert row.token is not None
    assert row.token.refresh == "successor"
