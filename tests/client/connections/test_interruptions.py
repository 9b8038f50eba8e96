"""Test that no interruption of a refresh loses the grant, against a token server that takes a refresh token once.

ZOOM_COMPONENT_INTERRUPTIONS sets the number of interruptions of each kind; `make killed` sets it to 200.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.client.connections.kinds import ACCESS, CLIENT, REFRESH, SPECS
from tests.client.connections.oauth import OAuthSandbox
from tests.support.full_disk import limit_file_size
from zoom_component.client.connections import encrypted_store
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.renewing_connection import RenewingConnection
from zoom_component.client.connections.store import RECONNECT_NEEDED, StoredConnection, StoreError
from zoom_component.client.connections.token_slot import SLOT_BYTES, TokenSlot
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed

ROUNDS = int(os.environ.get("ZOOM_COMPONENT_INTERRUPTIONS", "4"))
PROGRAM = """
import sys, threading
from pathlib import Path
from tests.client.connections.kinds import SPECS
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.cli.signals import interrupt_on_sigterm
from zoom_component.client.connections.uninterrupted import finish_pending
connection = ConnectionRegistry(SPECS, EncryptedStore(Path(sys.argv[1]))).open("work")
print("ready", flush=True)
if sys.argv[2] == "main":
    connection.authorize()
else:
    thread = threading.Thread(target=connection.authorize, daemon=True)
    thread.start()
    with interrupt_on_sigterm():
        try:
            thread.join()
        finally:
            finish_pending()
"""


class Grant:
    """Hold a saved connection whose access token has always expired, so that each use spends a refresh token."""

    def __init__(self, zoom: OAuthSandbox, folder: Path) -> None:
        self.zoom, self.folder = zoom, folder
        self.save(f"{REFRESH}-0")

    def save(self, refresh: str) -> None:
        token = Token(f"{ACCESS}-expired", 1.0, refresh)
        self.create_registry().save("work", "oauth", CLIENT, self.zoom.api_url, token)

    def create_registry(self, store: EncryptedStore | None = None) -> ConnectionRegistry:
        return ConnectionRegistry(SPECS, store or EncryptedStore(self.folder))

    def open(self, store: EncryptedStore | None = None) -> RenewingConnection:
        return self.create_registry(store).open("work")

    def read_row(self) -> StoredConnection:
        row = EncryptedStore(self.folder).read("work")
        assert row is not None
        return row

    def expire(self) -> None:
        """Let the access token expire, and leave the refresh token as it is."""
        row = self.read_row()
        assert row.token is not None
        self.save(row.token.refresh)

    def is_alive(self) -> bool:
        """Return whether a new process can still get a token."""
        self.expire()
        try:
            self.open().authorize()
        except ConnectionFailed:
            return False
        return self.read_row().state != RECONNECT_NEEDED


@pytest.fixture
def grant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Grant]:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    with OAuthSandbox() as zoom:
        yield Grant(zoom, tmp_path / "state")


@pytest.mark.parametrize("thread", ["main", "other"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_in_the_middle_of_a_refresh_loses_no_grant(grant: Grant, number: int, thread: str) -> None:
    root = Path(__file__).parents[3]
    has_begun = threading.Event()

    def wait(form: dict[str, str]) -> None:
        has_begun.set()
        time.sleep(random.uniform(0.01, 0.1))

    for _ in range(ROUNDS):
        grant.expire()
        has_begun.clear()
        grant.zoom.before = wait
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(grant.folder), thread], cwd=root, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with process:
            assert has_begun.wait(30)
            time.sleep(random.uniform(0, 0.05))
            process.send_signal(number)
            process.communicate(timeout=30)
        assert process.returncode != 0, "the signal takes effect after the refresh"
        grant.zoom.before = lambda form: None
        assert grant.is_alive()


def test_a_token_server_slower_than_the_timeout_loses_no_grant(grant: Grant) -> None:
    grant.zoom.before = lambda form: time.sleep(0.05)
    for number in range(1, ROUNDS + 1):
        connection = grant.open()
        connection.use_timeout(0.01)
        assert connection.authorize() == f"Bearer {ACCESS}-{number}"
        grant.expire()
    assert grant.is_alive()


def test_a_file_size_that_is_limited_at_any_step_loses_no_grant(grant: Grant) -> None:
    for _ in range(ROUNDS):
        grant.expire()
        for slot in (grant.folder / "slots").glob("*"):
            slot.unlink()
        count = len(grant.zoom.token_requests)
        with limit_file_size(random.randrange(SLOT_BYTES)), pytest.raises(ConnectionFailed, match="is not renewed"):
            grant.open().authorize()
        assert len(grant.zoom.token_requests) == count
        assert grant.is_alive()


def renew(grant: Grant) -> str:
    """Return why the token is not renewed, "" if it is."""
    try:
        grant.open().authorize()
    except ConnectionFailed as error:
        return error.message
    return ""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Provide a file system of 512 KiB. Only root can mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_disk_that_is_full_at_any_moment_loses_no_grant(grant: Grant, small_disk: Path) -> None:
    """Fill it up to some pages before a refresh, or completely when the token is spent."""

    def fill(free: int) -> None:
        with (small_disk / "rest").open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        os.truncate(small_disk / "rest", max((small_disk / "rest").stat().st_size - free, 0))

    grant.folder = small_disk / "state"
    refusals = 0
    for number in range(ROUNDS):
        grant.zoom.before = lambda form: None
        grant.zoom.grant(f"{REFRESH}-round-{number}")
        grant.save(f"{REFRESH}-round-{number}")
        for slot in (grant.folder / "slots").glob("*"):
            slot.unlink()
        count = len(grant.zoom.token_requests)
        if number % 2:
            grant.zoom.before = lambda form: fill(0)
        else:
            fill(number * 5 % 24 * 4096)  # nothing at first, then more and less than it takes
        refusal = renew(grant)
        if refusal:
            assert "is not renewed" in refusal
            assert len(grant.zoom.token_requests) == count
            refusals += 1
        grant.zoom.before = lambda form: None
        (small_disk / "rest").unlink()
        assert grant.is_alive(), f"round {number}"
    assert 0 < refusals <= (ROUNDS + 1) // 2


def test_a_disk_that_fills_up_during_a_refresh_loses_no_grant(
    grant: Grant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Let the database fail once the refresh token is spent; only the reserved slot can be written."""
    write = EncryptedStore._write

    def fill_disk(form: dict[str, str]) -> None:
        def fail(self: EncryptedStore, row: StoredConnection, *, use_held: bool = False) -> None:
            raise StoreError("connections.db cannot be used: database or disk is full")

        monkeypatch.setattr(EncryptedStore, "_write", fail)

    grant.zoom.before = fill_disk
    assert grant.open().authorize() == f"Bearer {ACCESS}-1"
    assert "disk is full" in caplog.text
    assert grant.open().authorize() == f"Bearer {ACCESS}-1", "another process finds the new token"
    row = grant.read_row()
    assert row.token is not None
    assert row.token.refresh == f"{REFRESH}-1"
    monkeypatch.setattr(EncryptedStore, "_write", write)
    grant.zoom.before = lambda form: None
    assert grant.is_alive()


