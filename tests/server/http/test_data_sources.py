"""Test data sources over HTTP, and calls that the preflight refuses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.server.http.conftest import OPTIONS, HttpClient
from tests.support.session_modes import create_connection

from zoom_component import Component
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_sandbox import Sandbox


def test_data_sources_are_listed_with_their_inputs(client: HttpClient, component: Component) -> None:
    rows = {row["key"]: row for row in client.request("GET", "/sources").json()}
    assert list(rows) == component.catalogue.data_source_keys()
    assert rows["selectMeeting"]["inputs"]["required"] == ["userId"]


def test_options_are_searched_limited_and_resumed(client: HttpClient) -> None:
    page = client.request("POST", "/sources/selectUser", json={}, params={"search": "ada"})
    assert page.json() == {
        "options": [{"value": "Ada-Sandbox-0000000002", "label": "Ada Admin (ada@example.com)"}], "warnings": [],
    }  # fmt: skip
    first = client.request("POST", "/sources/getUser.userId", json={}, params={"limit": "1"}).json()
    more = client.request(
        "POST", "/sources/getUser.userId", json={}, params={"limit": "1", "resume": first["next"]}
    ).json()
    assert more["options"] == page.json()["options"]
    fixed = client.request("POST", "/sources/createMeeting.recurrence", json={}).json()["options"]
    assert fixed[0] == {"value": "1", "label": "Daily"}


@pytest.mark.parametrize(
    ("key", "inputs", "query", "status", "message"),
    [
        ("selectUsr", {}, {}, 404, "did you mean selectUser?"),
        ("getMeeting.meetngId", {}, {}, 404, "did you mean meetingId?"),
        ("selectMeeting", {}, {}, 400, "userId: is required"),
        ("selectUser", {}, {"limit": "no", "x": "1"}, 400, "x: unknown query parameter"),
        ("selectUser", [], {}, 400, "the body: expected a JSON object of inputs"),
        ("selectUser", {}, {"connection": "old"}, 424, "expired"),
        ("selectUser", {}, {"connection": "nobody"}, 400, "is not allowed"),
        ("selectMeetingRegistrant", {"meetingId": "81234567890"}, {}, 404, ""),
    ],
)
def test_errors_have_the_status_of_their_kind(
    client: HttpClient, key: str, inputs: object, query: dict[str, str], status: int, message: str
) -> None:
    answer = client.request("POST", f"/sources/{key}", json=inputs, params=query)
    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]


def test_a_preflight_refuses_a_call_without_its_scope(component: Component) -> None:
    zoom = Sandbox(scopes=["user:read"])
    options = OPTIONS._replace(preflight=True)
    connect_args: Any = {"transport": zoom.create_transport(), "options": options}
    client = HttpClient(
        HttpServer(
            component, SessionPool(lambda name: component.aconnect(create_connection(zoom), **connect_args))
        ).build_app()
    )
    refused = client.run("createMeeting", {"userId": "me", "topic": "Daily"})
    assert (refused.status_code, refused.json()["error"]["kind"]) == (403, "missing_scope")
    assert client.run("getUser", {"userId": "me"}).status_code == 200
    assert [each.path for each in zoom.requests if each.path.startswith("/v2")] == ["/v2/users/me"]
