"""The resources as a whole: every operation that is played is one of the facts, and answers as they say."""

from __future__ import annotations

from pathlib import Path

import httpx
from tests.support.tour import CHAT, HELD, PEOPLE, PHONE, PLANNED, RECORDINGS, tour

import zoom_sandbox
from zoom_facts import find
from zoom_sandbox import Sandbox
from zoom_sandbox.plays import PLAYS
from zoom_sandbox.resources.gatherings.kinds import MEETING, WEBINAR
from zoom_sandbox.seed import read
from zoom_sandbox.shapes import answer_schema

PATHS = (
    "/users",
    "/users/me",
    "/users/me/meetings",
    "/users/me/webinars",
    "/users/me/recordings",
    "/meetings/85746065001",
    "/meetings/85746065001/invitation",
    "/meetings/85746065001/recordings",
    "/meetings/85746065001/meeting_summary",
    "/meetings/85746065001/registrants",
    "/webinars/95204914001",
    "/webinars/95204914001/registrants",
    "/past_meetings/85746065001",
    "/past_meetings/85746065001/participants",
    "/past_webinars/95204914001/participants",
    "/phone/users/me/recordings",
    "/phone/recordings",
    "/chat/users/me/channels",
    "/report/daily",
    "/archive_files",
    "/devices",
)


def test_every_operation_that_is_played_is_one_of_zooms(client: httpx.Client) -> None:
    assert len(PLAYS) >= 35
    assert [key for key in PLAYS if find(*key) is None] == []


def test_a_new_account_can_be_read_all_over(client: httpx.Client) -> None:
    # The client holds each answer against the operation's schema, keys compared.
    assert [client.get(path).status_code for path in PATHS] == [200] * len(PATHS)


def test_every_operation_that_is_played_answers_as_the_facts_say(
    client: httpx.Client, sandbox: Sandbox, played: set[tuple[str, str]]
) -> None:
    for path in PATHS:
        client.get(path)
    user = {"email": "new@example.com", "type": 2}
    client.post("/users", json={"action": "autoCreate", "user_info": user})
    client.patch("/users/new@example.com", json={"dept": "Sales"})
    client.delete("/users/new@example.com")
    for kind in ("meetings", "webinars"):
        made = client.post(f"/users/me/{kind}", json={"settings": {"approval_type": 0}}).json()
        one = f"/{kind}/{made['id']}"
        person = client.post(f"{one}/registrants", json={"email": "jill@example.com", "first_name": "Jill"}).json()
        client.put(
            f"{one}/registrants/status", json={"action": "deny", "registrants": [{"id": person["registrant_id"]}]}
        )
        client.get(f"{one}/registrants/{person['registrant_id']}")
        client.delete(f"{one}/registrants/{person['registrant_id']}")
        client.patch(one, json={"agenda": "All of it"})
        client.put(f"{one}/status", json={"action": "end"})
        client.delete(one)
    client.get("/chat/users/me/messages", params={"to_contact": "mia@example.com"})
    client.delete("/meetings/85746065001/recordings")
    tour(client, PEOPLE)
    tour(client, CHAT)
    tour(client, PHONE)
    tour(client, RECORDINGS)
    tour(client, PLANNED)
    held = {kind: client.post(f"/users/me/{kind}s", json={}).json()["id"] for kind in ("meeting", "webinar")}
    for number in held.values():
        sandbox.play.start(number)
        sandbox.play.record(number)
    tour(client, HELD, **held)
    assert set(PLAYS) - played == set()


def test_default_settings_are_settings_that_zoom_has() -> None:
    for kind in (MEETING, WEBINAR):
        known = answer_schema("GET", kind.one_path)["properties"]["settings"]["properties"]
        assert set(read(kind.settings)) <= set(known)


def test_it_shares_nothing_with_the_connector() -> None:
    room = Path(zoom_sandbox.__file__).parent
    files = list(room.rglob("*.py"))
    assert files
    assert [str(file) for file in files if "zoom_component" in file.read_text(encoding="utf-8")] == []
