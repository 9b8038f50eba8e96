"""Test recordings: downloads, the trash, settings, transcripts and transfers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock, Sandbox

PLANNING = "/meetings/85746065001"
DAY = 86_400


def list_files(client: httpx.Client, path: str = PLANNING) -> list[dict[str, Any]]:
    return list(get_json(client, f"{path}/recordings")["recording_files"])


def hold_meeting(sandbox: Sandbox, client: httpx.Client, **settings: Any) -> str:
    """Hold a meeting with two people, record it, and return the path of the recording."""
    created = client.post("/users/mia@example.com/meetings", json={"topic": "Demo", "settings": settings}).json()["id"]
    sandbox.lifecycle.start(created, minutes_ago=20)
    sandbox.lifecycle.join(created, "Mia Member", "mia@example.com", minutes_ago=20)
    sandbox.lifecycle.join(created, "Gus", minutes_ago=10)
    sandbox.lifecycle.record(created, "video", "audio", "transcript", "chat")
    sandbox.lifecycle.end(created)
    return f"/meetings/{created}"


def test_every_file_downloads_with_its_type(client: httpx.Client, sandbox: Sandbox) -> None:
    kinds = {}
    for file in list_files(client, hold_meeting(sandbox, client)):
        response = client.get(file["download_url"])
        assert response.status_code == 200
        assert (
            len(response.content) == file["file_size"] == int(response.headers.get("content-length", file["file_size"]))
        )
        assert client.get(file["download_url"]).content == response.content
        kinds[file["file_extension"]] = (response.headers["content-type"].partition(";")[0], response.content[:8])
    assert kinds == {
        "MP4": ("video/mp4", b"\0\0\0\x18ftyp"),
        "M4A": ("audio/mp4", b"\0\0\0\x18ftyp"),
        "VTT": ("text/vtt", b"WEBVTT\r\n"),
        "TXT": ("text/plain", b"10:40:00"),
    }


def test_large_files_download_over_a_socket(clock: ManualClock) -> None:
    with Sandbox(clock=clock) as zoom:
        headers = {"authorization": f"Bearer {zoom.issue_token()}"}
        matches = httpx.get(f"{zoom.api_url}{PLANNING}/recordings", headers=headers).json()["recording_files"][0]
        assert matches["download_url"].startswith(f"{zoom.url}/rec/download/")
        assert len(httpx.get(matches["download_url"], headers=headers).content) == matches["file_size"] == 7_220_431


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, 3000) | st.none(), last=st.integers(0, 3000) | st.none())
def test_a_range_is_a_slice(first: int | None, last: int | None) -> None:
    zoom = Sandbox(clock=ManualClock(1_773_140_400))
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        url = list_files(client, "/meetings/85746065002")[1]["download_url"]
        whole = client.get(url).content
        span = f"bytes={'' if first is None else first}-{'' if last is None else last}"
        response = client.get(url, headers={"range": span})
    size = len(whole)
    if first is None and last is None:
        assert (response.status_code, response.content) == (200, whole)
        return
    expected = (
        whole[max(size - (last or 0), 0) :] if first is None else whole[first : None if last is None else last + 1]
    )
    if expected:
        assert (response.status_code, response.content) == (206, expected)
        assert response.headers["content-range"].endswith(f"/{size}")
    else:
        assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{size}")


def test_a_download_needs_a_token(client: httpx.Client, sandbox: Sandbox, clock: ManualClock) -> None:
    path = hold_meeting(sandbox, client)
    token = get_json(client, f"{path}/recordings", include_fields="download_access_token", ttl=60)[
        "download_access_token"
    ]
    own, other = list_files(client, path)[0]["download_url"], list_files(client)[0]["download_url"]
    with httpx.Client(transport=sandbox.create_transport()) as bare:
        assert get_refusal(bare.get(own)) == (401, 124)
        assert get_refusal(bare.get(own, headers={"authorization": "Bearer wrong"})) == (401, 124)
        for query in (
            {"access_token": token},
            {"download_access_token": token},
            {"access_token": sandbox.issue_token()},
        ):
            assert bare.get(own, params=query).status_code == 200
        assert bare.get(own, headers={"authorization": f"Bearer {token}"}).status_code == 200
        assert get_refusal(bare.get(other, params={"access_token": token})) == (401, 124)
        clock.advance(60)
        assert get_refusal(bare.get(own, params={"access_token": token})) == (401, 124)
    assert token not in str(sandbox.requests)
    assert get_refusal(client.get("http://zoom.test/rec/download/nothing")) == (404, 3301)
    assert get_refusal(client.post(own)) == (405, 405)


def test_archived_files_download_after_the_recording_is_deleted(client: httpx.Client) -> None:
    url = get_json(client, "/archive_files")["meetings"][0]["archive_files"][1]["download_url"]
    client.delete(f"{PLANNING}/recordings", params={"action": "delete"})
    assert len(client.get(url).content) == 1_048_576
    assert get_refusal(client.get("http://zoom.test/rec/archive/download/nothing")) == (404, 3301)


def test_one_file_is_trashed_and_recovered(client: httpx.Client) -> None:
    first, second = list_files(client)
    assert client.delete(f"{PLANNING}/recordings/{first['id']}").status_code == 204
    assert list_files(client) == [second]
    assert get_refusal(client.get(first["download_url"])) == (404, 3301)
    assert get_json(client, "/users/me/recordings", trash="true")["meetings"] == []
    trashed = get_json(client, "/users/me/recordings", trash="true", trash_type="recording_file")["meetings"]
    assert [file["id"] for file in trashed[0]["recording_files"]] == [first["id"]]
    again = f"{PLANNING}/recordings/{first['id']}/status"
    assert client.put(again, json={"action": "recover"}).status_code == 204
    assert list_files(client) == [first, second]
    assert get_refusal(client.put(again, json={"action": "recover"})) == (404, 3301)
    assert get_refusal(client.delete(f"{PLANNING}/recordings/nothing")) == (404, 3301)


def test_a_recording_can_be_recovered_within_thirty_days(
    client: httpx.Client, sandbox: Sandbox, clock: ManualClock
) -> None:
    before, recover = list_files(client), "/meetings/%252FajXp112QmuoKj4854875%253D%253D/recordings/status"
    client.delete(f"{PLANNING}/recordings")
    clock.advance(30 * DAY - 1)
    client.headers["authorization"] = f"Bearer {sandbox.issue_token()}"
    assert client.put(recover, json={"action": "recover"}).is_success
    assert list_files(client) == before
    client.delete(f"{PLANNING}/recordings")
    clock.advance(30 * DAY)
    client.headers["authorization"] = f"Bearer {sandbox.issue_token()}"
    assert get_refusal(client.put(recover, json={"action": "recover"})) == (404, 3301)
    span = {"from": "2026-03-01", "to": "2026-03-31"}
    assert get_json(client, "/users/me/recordings", trash="true", **span)["meetings"] == []


def test_a_deleted_recording_cannot_be_recovered(client: httpx.Client) -> None:
    first, _ = list_files(client)
    client.delete(f"{PLANNING}/recordings/{first['id']}", params={"action": "delete"})
    assert get_refusal(client.put(f"{PLANNING}/recordings/{first['id']}/status", json={"action": "recover"})) == (
        404,
        3301,
    )


def test_a_recording_has_settings_and_a_passcode(client: httpx.Client) -> None:
    path = f"{PLANNING}/recordings/settings"
    before = get_json(client, path)
    assert client.patch(path, json={"password": "Secret12!", "viewer_download": False, "x": 1}).status_code == 204
    assert get_json(client, path) == {**before, "password": "Secret12!", "viewer_download": False}
    assert get_json(client, f"{PLANNING}/recordings")["password"] == "Secret12!"
    for bad in ("short", "with space"):
        assert get_refusal(client.patch(path, json={"password": bad})) == (400, 300)
    assert get_refusal(client.get("/meetings/1/recordings/settings"))[0] == 400


def test_a_transcript_is_read_and_deleted(client: httpx.Client, sandbox: Sandbox) -> None:
    path = hold_meeting(sandbox, client)
    matches = get_json(client, f"{path}/transcript")
    text = client.get(matches["download_url"]).text
    assert "Mia Member: Let us talk about Demo." in text
    assert client.delete(f"{path}/transcript").status_code == 204
    assert get_refusal(client.get(f"{path}/transcript")) == (404, 3322)
    assert get_refusal(client.get(f"{PLANNING}/transcript")) == (404, 3322)


@pytest.mark.parametrize("transfer", [True, False])
def test_recordings_are_transferred_or_deleted(client: httpx.Client, sandbox: Sandbox, transfer: bool) -> None:
    path = hold_meeting(sandbox, client)
    query = {"transfer_email": "ada@example.com", "transfer_recording": "true"} if transfer else {}
    assert client.delete("/users/mia@example.com", params=query).status_code == 204
    rows = get_json(client, "/users/ada@example.com/recordings")["meetings"]
    assert [row["topic"] for row in rows] == (["Demo"] if transfer else [])
    assert client.get(f"{path}/recordings").status_code == (200 if transfer else 404)