def test_a_disk_that_is_full_already_costs_no_refresh_token(grant: Grant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: TokenSlot) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TokenSlot, "_reserve", fail)
    with pytest.raises(ConnectionFailed, match=r"is not renewed.*No space left on device"):
        grant.open().authorize()
    assert grant.zoom.token_requests == []
    monkeypatch.undo()
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    assert grant.is_alive()


def test_the_token_before_is_tried_when_the_new_one_is_rejected(grant: Grant) -> None:
    """Zoom may not have finished an exchange whose answer arrived; then the spent token is the valid one."""
    grant.open().authorize()
    grant.zoom.revoke(f"{REFRESH}-1")
    grant.zoom.grant(f"{REFRESH}-0")
    row = grant.read_row()
    assert row.token is not None
    grant.create_registry().save(
        "work", "oauth", CLIENT, grant.zoom.api_url,
        Token(f"{ACCESS}-expired", 1.0, row.token.refresh, previous_refresh=row.token.previous_refresh),
    )  # fmt: skip
    assert grant.open().authorize() == f"Bearer {ACCESS}-3"
    assert [form["refresh_token"][-1] for form in grant.zoom.token_requests] == ["0", "1", "0"]


def test_a_slot_that_was_not_written_completely_is_ignored(grant: Grant) -> None:
    grant.open().authorize()
    slot = next((grant.folder / "slots").iterdir())
    slot.write_bytes(b"zoomslot\0\0\0\x20" + b"half a record" + bytes(100))
    row = grant.read_row()
    assert row.token is not None
    assert row.token.refresh == f"{REFRESH}-1"


def test_a_slot_of_an_earlier_token_does_not_come_back(grant: Grant) -> None:
    grant.open().authorize()
    slot = TokenSlot(next((grant.folder / "slots").iterdir()))
    store = EncryptedStore(grant.folder)
    row = grant.read_row()
    assert row.token is not None
    slot.write(store._seal(row.token.as_json(), "work", "oauth", "slot"))
    grant.save(f"{REFRESH}-of-a-new-consent")
    row = grant.read_row()
    assert row.token is not None
    assert row.token.refresh == f"{REFRESH}-of-a-new-consent"
    assert slot.file.stat().st_size == SLOT_BYTES
    grant.create_registry().remove("work")
    assert not slot.file.exists()


def test_the_store_of_a_folder_that_cannot_be_written_spends_no_refresh_token(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = encrypted_store.open_store(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be used"):
        store.prepare_token(StoredConnection("work", "oauth"))
