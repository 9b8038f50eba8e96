"""Test Zoom Phone: phone users, the call history and call recordings."""

from __future__ import annotations

import httpx
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import Sandbox


def test_phone_users_are_filtered(client: httpx.Client) -> None:
    def extensions(**query: str) -> list[int]:
        return [row["extension_number"] for row in get_json(client, "/phone/users", **query)["users"]]

    assert extensions() == [101, 102, 103]
    assert extensions(keyword="ada") == [102]
    assert extensions(department="Sales") == [103]
    client.put("/users/mia@example.com/status", json={"action": "deactivate"})
    assert extensions(status="deactivate") == [103]
    assert get_json(client, "/phone/users/mia@example.com")["status"] == "deactivate"
    assert get_refusal(client.get("/phone/users/ben@example.com")) == (404, 404)
    assert get_refusal(client.get("/phone/users/nobody")) == (404, 1001)


def test_calls_are_filtered(client: httpx.Client) -> None:
    def names(**query: str) -> list[str]:
        return [row["callee_name"] for row in get_json(client, "/phone/call_history", **query)["call_history"]]

    assert names() == ["Olive Owner", "Mia Member", "Cleo Customer", "Gus Guest", "Gus Guest"]
    assert names(recording_status="non_recorded") == ["Mia Member", "Gus Guest"]
    assert names(keyword="cleo") == ["Olive Owner", "Cleo Customer"]
    assert names(directions="inbound") == ["Olive Owner", "Mia Member"]
    assert names(connect_types="internal") == ["Mia Member"]
    assert names(**{"from": "2026-03-04", "to": "2026-03-04"}) == ["Gus Guest"]


def test_calls_are_paged_under_both_names(client: httpx.Client) -> None:
    walked: list[str] = []
    token = ""
    while True:
        page = get_json(client, "/phone/call_history", page_size=2, next_page_token=token)
        assert [row["id"] for row in page["call_logs"]] == [row["call_history_uuid"] for row in page["call_history"]]
        walked += [row["id"] for row in page["call_logs"]]
        if not (token := page["next_page_token"]):
            break
    assert len(walked) == len(set(walked)) == page["total_records"] == 5


def test_calls_of_a_user_are_listed(client: httpx.Client) -> None:
    client.put("/users/mia@example.com/email", json={"email": "maria@example.com"})
    rows = get_json(client, "/phone/users/maria@example.com/call_history")["call_logs"]
    assert [(row["direction"], row["result"]) for row in rows] == [("inbound", "hang_up"), ("outbound", "answered")]
    assert rows[1]["caller_email"] == "maria@example.com"
    assert len(get_json(client, "/phone/users/maria@example.com/recordings")["recordings"]) == 1
    one = get_json(client, f"/phone/call_history/{rows[0]['id']}")
    assert (one["call_id"], one["caller_ext_number"], "answer_time" in one) == (rows[0]["call_id"], "101", False)
    assert get_refusal(client.get("/phone/call_history/nothing")) == (400, 300)


def test_a_recorded_call_is_downloaded(client: httpx.Client, sandbox: Sandbox) -> None:
    row = get_json(client, "/phone/users/me/recordings")["recordings"][0]
    # The facts have no schema for sound.
    with httpx.Client(transport=sandbox.create_transport()) as bare:
        assert get_refusal(bare.get(row["download_url"])) == (401, 124)
        headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
        response = bare.get(row["download_url"], headers=headers)
        assert (response.status_code, response.headers["content-type"]) == (200, "audio/mpeg")
        assert len(response.content) // 417 == -(-row["duration"] * 44_100 // 1152)
        assert response.content[:4] == response.content[417:421] == b"\xff\xfb\x90\x64"
        unrecorded = row["download_url"].replace(row["id"], "2b7f0a4c9d5e4f61a3c8e7d6b5a49382")
        assert get_refusal(bare.get(unrecorded, headers=headers)) == (400, 404)
