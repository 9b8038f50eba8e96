"""The tools of the toolkit catalogue over HTTP: by slug, in their own names, in their own envelope."""

from __future__ import annotations

from tests.server.http.conftest import HttpClient

from zoom_sandbox import Sandbox


def test_a_tool_runs_by_its_slug_and_answers_in_its_envelope(gate: HttpClient) -> None:
    made = gate.request("POST", "/tools/ZOOM_CREATE_A_MEETING", json={"userId": "me", "settings__use__pmi": False})
    assert made.status_code == 200
    assert (made.json()["successful"], made.json()["error"]) == (True, None)
    page = gate.request(
        "POST", "/tools/ZOOM_LIST_MEETINGS", json={"userId": "me", "page_size": 1}, params={"connection": "work"}
    )
    assert page.json()["data"]["page_size"] == 1


def test_a_failure_comes_in_the_envelope_with_the_status_of_its_kind(gate: HttpClient, zoom: Sandbox) -> None:
    missing = gate.request("POST", "/tools/ZOOM_GET_A_MEETING", json={"meetingId": "85746065432"})
    assert (missing.status_code, missing.json()["successful"], missing.json()["data"]) == (404, False, {})
    assert missing.json()["error"].startswith("not_found: ")
    wrong = gate.request("POST", "/tools/ZOOM_LIST_MEETINGS?dryRun=true", json={"userId": "me"})
    assert wrong.status_code == 400
    assert "dryRun: there is no such word in an address; accepted: connection" in wrong.json()["error"]
    zoom.add_fault("GET", "/users/{userId}/meetings", status=429, body={"code": 429, "message": "slow"}, retry_after=7)
    later = gate.request("POST", "/tools/ZOOM_LIST_MEETINGS", json={"userId": "me"})
    assert later.status_code == 429
    assert later.headers["x-retry-at"]


def test_only_slugs_are_tools(gate: HttpClient) -> None:
    near = gate.request("POST", "/tools/ZOOM_CREATE_MEETING", json={})
    assert near.status_code == 404
    assert "did you mean ZOOM_CREATE_A_MEETING?" in near.json()["error"]
    assert gate.request("POST", "/tools/createMeeting", json={}).status_code == 404
