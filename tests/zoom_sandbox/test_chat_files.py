"""Test the files of team chat: upload, send, search, download and delete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import Sandbox
from zoom_sandbox.resources.chat.state import files as chat_files

MIA, ADA = "/chat/users/mia@example.com", "/chat/users/ada@example.com"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)


def upload(client: httpx.Client, name: str = "notes.txt", body: bytes = b"Notes.", **query: str) -> str:
    created = client.post(f"{MIA}/files", files={"file": (name, body)}, params=query)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def send(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post(f"{MIA}/messages", json={"message": "", "to_contact": "ada@example.com", **body})


def test_a_file_is_uploaded_read_and_downloaded(client: httpx.Client) -> None:
    key = upload(client, "Q1 report.PDF", b"%PDF-1.7")
    matches = get_json(client, f"/chat/files/{key}")
    assert (matches["file_name"], matches["OS_file_type"], matches["length"]) == ("Q1 report.PDF", "pdf", 8)
    assert len(matches["digest"]) == 64
    whole = client.get(matches["download_url"])
    assert (whole.content, whole.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    part = client.get(matches["download_url"], headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PDF")
    assert client.get(matches["download_url"], headers={"authorization": "Bearer nobody"}).status_code == 401
    assert client.get("http://zoom.test/file/download/nothing").status_code == 404


def test_an_upload_goes_into_the_notes_by_default(client: httpx.Client) -> None:
    upload(client)
    upload(client, "hidden.txt", postToPersonalChat="false")
    notes = get_json(client, f"{MIA}/messages", to_contact="mia@example.com")["messages"]
    assert [row["file_name"] for row in notes] == ["notes.txt"]


def test_a_message_has_files(client: httpx.Client) -> None:
    keys = [upload(client), upload(client, "plan.png", PICTURE)]
    sent = send(client, message="Both.", file_ids=keys).json()["id"]
    row = get_json(client, f"{ADA}/messages", to_contact="mia@example.com")["messages"][0]
    assert (row["message_type"], [file["file_id"] for file in row["files"]]) == ("file_and_text", keys)
    assert client.get(row["files"][1]["download_url"]).content == PICTURE
    alone = get_json(client, f"{ADA}/messages/{sent}", to_contact="mia@example.com")
    assert [file["file_size"] for file in alone["files"]] == [6, len(PICTURE)]
    thread = {"from": "2026-03-01", "to_contact": "mia@example.com", "need_attachment": "true"}
    assert len(get_json(client, f"{ADA}/messages/{sent}/thread", **thread)["messages"][0]["files"]) == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "png_image_file"),
        ("a.JPEG", "jpg_image_file"),
        ("a.gif", "gif_file"),
        ("a.mp3", "audio_file"),
        ("a.mp4", "video_file"),
        ("a", "others"),
    ],
)
def test_a_file_is_sent_without_text(client: httpx.Client, name: str, kind: str) -> None:
    form = {"to_contact": "ada@example.com"}
    sent = client.post(f"{MIA}/messages/files", files={"files": (name, PICTURE)}, data=form)
    assert sent.status_code == 201, sent.text
    row = get_json(client, f"{ADA}/messages/{sent.json()['id']}", to_contact="mia@example.com")
    assert (row["message"], row["message_type"], row["file_name"]) == ("", kind, name)
    assert client.get(row["download_url"]).content == PICTURE


def test_a_search_finds_files_by_name(client: httpx.Client) -> None:
    send(client, file_ids=[upload(client, "Budget 2026.xlsx")])
    send(client, message="The budget is done.")
    named = get_json(client, f"{ADA}/messages", to_contact="mia@example.com", search_type="file", search_key="budget")
    assert [row["file_name"] for row in named["messages"]] == ["Budget 2026.xlsx"]
    message = get_json(
        client, f"{ADA}/messages", to_contact="mia@example.com", search_type="message", search_key="budget"
    )
    assert [row["message"] for row in message["messages"]] == ["The budget is done."]


def test_files_of_a_message_are_changed_and_deleted(client: httpx.Client) -> None:
    first, second = upload(client), upload(client, "new.txt")
    sent = send(client, message="See.", file_ids=[first]).json()["id"]
    path, to = f"{MIA}/messages/{sent}", {"to_contact": "ada@example.com"}
    assert client.put(path, json={"file_ids": [second], **to}).status_code == 204
    row = get_json(client, path, **to)
    assert (row["message"], row["file_name"]) == ("See.", "new.txt")
    assert client.delete(f"/chat/files/{second}").status_code == 204
    assert "files" not in get_json(client, path, **to)
    assert get_refusal(client.get(f"/chat/files/{second}")) == (404, 404)
    assert get_refusal(client.put(path, json={"file_ids": [second], **to})) == (400, 5404)
    assert client.put(path, json={"message": "Gone.", "file_ids": [], **to}).status_code == 204
    plain = send(client, message="Plain.").json()["id"]
    assert get_refusal(client.put(f"{MIA}/messages/{plain}", json={"file_ids": [first], **to})) == (400, 300)


def test_files_of_others_are_refused(client: httpx.Client) -> None:
    theirs = client.post(f"{ADA}/files", files={"file": ("a.txt", b"a")}).json()["id"]
    assert get_refusal(send(client, file_ids=[theirs])) == (400, 5301)
    assert get_refusal(send(client, file_ids=["nothing"])) == (400, 5301)
    assert get_refusal(send(client, file_ids=[theirs] * 7)) == (400, 300)
    path, form = f"{MIA}/messages/files", {"to_contact": "ada@example.com"}
    assert get_refusal(client.post(path, data=form)) == (400, 300)
    assert get_refusal(client.post(path, files={"files": ("a", b"a")})) == (400, 300)
    two = [("files", ("a", b"a")), ("files", ("b", b"b"))]
    assert get_refusal(client.post(path, files=two, data=form)) == (400, 300)
    assert get_refusal(client.post(f"{MIA}/files", files={"other": ("a", b"a")})) == (400, 300)
    assert get_refusal(client.post(f"{MIA}/files", json={"file": "a"})) == (400, 300)
    cut = {"content-type": "multipart/form-data; boundary=b"}
    assert get_refusal(client.post(f"{MIA}/files", content=b"--b", headers=cut)) == (400, 300)


def test_a_file_that_is_too_large_is_refused(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_files, "MAX_PICTURE_SIZE", 4)
    monkeypatch.setattr(chat_files, "MAX_FILE_SIZE", 6)
    form = {"to_contact": "ada@example.com"}
    for name, size, status in (("a.png", 5, 400), ("a.png", 4, 201), ("a.txt", 6, 201), ("a.txt", 7, 400)):
        response = client.post(f"{MIA}/messages/files", files={"files": (name, bytes(size))}, data=form)
        assert response.status_code == status
        assert status == 201 or response.json()["message"].startswith("Maximum file size exceeded: ")
    monkeypatch.setattr(chat_files, "MAX_TOTAL_SIZE", 20)
    assert get_refusal(client.post(f"{MIA}/files", files={"file": ("b", bytes(11))})) == (400, 300)
    assert upload(client, "b", bytes(10))


def test_files_survive_a_restart(tmp_path: Path) -> None:
    zoom = Sandbox(db=tmp_path / "account.db")
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        key = upload(client)
    zoom.close()
    again = Sandbox(db=tmp_path / "account.db")
    with httpx.Client(transport=again.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        assert client.get(get_json(client, f"/chat/files/{key}")["download_url"]).content == b"Notes."
    again.close()


def test_recorded_requests_have_the_first_bytes_of_a_file(sandbox: Sandbox, client: httpx.Client) -> None:
    upload(client, "large.bin", bytes(100_000))
    (arrived,) = [each for each in sandbox.requests if each.method == "POST"]
    assert len(arrived.body) == 4096
