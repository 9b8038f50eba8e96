"""Test the data that an account has from the start: recordings, summaries, calls, chat, reports and devices."""

from __future__ import annotations

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock, Sandbox

PLANNING = "85746065001"
TWICE = "%252FajXp112QmuoKj4854875%253D%253D"


@pytest.mark.parametrize("key", [PLANNING, TWICE])
def test_a_recording_has_files(client: httpx.Client, key: str) -> None:
    matches = get_json(client, f"/meetings/{key}/recordings")
    assert (matches["uuid"], matches["topic"]) == ("/ajXp112QmuoKj4854875==", "Weekly Planning")
    assert [file["file_type"] for file in matches["recording_files"]] == ["MP4", "M4A"]
    assert matches["recording_count"] == 2
    assert matches["total_size"] == sum(file["file_size"] for file in matches["recording_files"])
    assert "download_access_token" not in matches
    more = get_json(client, f"/meetings/{key}/recordings", include_fields="download_access_token", ttl=60)
    assert more["download_access_token"]


def test_a_recording_is_trashed_or_deleted(client: httpx.Client) -> None:
    assert client.delete(f"/meetings/{PLANNING}/recordings").status_code == 204
    assert get_refusal(client.get(f"/meetings/{PLANNING}/recordings")) == (404, 3301)
    assert get_refusal(client.delete(f"/meetings/{PLANNING}/recordings")) == (404, 3301)
    trashed = get_json(client, "/users/me/recordings", trash="true")["meetings"]
    assert [row["id"] for row in trashed] == [int(PLANNING)]
    assert trashed[0]["recording_files"][0]["deleted_time"] == "2026-03-10T11:00:00Z"
    client.delete("/meetings/85746065002/recordings", params={"action": "delete"})
    assert get_json(client, "/users/me/recordings")["meetings"] == []
    assert len(get_json(client, "/users/me/recordings", trash="true")["meetings"]) == 1


def test_recordings_are_listed_by_day_and_by_page(client: httpx.Client) -> None:
    every = get_json(client, "/users/me/recordings")
    assert [row["topic"] for row in every["meetings"]] == ["Weekly Planning", "Customer Interview"]
    assert (every["from"], every["to"]) == ("2026-02-08", "2026-03-10")
    some = get_json(client, "/users/me/recordings", **{"from": "2026-03-01", "to": "2026-03-02"})
    assert [row["topic"] for row in some["meetings"]] == ["Customer Interview"]
    assert get_json(client, "/users/me/recordings", meeting_id=PLANNING)["total_records"] == 1
    assert get_json(client, "/users/ada@example.com/recordings")["meetings"] == []
    first = get_json(client, "/users/me/recordings", page_size=1)
    rest = get_json(client, "/users/me/recordings", page_size=1, next_page_token=first["next_page_token"])
    assert [rest["meetings"][0]["topic"], rest["next_page_token"]] == ["Customer Interview", ""]


def test_a_meeting_may_have_a_summary(client: httpx.Client) -> None:
    matches = get_json(client, f"/meetings/{TWICE}/meeting_summary")
    assert matches["meeting_topic"] == "Weekly Planning"
    assert matches["next_steps"]
    assert get_refusal(client.get("/meetings/85746065002/meeting_summary")) == (404, 3001)


def test_a_past_meeting_can_be_read(client: httpx.Client) -> None:
    past = get_json(client, f"/past_meetings/{TWICE}")
    assert (past["start_time"], past["end_time"]) == ("2026-03-08T15:00:00Z", "2026-03-08T15:45:00Z")
    assert past["participants_count"] == 4
    assert get_json(client, f"/meetings/{PLANNING}")["topic"] == "Weekly Planning"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"/past_meetings/{TWICE}/participants", ["Olive Owner", "Ada Admin", "Mia Member", "Gus Guest"]),
        ("/past_webinars/95204914001/participants", ["Olive Owner", "Vic Viewer", "Val Viewer"]),
    ],
)
def test_participants_are_paged(client: httpx.Client, path: str, names: list[str]) -> None:
    first = get_json(client, path, page_size=2)
    rest = get_json(client, path, page_size=2, next_page_token=first["next_page_token"])
    assert [row["name"] for row in first["participants"] + rest["participants"]] == names
    assert first["total_records"] == len(names)


def test_a_guest_has_no_id_and_is_external(client: httpx.Client) -> None:
    people = get_json(client, f"/past_meetings/{PLANNING}/participants")["participants"]
    assert (people[0]["id"], people[0]["internal_user"]) == ("Owner-Sandbox-00000001", True)
    assert (people[3]["id"], people[3]["internal_user"]) == ("", False)


def test_an_unknown_past_meeting_is_not_found(client: httpx.Client) -> None:
    planned = client.post("/users/me/meetings", json={}).json()["id"]
    for path in (f"/past_meetings/{planned}/participants", "/past_webinars/1/participants", "/past_meetings/1"):
        assert get_refusal(client.get(path)) == (404, 3001)
    assert get_refusal(client.get(f"/meetings/{planned}/recordings")) == (404, 3301)


