"""Scopes: a token without what an operation asks for is told so, when scopes are given."""

from __future__ import annotations

import httpx
import pytest

from zoom_sandbox import Sandbox


def calling(zoom: Sandbox, token: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers)


@pytest.mark.parametrize("scope", ["user:read", "user:read:admin", "user:read:user:admin"])
def test_any_one_of_the_listed_scopes_is_enough_classic_or_granular(scope: str) -> None:
    zoom = Sandbox(scopes=[scope])
    assert calling(zoom, zoom.issue_token()).get("/users/me").status_code == 200


def test_a_missing_scope_is_400_4711_and_names_them() -> None:
    zoom = Sandbox(scopes=["meeting:read"])
    answer = calling(zoom, zoom.issue_token()).get("/users/me")
    assert (answer.status_code, answer.json()["code"]) == (400, 4711)
    said = answer.json()["message"]
    assert said.startswith("Invalid access token, does not contain scopes:[")
    assert {"user:read", "user:read:admin"} <= set(said.partition("[")[2].rstrip("].").split(", "))


def test_the_token_answer_says_what_was_granted() -> None:
    zoom = Sandbox(scopes=["meeting:read", "meeting:write"])
    form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    with httpx.Client(transport=zoom.create_transport()) as client:
        told = client.post("http://zoom.test/oauth/token", data=form, auth=("sandbox-client", "sandbox-secret")).json()
    assert told["scope"] == "meeting:read meeting:write"
    mine = calling(zoom, told["access_token"])
    assert mine.post("/users/me/meetings", json={}).status_code == 201
    assert mine.get("/phone/call_queues").json()["code"] == 4711


def test_a_token_may_have_scopes_of_its_own_and_without_any_all_is_open() -> None:
    zoom = Sandbox()
    assert calling(zoom, zoom.issue_token()).get("/users").status_code == 200
    assert calling(zoom, zoom.issue_token(["meeting:read"])).get("/users").json()["code"] == 4711
    assert calling(zoom, zoom.issue_token([])).get("/users").json()["code"] == 4711


def test_an_unknown_token_is_refused_before_scopes_are_looked_at() -> None:
    zoom = Sandbox(scopes=[])
    assert calling(zoom, "nobody").get("/users/me").json()["code"] == 124
