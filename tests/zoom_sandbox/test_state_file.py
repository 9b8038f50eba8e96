"""Test the state file: the state survives a restart and a kill, and a foreign file never runs code."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from tests.support.account_file import read_committed_state
from tests.zoom_sandbox.conftest import NOW

from zoom_sandbox import ManualClock, Sandbox, SandboxInputError, persistence
from zoom_sandbox.persistence import StateFile


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


def create_client(zoom: Sandbox, token: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def test_objects_and_tokens_survive_a_restart(db: Path) -> None:
    zoom = Sandbox(db=db)
    token = zoom.issue_token()
    client = create_client(zoom, token)
    made = client.post("/users/me/meetings", json={"topic": "Daily", "settings": {"approval_type": 0}}).json()
    person = {"email": "gus@guests.example.org", "first_name": "Gus"}
    client.post(f"/meetings/{made['id']}/registrants", json=person)
    client.patch("/users/ada@example.com", json={"dept": "Research"})
    page = client.get("/users", params={"page_size": 2}).json()
    zoom.close()

    after = create_client(Sandbox(db=db), token)
    assert after.get(f"/meetings/{made['id']}").json()["uuid"] == made["uuid"]
    assert after.get(f"/meetings/{made['id']}/registrants").json()["registrants"][0]["first_name"] == "Gus"
    assert after.get("/users/ada@example.com").json()["dept"] == "Research"
    rest = {"page_size": 2, "next_page_token": page["next_page_token"]}
    assert after.get("/users", params=rest).json()["page_number"] == 2
    assert after.post("/users/me/meetings", json={}).json()["id"] != made["id"]


def test_meetings_and_webinars_stay_apart_after_a_restart(db: Path) -> None:
    zoom = Sandbox(db=db)
    token = zoom.issue_token()
    made = {
        kind: create_client(zoom, token).post(f"/users/me/{kind}", json={}).json() for kind in ("meetings", "webinars")
    }
    before = {kind: create_client(zoom, token).get(f"/{kind}/{one['id']}").json() for kind, one in made.items()}
    zoom.close()
    after = create_client(Sandbox(db=db), token)
    assert {kind: after.get(f"/{kind}/{one['id']}").json() for kind, one in made.items()} == before


def test_a_server_that_is_entered_again_uses_the_file_again(db: Path) -> None:
    zoom = Sandbox(db=db)
    with zoom:
        headers = {"authorization": f"Bearer {zoom.issue_token()}"}
        made = httpx.post(f"{zoom.api_url}/users/me/meetings", json={}, headers=headers).json()["id"]
    with Sandbox(db=db) as other:
        assert httpx.delete(f"{other.api_url}/meetings/{made}", headers=headers).status_code == 204
    with zoom:
        assert httpx.get(f"{zoom.api_url}/meetings/{made}", headers=headers).status_code == 404


def test_the_offset_of_the_clock_survives_a_restart(db: Path) -> None:
    zoom = Sandbox(db=db, clock=ManualClock(NOW))
    zoom.advance_clock(500)
    zoom.close()
    assert Sandbox(db=db, clock=ManualClock(NOW + 1)).now() == NOW + 501


def test_data_is_only_loaded_into_a_new_file(db: Path) -> None:
    data = {"users": [{"email": "zoe@example.com", "first_name": "Zoe"}]}
    zoom = Sandbox(db=db, data=data)
    create_client(zoom, zoom.issue_token()).patch("/users/zoe@example.com", json={"first_name": "Zara"})
    zoom.close()
    again = Sandbox(db=db, data=data)
    assert create_client(again, again.issue_token()).get("/users/zoe@example.com").json()["first_name"] == "Zara"


def test_a_kill_loses_no_saved_state(db: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "zoom_component", "sandbox", "--json", "--port", "0", "--db", str(db)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition('"url":')[2].split('"')[1]
        form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
        token = httpx.post(f"{url}/oauth/token", data=form, auth=("sandbox-client", "sandbox-secret")).json()
        headers = {"authorization": f"Bearer {token['access_token']}"}
        made = httpx.post(f"{url}/v2/users/me/meetings", json={}, headers=headers).json()
        deadline = time.monotonic() + 10
        while (
            made["uuid"].encode() not in read_committed_state(db, tmp_path / "copy.db") and time.monotonic() < deadline
        ):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert create_client(Sandbox(db=db), token["access_token"]).get(f"/meetings/{made['id']}").status_code == 200


def test_a_terminated_process_saves_its_last_change(db: Path) -> None:
    command = [sys.executable, "-m", "zoom_component", "sandbox", "--json", "--port", "0", "--db", str(db)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition('"url":')[2].split('"')[1]
        httpx.post(f"{url}/_sandbox/data", json={"meetings": [{"id": 85746065099}]})
        process.terminate()
        process.wait()
    zoom = Sandbox(db=db)
    assert create_client(zoom, zoom.issue_token()).get("/meetings/85746065099").status_code == 200


def test_a_file_is_locked_while_it_is_open(db: Path) -> None:
    zoom = Sandbox(db=db)
    with pytest.raises(SandboxInputError, match="another process has the file open"):
        Sandbox(db=db)
    zoom.close()
    zoom.close()
    Sandbox(db=db).close()


def test_a_file_of_another_kind_or_version_is_refused(db: Path, tmp_path: Path) -> None:
    db.write_text("this is a letter, not a database, and long enough to be looked at as one" * 9)
    with pytest.raises(SandboxInputError, match="file is not a database"):
        Sandbox(db=db)
    with pytest.raises(SandboxInputError, match="unable to open"):
        Sandbox(db=tmp_path)
    other = tmp_path / "other.db"
    Sandbox(db=other).close()
    with closing(sqlite3.connect(other)) as file, file:
        file.execute("update account set code = 'older'")
    with pytest.raises(SandboxInputError, match="another version of the sandbox"):
        Sandbox(db=other)


class Evil:
    """Represent the content of a hostile file: a call of a function."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.mkdir, (str(self.mark),))


