"""Seal the rows of a store of version 1 anew. There, no row was bound to its store, and no token to its fields."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from zoom_component.client.connections import encryption
from zoom_component.client.connections.token_slot import TokenSlot

__all__ = ["can_open_row", "reseal_rows"]

OpenDatabase = Callable[[], AbstractContextManager[sqlite3.Connection]]


def can_open_row(key: bytes, name: str, kind: str, fields: bytes) -> bool:
    """Return whether a key opens the fields of a row of version 1."""
    try:
        encryption.decrypt(key, fields, _build_old_context(name, kind, "fields"))
    except (ValueError, TypeError):
        return False
    return True


def reseal_rows(folder: Path, open_database: OpenDatabase, key: encryption.StoreKey) -> None:
    """Seal every row anew and set the version, in one transaction. A row that cannot be opened stays as it is.

    Raise ConnectionFailed if the key is missing, StoreError if the store cannot be written.
    """
    try:
        old_key = key.get()
    except encryption.WrongKey as error:
        raise encryption.build_key_error(folder, "", error) from None
    with open_database() as db:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone() != (2,):
            for name, kind, fields, token in db.execute("SELECT name, kind, fields, token FROM connection").fetchall():
                try:
                    settings = json.loads(encryption.decrypt(old_key, fields, _build_old_context(name, kind, "fields")))
                    new_fields, new_token = key.seal(settings, name, kind, "fields"), None
                    if token is not None:
                        value = json.loads(encryption.decrypt(old_key, token, _build_old_context(name, kind, "token")))
                        successor = _read_old_slot(folder, old_key, name, kind)
                        if successor is not None and successor.get("previous_refresh") == value["refresh"]:
                            value = successor
                        new_token = key.seal(value, name, kind, "token", new_fields)
                except (ValueError, TypeError, KeyError):
                    continue
                db.execute("UPDATE connection SET fields = ?, token = ? WHERE name = ?", (new_fields, new_token, name))
            db.execute("PRAGMA user_version = 2")


def _read_old_slot(folder: Path, key: bytes, name: str, kind: str) -> dict[str, Any] | None:
    """Return the token in the slot of a row, which may be the only copy, None if there is none."""
    try:
        record = TokenSlot(folder / "slots" / hashlib.sha256(name.encode()).hexdigest()[:32]).read()
        if record is None:
            return None
        token: dict[str, Any] = json.loads(encryption.decrypt(key, record, _build_old_context(name, kind, "slot")))
    except (OSError, ValueError):
        return None
    return token


def _build_old_context(name: str, kind: str, column: str) -> bytes:
    return json.dumps(["zoom-component", name, kind, column], allow_nan=False).encode()