def test_phone_recordings_of_a_user_and_of_the_account(client: httpx.Client) -> None:
    mine = get_json(client, "/phone/users/me/recordings")
    assert [row["direction"] for row in mine["recordings"]] == ["inbound", "outbound"]
    every = get_json(client, "/phone/recordings")
    assert len(every["recordings"]) == 3
    assert every["recordings"][0]["owner"]["name"] == "Olive Owner"
    assert get_json(client, "/phone/recordings", **{"from": "2026-03-07", "to": "2026-03-07"})["total_records"] == 1
    assert get_refusal(client.get("/phone/users/nobody/recordings")) == (404, 1001)


def test_channels_are_those_of_the_user(client: httpx.Client) -> None:
    assert [row["name"] for row in get_json(client, "/chat/users/me/channels")["channels"]] == ["Developers", "Sales"]
    assert [row["name"] for row in get_json(client, "/chat/users/ada@example.com/channels")["channels"]] == [
        "Developers"
    ]
    assert get_refusal(client.get("/chat/users/nobody/channels")) == (400, 300)


def test_messages_need_a_contact_or_a_channel(client: httpx.Client) -> None:
    path, channel = "/chat/users/me/messages", "cabc1234567defghijkl01234"
    assert get_refusal(client.get(path)) == (400, 300)
    assert get_refusal(client.get(path, params={"to_channel": "nowhere"})) == (404, 4130)
    assert get_refusal(client.get(path, params={"to_contact": "nobody"})) == (404, 1001)
    assert len(get_json(client, path, to_channel=channel)["messages"]) == 3
    talk = get_json(client, path, to_contact="mia@example.com")["messages"]
    assert [row["message"] for row in talk] == ["They are on their way.", "Can you send the invitations?"]
    matches = get_json(client, path, search_type="message", search_key="HELLO")["messages"]
    assert [row["message"] for row in matches] == ["hello, world!"]


def test_messages_are_filtered_by_time(client: httpx.Client) -> None:
    path, query = "/chat/users/me/messages", {"to_channel": "cabc1234567defghijkl01234"}
    assert get_json(client, path, date="2026-03-10", **query)["messages"] == []
    assert len(get_json(client, path, date="2026-03-09", **query)["messages"]) == 3
    span = {"from": "2026-03-09T09:01:00Z", "to": "2026-03-09T09:02:30Z"}
    assert len(get_json(client, path, **span, **query)["messages"]) == 1


def test_the_daily_report_counts_past_meetings(client: httpx.Client) -> None:
    report = get_json(client, "/report/daily")
    assert (report["year"], report["month"], len(report["dates"])) == (2026, 3, 31)
    assert report["dates"][7] == {
        "date": "2026-03-08",
        "meetings": 1,
        "participants": 4,
        "meeting_minutes": 154,
        "new_users": 0,
    }
    assert len(get_json(client, "/report/daily", year=2024, month=2)["dates"]) == 29
    assert get_refusal(client.get("/report/daily", params={"month": 13})) == (400, 300)
    assert get_refusal(client.get("/report/daily", params={"year": 2027})) == (400, 300)


def test_archived_files_are_filtered_by_time(client: httpx.Client) -> None:
    every = get_json(client, "/archive_files")
    assert [row["topic"] for row in every["meetings"]] == ["Weekly Planning", "Customer Interview"]
    span = {"from": "2026-03-08T16:00:00Z", "to": "2026-03-08T17:00:00Z"}
    assert get_json(client, "/archive_files", **span)["meetings"] == []
    assert get_json(client, "/archive_files", query_date_type="archive_complete_time", **span)["total_records"] == 1
    assert get_json(client, "/archive_files", **{"from": "2026-03-08", "to": "2026-03-08"})["total_records"] == 1


def test_devices_are_filtered(client: httpx.Client) -> None:
    def names(**query: str) -> list[str]:
        return [row["device_name"] for row in get_json(client, "/devices", **query)["devices"]]

    assert names() == ["Front Desk Phone", "Board Room Bar"]
    assert names(search_text="poly") == ["Board Room Bar"]
    assert names(device_status="0") == ["Front Desk Phone"]
    assert names(device_type="3", platform_os="linux") == ["Front Desk Phone"]
    assert names(device_vendor="poly", device_model="mp54") == []
    assert names(is_enrolled_in_zdm="false") == []


def test_instances_of_the_same_second_are_each_listed_once(
    sandbox: Sandbox, clock: ManualClock, client: httpx.Client
) -> None:
    ids = [client.post("/users/me/meetings", json={"topic": f"Room {n}"}).json()["id"] for n in range(6)]
    for ident in ids:
        sandbox.lifecycle.start(ident)
        sandbox.lifecycle.record(ident)
    clock.advance(600)
    for ident in ids:
        sandbox.lifecycle.end(ident)
    for path, items in (("/archive_files", "meetings"), ("/report/users/me/meetings", "meetings")):
        matches, token = [], ""
        while True:
            span = {"from": "2026-03-09", "to": "2026-03-11", "page_size": "1", "next_page_token": token}
            response = get_json(client, path, **span)
            matches += [row["id"] for row in response[items]]
            if not (token := response["next_page_token"]):
                break
        assert [ident for ident in sorted(matches) if ident in ids] == sorted(ids), path


@pytest.mark.parametrize("path", ["/archive_files", "/meetings/meeting_summaries"])
def test_an_invalid_time_range_is_refused_by_its_parameter(client: httpx.Client, path: str) -> None:
    response = client.get(path, params={"to": "soon"})
    assert get_refusal(response) == (400, 300)
    assert response.json()["errors"][0]["field"] == "to"
