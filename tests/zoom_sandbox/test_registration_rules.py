"""Test who may register for a meeting or webinar, and until when."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.resources.registrants import rules

KINDS = pytest.mark.parametrize("kind", ["meetings", "webinars"])
GUS = {"email": "gus@guests.example.org", "first_name": "Gus"}


def create(client: httpx.Client, kind: str, host: str = "me", **settings: Any) -> str:
    """Create a meeting or webinar with registration, and return its path."""
    body = {"settings": {"approval_type": 0, **settings}, "start_time": "2026-03-11T09:00:00Z", "duration": 30}
    created = client.post(f"/users/{host}/{kind}", json=body)
    assert created.status_code == 201, created.text
    return f"/{kind}/{created.json()['id']}"


def register(client: httpx.Client, path: str, **person: str) -> httpx.Response:
    return client.post(f"{path}/registrants", json={**GUS, **person})


@KINDS
@pytest.mark.parametrize("email", ["owner@example.com", "OWNER@example.com", "ada@example.com"])
def test_hosts_take_part_without_a_registration(client: httpx.Client, kind: str, email: str) -> None:
    path = create(client, kind, alternative_hosts="Ada-Sandbox-0000000002;mia@example.com")
    assert get_refusal(register(client, path, email=email)) == (400, 3027)
    assert register(client, path, email="ben@example.com").status_code == 201


def test_panelists_take_part_without_a_registration(client: httpx.Client) -> None:
    path = create(client, "webinars")
    client.post(f"{path}/panelists", json={"panelists": [{"name": "Pat", "email": "pat@example.org"}]})
    assert get_refusal(register(client, path, email="PAT@example.org")) == (400, 3000)
    assert register(client, path).status_code == 201


def test_the_host_needs_a_license_for_registrations(client: httpx.Client) -> None:
    path = create(client, "meetings", host="ben@example.com")
    for response in (
        register(client, path),
        client.post(f"{path}/batch_registrants", json={"registrants": [GUS]}),
        client.put(f"{path}/registrants/status", json={"action": "approve", "registrants": []}),
    ):
        assert get_refusal(response) == (400, 200)


@KINDS
def test_nobody_registers_once_it_has_ended(client: httpx.Client, sandbox: Sandbox, kind: str) -> None:
    path = create(client, kind)
    number = int(path.rpartition("/")[2])
    sandbox.lifecycle.start(number)
    assert register(client, path, email="early@example.org").status_code == 201
    sandbox.lifecycle.end(number)
    refusal = get_refusal(register(client, path))
    # The page of the meeting's operation does not have 3038.
    assert refusal == (400, 3000 if kind == "meetings" else 3038)
    batch = client.post(f"{path}/batch_registrants", json={"registrants": [GUS]})
    assert get_refusal(batch) == (400, 3038)
    assert "is over" in batch.json()["message"]


@KINDS
@pytest.mark.parametrize("closes", [True, False])
def test_the_setting_ends_registration_after_the_date(
    client: httpx.Client, sandbox: Sandbox, clock: ManualClock, kind: str, closes: bool
) -> None:
    path = create(client, kind, close_registration=closes)
    clock.advance(2 * 86_400)
    client.headers["authorization"] = f"Bearer {sandbox.issue_token()}"
    assert (register(client, path).status_code == 400) is closes


@pytest.mark.parametrize("kind", ["meetings", "webinars"])
def test_a_full_one_takes_those_who_are_registered_only(
    client: httpx.Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_MAX_REGISTRANTS", 1)
    limit: dict[str, Any] = {"registrants_restrict_number": 1} if kind == "webinars" else {}
    path = create(client, kind, **limit)
    first = register(client, path)
    assert get_refusal(register(client, path, email="late@example.org")) == (400, 3043 if kind == "meetings" else 3000)
    assert register(client, path).json()["registrant_id"] == first.json()["registrant_id"]


@KINDS
def test_a_group_is_registered_as_a_whole_or_not_at_all(client: httpx.Client, kind: str) -> None:
    path = create(client, kind)
    people = [GUS, {"email": "owner@example.com", "first_name": "Olive"}]
    refused = client.post(f"{path}/batch_registrants", json={"registrants": people})
    assert refused.status_code == 400
    assert get_json(client, f"{path}/registrants")["total_records"] == 0


@KINDS
def test_without_registration_nobody_is_approved(client: httpx.Client, kind: str) -> None:
    path = create(client, kind)
    receipt = register(client, path).json()
    client.patch(path, json={"settings": {"approval_type": 2}})
    body = {"action": "deny", "registrants": [{"id": receipt["registrant_id"]}]}
    refused = client.put(f"{path}/registrants/status", json=body)
    assert get_refusal(refused) == (400, 3000 if kind == "meetings" else 300)
    assert "Registration has not been enabled" in refused.json()["message"]
    assert get_refusal(client.post(f"{path}/batch_registrants", json={"registrants": [GUS]})) == (
        400,
        404 if kind == "meetings" else 3000,
    )


@pytest.mark.parametrize(("kind", "code"), [("meetings", 3000), ("webinars", 300)])
def test_an_unknown_registrant_is_not_a_matter_of_capacity(client: httpx.Client, kind: str, code: int) -> None:
    path = create(client, kind)
    body = {"action": "approve", "registrants": [{"id": "nobody"}]}
    assert get_refusal(client.put(f"{path}/registrants/status", json=body)) == (400, code)
