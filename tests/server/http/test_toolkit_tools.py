"""Test the tools of the toolkit catalogue over HTTP, with its slugs, names and result format."""

from __future__ import annotations

from tests.server.http.conftest import HttpClient

from zoom_sandbox import Sandbox


def test_a_tool_runs_by_its_slug_and_returns_the_catalogues_result(client: HttpClient) -> None:
    created = client.request("POST", "/tools/ZOOM_CREATE_A_MEETING", json={"userId": "me", "settings__use__pmi": False})
    assert created.status_code == 200
    assert (created.json()["successful"], created.json()["error"]) == (True, None)
    page = client.request(
        "POST", "/tools/ZOOM_LIST_MEETINGS", json={"userId": "me", "page_size": 1}, params={"connection": "work"}
    )
    assert page.json()["data"]["page_size"] == 1


def test_an_error_has_the_catalogues_format_and_the_status_of_its_kind(client: HttpClient, zoom: Sandbox) -> None:
    missing = client.request("POST", "/tools/ZOOM_GET_A_MEETING", json={"meetingId": "85746065432"})
    assert (missing.status_code, missing.json()["successful"], missing.json()["data"]) == (404, False, {})
    assert missing.json()["error"].startswith("not_found: ")
    invalid = client.request("POST", "/tools/ZOOM_LIST_MEETINGS?dryRun=true", json={"userId": "me"})
    assert invalid.status_code == 400
    assert "dryRun: unknown query parameter; expected connection" in invalid.json()["error"]
    zoom.add_fault("GET", "/users/{userId}/meetings", status=429, body={"code": 429, "message": "slow"}, retry_after=7)
    later = client.request("POST", "/tools/ZOOM_LIST_MEETINGS", json={"userId": "me"})
    assert later.status_code == 429
    assert later.headers["x-retry-at"]


def test_only_slugs_are_accepted(client: HttpClient) -> None:
    unknown = client.request("POST", "/tools/ZOOM_CREATE_MEETING", json={})
    assert unknown.status_code == 404
    assert "did you mean ZOOM_CREATE_A_MEETING?" in unknown.json()["error"]
    assert client.request("POST", "/tools/createMeeting", json={}).status_code == 404
