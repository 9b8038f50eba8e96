"""Test what else could lose a refresh token: clocks, full disks, stores in use, keys that are gone, other processes."""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.client.connections.broker_setup import BrokerSetup
from tests.client.connections.kinds import ACCESS, CLIENT, REFRESH
from tests.support.full_disk import limit_file_size
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.store import RECONNECT_NEEDED, StoredConnection, StoreError
from zoom_component.client.connections.token_slot import SLOT_BYTES
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed

YEAR = 365 * 86_400.0


def fill_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let neither the slot nor the database take a new token."""

    def fail(*_: Any) -> None:
        raise StoreError("database or disk is full")

    monkeypatch.setattr(EncryptedStore, "write_token", fail)


def read_refresh(world: BrokerSetup) -> str:
    token = world.read_row().token
    assert token is not None
    return token.refresh


@pytest.mark.parametrize("years", [-80, -10, 10, 500])
def test_a_clock_that_is_wrong_deletes_no_refresh_token(world: BrokerSetup, years: int) -> None:
    other = StoredConnection("~other", "oauth", token=Token("", refresh="of another app"), updated_at=world.now)
    world.store.write(other)
    connection, true_time = world.save_connection(), world.now
    world.now += years * YEAR
    assert connection.renew(f"Bearer {ACCESS}-saved") == f"Bearer {ACCESS}-1"
    world.now = true_time
    connection = world.create_registry().open("work")
    assert connection.renew(connection.authorize()).startswith(f"Bearer {ACCESS}-")
    count = len(world.zoom.token_requests)
    assert count > 1
    assert (read_refresh(world), world.store.read("~other")) == (f"{REFRESH}-{count}", other)


def test_a_token_in_memory_survives_a_clock_that_goes_back(world: BrokerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row on the disk, with the spent token, seems to be newer by years."""
    world.now += 10 * YEAR
    connection = world.save_connection()
    prepare = EncryptedStore.prepare_token

    def turn_clock_back(store: EncryptedStore, row: StoredConnection) -> None:
        prepare(store, row)
        world.now -= 10 * YEAR

    monkeypatch.setattr(EncryptedStore, "prepare_token", turn_clock_back)
    with monkeypatch.context() as patch:
        fill_store(patch)
        assert connection.authorize() == f"Bearer {ACCESS}-1"
    assert connection.renew(f"Bearer {ACCESS}-1") == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-1"]


