"""Test scopes: a token without a scope of the operation is refused, if the app has scopes."""

from __future__ import annotations

import httpx
import pytest

from zoom_sandbox import Sandbox


def create_client(zoom: Sandbox, token: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


@pytest.mark.parametrize("scope", ["user:read", "user:read:admin", "user:read:user:admin"])
def test_any_one_of_the_listed_scopes_is_enough_classic_or_granular(scope: str) -> None:
    zoom = Sandbox(scopes=[scope])
    assert create_client(zoom, zoom.issue_token()).get("/users/me").status_code == 200


def test_a_missing_scope_is_400_4711_and_lists_the_scopes() -> None:
    zoom = Sandbox(scopes=["meeting:read"])
    answer = create_client(zoom, zoom.issue_token()).get("/users/me")
    assert (answer.status_code, answer.json()["code"]) == (400, 4711)
    message = answer.json()["message"]
    assert message.startswith("Invalid access token, does not contain scopes:[")
    assert {"user:read", "user:read:admin"} <= set(message.partition("[")[2].rstrip("].").split(", "))


def test_the_token_answer_lists_the_scopes() -> None:
    zoom = Sandbox(scopes=["meeting:read", "meeting:write"])
    form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    with httpx.Client(transport=zoom.create_transport()) as client:
        token = client.post("http://zoom.test/oauth/token", data=form, auth=("sandbox-client", "sandbox-secret")).json()
    assert token["scope"] == "meeting:read meeting:write"
    client = create_client(zoom, token["access_token"])
    assert client.post("/users/me/meetings", json={}).status_code == 201
    assert client.get("/phone/call_queues").json()["code"] == 4711


def test_a_token_may_have_its_own_scopes() -> None:
    zoom = Sandbox()
    assert create_client(zoom, zoom.issue_token()).get("/users").status_code == 200
    assert create_client(zoom, zoom.issue_token(["meeting:read"])).get("/users").json()["code"] == 4711
    assert create_client(zoom, zoom.issue_token([])).get("/users").json()["code"] == 4711


def test_an_unknown_token_is_refused_before_its_scopes_are_checked() -> None:
    zoom = Sandbox(scopes=[])
    assert create_client(zoom, "nobody").get("/users/me").json()["code"] == 124