def test_a_file_from_elsewhere_runs_no_code(db: Path, tmp_path: Path) -> None:
    Sandbox(db=db).close()
    mark = tmp_path / "ran"
    with closing(sqlite3.connect(db)) as file, file:
        file.execute("update account set state = ?", (pickle.dumps(Evil(mark)),))
    with pytest.raises(SandboxInputError, match="the state in this file is not readable"):
        Sandbox(db=db)
    assert not mark.exists()


def test_a_large_account_is_restored_completely(db: Path) -> None:
    zoom = Sandbox(db=db, scale={"users": 2000, "meetings": 5000})
    zoom.close()
    assert Sandbox(db=db).get_state()["counts"]["meetings"] == 5002


def test_the_sandbox_survives_a_full_disk(
    db: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(persistence, "RETRY_PAUSE", 0.01)
    zoom = Sandbox(db=db)
    file = zoom._state_file
    assert file is not None
    client = create_client(zoom, zoom.issue_token())
    pages = file._connection.execute("pragma page_count").fetchone()[0]
    file._connection.execute(f"pragma max_page_count = {pages}")
    made = [client.post("/users/me/meetings", json={"topic": "x" * 200}).json()["id"] for _ in range(60)]
    _wait_until(lambda: file.error == "database or disk is full")
    assert client.get(f"/meetings/{made[-1]}").status_code == 200
    file._connection.execute("pragma max_page_count = 100000")
    _wait_until(lambda: file.error == "")
    zoom.close()
    after = Sandbox(db=db)
    assert create_client(after, after.issue_token()).get(f"/meetings/{made[-1]}").status_code == 200
    after.close()
    levels = [record.levelname for record in caplog.records]
    assert levels == ["ERROR", "WARNING"]


def test_a_last_snapshot_that_the_disk_refuses_is_logged(db: Path, caplog: pytest.LogCaptureFixture) -> None:
    zoom = Sandbox(db=db)
    file = zoom._state_file
    assert file is not None
    client = create_client(zoom, zoom.issue_token())
    first = client.post("/users/me/meetings", json={}).json()["id"]
    file._connection.execute(f"pragma max_page_count = {file._connection.execute('pragma page_count').fetchone()[0]}")
    for _ in range(60):
        client.post("/users/me/meetings", json={"topic": "x" * 200})
    zoom.close()
    zoom.close()
    assert "database or disk is full" in caplog.text
    assert first


def test_a_new_file_on_a_full_disk_is_refused(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: StateFile) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(StateFile, "_save", refuse)
    with pytest.raises(SandboxInputError, match="cannot keep the state in this file"):
        Sandbox(db=db)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
