"""Test the resources as a whole: every handled operation is one of the facts, and answers as they say."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.support.account_tour import CHAT, PAST, PEOPLE, PHONE, RECORDINGS, SCHEDULED, run_steps

import zoom_sandbox
from zoom_facts import find_operation
from zoom_sandbox import Sandbox, SandboxEngine
from zoom_sandbox.errors import ApiError
from zoom_sandbox.operations import Operations
from zoom_sandbox.resources import load_operations
from zoom_sandbox.resources.conferences.kinds import MEETING, WEBINAR
from zoom_sandbox.response_schemas import response_schema
from zoom_sandbox.seed import read_seed

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


def test_every_handled_operation_is_one_of_zooms() -> None:
    operations = load_operations()
    assert len(operations) >= 35
    assert [key for key in operations if find_operation(*key) is None] == []


def test_an_operation_has_one_handler() -> None:
    with pytest.raises(ValueError, match=r"GET /\S+: expected one handler, got two"):
        load_operations().merge(load_operations())


def test_a_sandbox_runs_the_operations_that_it_is_given() -> None:
    engine = SandboxEngine(operations=Operations())
    with pytest.raises(ApiError, match=r"no state for GET /users"):
        engine.run_operation("GET", "/users", {})


def test_a_new_account_can_be_read_all_over(client: httpx.Client) -> None:
    # The contract of the test run checks each response against its schema.
    assert [client.get(path).status_code for path in PATHS] == [200] * len(PATHS)


def test_every_handled_operation_answers_as_the_facts_say(
    client: httpx.Client, sandbox: Sandbox, played: set[tuple[str, str]]
) -> None:
    for path in PATHS:
        client.get(path)
    user = {"email": "new@example.com", "type": 2}
    client.post("/users", json={"action": "autoCreate", "user_info": user})
    client.patch("/users/new@example.com", json={"dept": "Sales"})
    client.delete("/users/new@example.com")
    for kind in ("meetings", "webinars"):
        created = client.post(f"/users/me/{kind}", json={"settings": {"approval_type": 0}}).json()
        one = f"/{kind}/{created['id']}"
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
    run_steps(client, PEOPLE)
    run_steps(client, CHAT)
    run_steps(client, PHONE)
    run_steps(client, RECORDINGS)
    run_steps(client, SCHEDULED)
    instances = {kind: client.post(f"/users/me/{kind}s", json={}).json()["id"] for kind in ("meeting", "webinar")}
    for number in instances.values():
        sandbox.lifecycle.start(number)
        sandbox.lifecycle.record(number)
    run_steps(client, PAST, **instances)
    missing = sorted(f"{method} {path}" for method, path in set(load_operations()) - played)
    assert not missing, f"no request calls {', '.join(missing)}; add a step for each to tests/support/account_tour.py"


def test_default_settings_are_settings_that_zoom_has() -> None:
    for kind in (MEETING, WEBINAR):
        known = response_schema("GET", kind.one_path)["properties"]["settings"]["properties"]
        assert set(read_seed(kind.settings_seed)) <= set(known)


def test_it_shares_nothing_with_the_connector() -> None:
    room = Path(zoom_sandbox.__file__).parent
    files = list(room.rglob("*.py"))
    assert files
    assert [str(file) for file in files if "zoom_component" in file.read_text(encoding="utf-8")] == []