def test_a_token_in_memory_survives_another_process_that_tries_the_spent_one(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = world.save_connection()
    with monkeypatch.context() as patch:
        fill_store(patch)
        connection.authorize()
    world.now += 1
    with pytest.raises(ConnectionFailed) as failed:
        world.create_registry().open("work").authorize()
    assert (failed.value.code, world.read_row().state) == ("invalid_grant", RECONNECT_NEEDED)
    world.now += 1
    assert connection.renew(f"Bearer {ACCESS}-1") == f"Bearer {ACCESS}-3"
    assert read_refresh(world) == f"{REFRESH}-3"


def test_a_new_consent_replaces_a_token_in_memory(world: BrokerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = world.save_connection()
    with monkeypatch.context() as patch:
        fill_store(patch)
        connection.authorize()
    world.zoom.grant(f"{REFRESH}-of-a-consent")
    world.now += 1
    world.save_connection(f"{REFRESH}-of-a-consent")
    assert connection.renew(f"Bearer {ACCESS}-1") == f"Bearer {ACCESS}-2"
    assert world.zoom.token_requests[-1]["refresh_token"] == f"{REFRESH}-of-a-consent"


def lock_database(world: BrokerSetup, mode: str) -> sqlite3.Connection:
    db = sqlite3.connect(Path(world.store._file), isolation_level=None)  # type: ignore[attr-defined]
    db.execute(f"BEGIN {mode}")
    return db


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda file, timeout=0.0, **more: connect(file, timeout=0.01, **more))


@pytest.mark.parametrize(
    ("mode", "message"),
    [("IMMEDIATE", "is not renewed.*database is locked.*retry"), ("EXCLUSIVE", "cannot be read. Retry")],
)
@pytest.mark.usefixtures("impatient")
def test_a_database_in_use_costs_no_refresh_token(world: BrokerSetup, mode: str, message: str) -> None:
    connection = world.save_connection()
    with closing(lock_database(world, mode)), pytest.raises(ConnectionFailed, match=message) as failed:
        connection.authorize()
    assert (world.zoom.token_requests, failed.value.as_json().get("reconnect", False)) == ([], False)
    assert connection.authorize() == f"Bearer {ACCESS}-1"


def test_a_row_that_cannot_be_read_is_not_replaced_by_the_token_of_the_settings(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row has the successor of that token. It is in use for a moment, and free again when it would be written."""

    def open_connection() -> Any:
        token = Token("", refresh=f"{REFRESH}-0")
        return world.create_registry().open_with_fields("oauth", CLIENT, world.zoom.api_url, token)

    open_connection().authorize()
    world.now += 7200
    connection = open_connection()

    def fail(self: EncryptedStore, name: str) -> None:
        raise StoreError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(EncryptedStore, "read", fail)
        with pytest.raises(ConnectionFailed, match=r"cannot be read. Retry"):
            connection.authorize()
    assert open_connection().authorize() == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-1"]


@pytest.mark.parametrize("size", [0, 4096, 30_000, SLOT_BYTES - 1])
def test_a_file_that_cannot_grow_costs_no_refresh_token(world: BrokerSetup, size: int) -> None:
    """The system writes what still fits, and reports the rest only to whoever asks for it."""
    connection = world.save_connection()
    with limit_file_size(size), pytest.raises(ConnectionFailed, match="is not renewed"):
        connection.authorize()
    assert world.zoom.token_requests == []
    assert connection.authorize() == f"Bearer {ACCESS}-1"


def test_a_slot_that_is_no_file_costs_no_refresh_token(world: BrokerSetup, tmp_path: Path) -> None:
    connection = world.save_connection()
    (tmp_path / "state" / "slots").write_text("not a folder")
    with pytest.raises(ConnectionFailed, match=r"is not renewed.*slots.*cannot be written"):
        connection.authorize()
    assert world.zoom.token_requests == []


@pytest.mark.parametrize("step", range(1, 8))
def test_no_single_failure_of_the_disk_loses_a_grant(
    world: BrokerSetup, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Let the write number `step` of a refresh fail, in the slot or in the database."""
    connection, count = world.save_connection(), 0
    pwrite, fsync, write = os.pwrite, os.fsync, EncryptedStore._write

    def fail_at_step(call: Callable[..., Any], error: Exception) -> Callable[..., Any]:
        def count_and_call(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                raise error
            return call(*arguments, **options)

        return count_and_call

    with monkeypatch.context() as patch:
        full = OSError(28, "No space left on device")
        patch.setattr(os, "pwrite", fail_at_step(pwrite, full))
        patch.setattr(os, "fsync", fail_at_step(fsync, full))
        patch.setattr(EncryptedStore, "_write", fail_at_step(write, StoreError("database or disk is full")))
        message = ""
        try:
            connection.authorize()
        except ConnectionFailed as error:
            message = error.message
    assert count >= step
    # The room is made in the first five writes; after that, the token is spent.
    assert ("is not renewed" in message, len(world.zoom.token_requests)) == ((True, 0) if step <= 5 else (False, 1))
    fresh = world.create_registry(EncryptedStore(world.store._folder)).open("work")  # type: ignore[attr-defined]
    assert fresh.renew(fresh.authorize()).startswith("Bearer ")
    assert fresh.renew(fresh.authorize()).startswith("Bearer ")


def replace_pair(world: BrokerSetup, token: Token) -> None:
    """Let a program without the lock write another pair while the first one is tried."""

    def write(form: dict[str, str]) -> None:
        world.zoom.before = lambda form: None
        world.zoom.revoke(f"{REFRESH}-0")
        world.store.write(replace(world.read_row(), token=token))

    world.zoom.before = write


def test_a_usable_pair_of_another_program_is_used(world: BrokerSetup) -> None:
    connection = world.save_connection()
    replace_pair(world, Token("theirs", world.now + 3600, "their refresh"))
    assert connection.authorize() == "Bearer theirs"
    assert read_refresh(world) == "their refresh"


def test_an_expired_pair_of_another_program_is_renewed(world: BrokerSetup) -> None:
    connection = world.save_connection()
    world.zoom.grant(f"{REFRESH}-theirs")
    replace_pair(world, Token("theirs", world.now - 1, f"{REFRESH}-theirs"))
    assert connection.authorize() == f"Bearer {ACCESS}-2"
    assert [form["refresh_token"] for form in world.zoom.token_requests] == [f"{REFRESH}-0", f"{REFRESH}-theirs"]


def test_two_rejected_tokens_need_a_new_consent(world: BrokerSetup) -> None:
    connection = world.save_connection()
    connection.authorize()
    for number in (0, 1):
        world.zoom.revoke(f"{REFRESH}-{number}")
    with pytest.raises(ConnectionFailed, match="Connect again") as failed:
        connection.renew(f"Bearer {ACCESS}-1")
    assert [form["refresh_token"][-1] for form in world.zoom.token_requests] == ["0", "1", "0"]
    assert (failed.value.reconnect, world.read_row().state) == (True, RECONNECT_NEEDED)
    with pytest.raises(ConnectionFailed, match="zoom-component connect work"):
        world.create_registry().open("work").authorize()
    assert len(world.zoom.token_requests) == 3, "a token that was rejected is not tried again"


def test_an_attempt_with_the_token_before_keeps_the_rejected_one_beside(world: BrokerSetup) -> None:
    connection = world.save_connection()
    connection.authorize()
    world.zoom.revoke(f"{REFRESH}-1")

    def go_away(form: dict[str, str]) -> None:
        if form["refresh_token"] == f"{REFRESH}-0":
            world.zoom.refuse(503)

    world.zoom.before = go_away
    with pytest.raises(Exception, match="503"):
        connection.renew(f"Bearer {ACCESS}-1")
    row = world.read_row()
    assert row.token is not None
    assert row.state != RECONNECT_NEEDED
    assert {row.token.refresh, row.token.previous_refresh} == {f"{REFRESH}-0", f"{REFRESH}-1"}


@pytest.mark.parametrize("content", [None, b"", base64.b64encode(bytes(32)), b"garbage"])
def test_a_key_that_goes_away_during_a_refresh_loses_no_grant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: BrokerSetup, content: bytes | None
) -> None:
    """The new token is sealed with the key that the store has, and the file is missed afterwards."""
    monkeypatch.delenv("ZOOM_COMPONENT_KEY")
    world.store = EncryptedStore(tmp_path / "other")
    connection, file = world.save_connection(), tmp_path / "other" / "connections.key"
    key = file.read_bytes()

    def remove_key(form: dict[str, str]) -> None:
        file.unlink()
        if content is not None:
            file.write_bytes(content)

    world.zoom.before = remove_key
    assert connection.authorize() == f"Bearer {ACCESS}-1"
    with pytest.raises(ConnectionFailed, match=r"is gone|is not the one|does not hold a key"):
        world.create_registry().open("work")
    file.write_bytes(key)
    world.store = EncryptedStore(tmp_path / "other")
    assert read_refresh(world) == f"{REFRESH}-1"
