"""Pick lists over HTTP, as a form in a browser would ask for them; and calls that are refused before they are made."""

from __future__ import annotations

from typing import Any

import pytest
from tests.server.http.conftest import OPTIONS, HttpClient
from tests.support.session_modes import create_connection

from zoom_component import Component
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_sandbox import Sandbox


def test_the_sources_are_listed_with_what_they_have_to_be_told(gate: HttpClient, component: Component) -> None:
    rows = {row["key"]: row for row in gate.request("GET", "/sources").json()}
    assert list(rows) == component.catalogue.data_source_keys()
    assert rows["selectMeeting"]["inputs"]["required"] == ["userId"]


def test_a_pick_is_searched_paged_and_gone_on_with(gate: HttpClient) -> None:
    found = gate.request("POST", "/sources/selectUser", json={}, params={"search": "ada"})
    assert found.json() == {
        "choices": [{"value": "Ada-Sandbox-0000000002", "label": "Ada Admin (ada@example.com)"}], "cautions": [],
    }  # fmt: skip
    first = gate.request("POST", "/sources/getUser.userId", params={"most": "1"}).json()
    more = gate.request("POST", "/sources/getUser.userId", params={"most": "1", "resume": first["next"]}).json()
    assert more["choices"] == found.json()["choices"]
    fixed = gate.request("POST", "/sources/createMeeting.recurrence").json()["choices"]
    assert fixed[0] == {"value": "1", "label": "Daily"}


@pytest.mark.parametrize(
    ("key", "inputs", "query", "status", "told"),
    [
        ("selectUsr", {}, {}, 404, "did you mean selectUser?"),
        ("getMeeting.meetngId", {}, {}, 404, "did you mean meetingId?"),
        ("selectMeeting", {}, {}, 400, "userId: it is required"),
        ("selectUser", {}, {"most": "no", "x": "1"}, 400, "x: there is no such word in an address"),
        ("selectUser", [], {}, 400, "the body is to be a JSON object"),
        ("selectUser", {}, {"connection": "old"}, 424, "expired"),
        ("selectUser", {}, {"connection": "nobody"}, 400, "is not offered here"),
        ("selectMeetingRegistrant", {"meetingId": "81234567890"}, {}, 404, ""),
    ],
)
def test_what_cannot_be_picked_has_its_status(
    gate: HttpClient, key: str, inputs: object, query: dict[str, str], status: int, told: str
) -> None:
    answer = gate.request("POST", f"/sources/{key}", json=inputs, params=query)
    assert answer.status_code == status
    assert told in answer.json()["error"]["message"]


def test_a_preflight_refuses_what_the_scopes_do_not_allow(component: Component) -> None:
    zoom = Sandbox(scopes=["user:read"])
    options = OPTIONS._replace(preflight=True)
    way: Any = {"transport": zoom.create_transport(), "options": options}
    gate = HttpClient(
        HttpServer(component, SessionPool(lambda name: component.aconnect(create_connection(zoom), **way))).build_app()
    )
    refused = gate.run("createMeeting", {"userId": "me", "topic": "Daily"})
    assert (refused.status_code, refused.json()["error"]["kind"]) == (403, "missing_scope")
    assert gate.run("getUser", {"userId": "me"}).status_code == 200
    assert [each.path for each in zoom.requests if each.path.startswith("/v2")] == ["/v2/users/me"]
