"""Tokens: how they are had, how long they hold, and what ends them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from zoom_sandbox import ManualClock, Sandbox

CLIENT = ("sandbox-client", "sandbox-secret")
BACK = "http://127.0.0.1:9/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"


@pytest.fixture
def http(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test")


def ask(http: httpx.Client, **form: str) -> httpx.Response:
    return ask_as(http, CLIENT, form)


def ask_as(http: httpx.Client, auth: tuple[str, str] | None, form: dict[str, str]) -> httpx.Response:
    return http.post("/oauth/token", data=form, auth=auth) if auth else http.post("/oauth/token", data=form)


def account_token(http: httpx.Client) -> dict[str, Any]:
    answer = ask(http, grant_type="account_credentials", account_id="sandbox-account")
    assert answer.status_code == 200
    return dict(answer.json())


def works(http: httpx.Client, token: str) -> bool:
    answer = http.get("/v2/users/me", headers={"authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        assert answer.json() == {"code": 124, "message": "Invalid access token."}
    return answer.status_code == 200


def consent(http: httpx.Client, **more: str) -> str:
    query = {"response_type": "code", "client_id": CLIENT[0], "redirect_uri": BACK, "state": "s 1", **more}
    answer = http.get("/oauth/authorize", params=query)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    given = parse_qs(back.query)
    assert given["state"] == ["s 1"]
    return given["code"][0]


def test_an_account_token_opens_the_api_for_an_hour(http: httpx.Client, clock: ManualClock) -> None:
    answer = account_token(http)
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 3600
    assert answer["api_url"] == "http://zoom.test"
    assert "meeting:write:admin" in answer["scope"].split()
    assert "refresh_token" not in answer
    clock.advance(3599)
    assert works(http, answer["access_token"])
    clock.advance(1)
    assert not works(http, answer["access_token"])


def test_a_new_account_token_ends_the_old_one(http: httpx.Client) -> None:
    old, new = account_token(http), account_token(http)
    assert not works(http, old["access_token"])
    assert works(http, new["access_token"])


def test_the_client_may_be_named_in_the_form_and_the_grant_in_the_query(http: httpx.Client) -> None:
    query = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    form = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    assert http.post("/oauth/token", params=query, data=form).status_code == 200


def test_a_chatbot_gets_a_token_for_its_messages_only(http: httpx.Client) -> None:
    person = account_token(http)
    answer = ask(http, grant_type="client_credentials").json()
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("bearer", 3600, "imchat:bot")
    assert "refresh_token" not in answer
    bot = {"authorization": f"Bearer {answer['access_token']}"}
    jids = {"robot_jid": "bot@xmpp.zoom.us", "to_jid": "ada@xmpp.zoom.us", "user_jid": "ada@xmpp.zoom.us"}
    message = {**jids, "account_id": "sandbox-account", "content": {"head": {"text": "Hello"}}}
    assert http.post("/v2/im/chat/messages", json=message, headers=bot).status_code == 201
    assert http.get("/v2/users/me", headers=bot).json()["code"] == 4711
    assert works(http, person["access_token"])


def test_the_client_may_be_encoded_as_in_a_form(http: httpx.Client) -> None:
    encoded = (CLIENT[0].replace("-", "%2D"), CLIENT[1].replace("-", "%2D"))
    form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    assert ask_as(http, encoded, form).status_code == 200
    assert ask_as(http, (encoded[0], "sandbox%2Dother"), form).status_code == 401


def test_a_secret_of_signs_is_taken_as_it_is() -> None:
    zoom = Sandbox(client_id="c", client_secret="a+b%2Dc")
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test") as http:
        form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
        assert ask_as(http, ("c", "a+b%2Dc"), form).status_code == 200
        assert ask_as(http, ("c", "a%2Bb%252Dc"), form).status_code == 200


@pytest.mark.parametrize(
    ("auth", "form", "status", "error"),
    [
        (("sandbox-client", "wrong"), {"grant_type": "account_credentials"}, 401, "invalid_client"),
        (("stranger", "sandbox-secret"), {"grant_type": "account_credentials"}, 401, "invalid_client"),
        (None, {"grant_type": "account_credentials"}, 401, "invalid_client"),
        (CLIENT, {}, 400, "invalid_request"),
        (CLIENT, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (CLIENT, {"grant_type": "account_credentials"}, 400, "invalid_request"),
        (CLIENT, {"grant_type": "account_credentials", "account_id": "other"}, 400, "invalid_request"),
        (CLIENT, {"grant_type": "authorization_code", "code": "made-up"}, 400, "invalid_grant"),
        (CLIENT, {"grant_type": "refresh_token", "refresh_token": "made-up"}, 400, "invalid_grant"),
    ],
)
def test_a_bad_token_request_is_turned_down(
    http: httpx.Client, auth: tuple[str, str] | None, form: dict[str, str], status: int, error: str
) -> None:
    answer = ask_as(http, auth, form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["reason"]


def test_a_broken_basic_header_is_a_wrong_client(http: httpx.Client) -> None:
    answer = http.post("/oauth/token", headers={"authorization": "Basic %%%"}, data={"grant_type": "refresh_token"})
    assert answer.json()["error"] == "invalid_client"


def test_a_person_consents_and_the_code_is_good_once(http: httpx.Client) -> None:
    code = consent(http)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    answer = ask(http, **form).json()
    assert works(http, answer["access_token"])
    assert answer["refresh_token"]
    assert ask(http, **form).json()["error"] == "invalid_grant"


def test_a_code_grows_old(http: httpx.Client, clock: ManualClock) -> None:
    code = consent(http)
    clock.advance(601)
    answer = ask(http, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_belongs_to_its_redirect(http: httpx.Client) -> None:
    answer = ask(http, grant_type="authorization_code", code=consent(http), redirect_uri="http://else.where/")
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("method", ["S256", "plain"])
def test_pkce_asks_for_the_verifier(http: httpx.Client, method: str) -> None:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    hashed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    challenge = {"code_challenge": hashed if method == "S256" else VERIFIER, "code_challenge_method": method}
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    for verifier in ("", "another"):
        wrong = ask(http, **form, code=consent(http, **challenge), code_verifier=verifier)
        assert wrong.json()["error"] == "invalid_grant"
    right = ask(http, **form, code=consent(http, **challenge), code_verifier=VERIFIER)
    assert right.status_code == 200


def test_a_refresh_rotates(http: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": consent(http), "redirect_uri": BACK}
    first = ask(http, **form).json()
    second = ask(http, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert works(http, second["access_token"])
    again = ask(http, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_an_account_token_leaves_a_persons_token_alone(http: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": consent(http), "redirect_uri": BACK}
    person = ask(http, **form).json()
    account_token(http)
    assert works(http, person["access_token"])


def test_revoking_ends_a_token(http: httpx.Client) -> None:
    token = account_token(http)["access_token"]
    assert http.post("/oauth/revoke", data={"token": token}).json()["error"] == "invalid_client"
    assert works(http, token)
    assert http.post("/oauth/revoke", data={"token": token}, auth=CLIENT).json() == {"status": "success"}
    assert not works(http, token)


def test_revoking_a_refresh_token_ends_its_access_token_too(http: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": consent(http), "redirect_uri": BACK}
    person = ask(http, **form).json()
    http.post("/oauth/revoke", data={"token": person["refresh_token"]}, auth=CLIENT)
    assert not works(http, person["access_token"])


@pytest.mark.parametrize(
    "query",
    [
        {"response_type": "code", "client_id": "stranger", "redirect_uri": BACK},
        {"response_type": "code", "client_id": CLIENT[0]},
    ],
)
def test_a_strange_app_gets_a_page_and_no_redirect(http: httpx.Client, query: dict[str, str]) -> None:
    answer = http.get("/oauth/authorize", params=query)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


def test_a_wrong_response_type_goes_back_with_an_error(http: httpx.Client) -> None:
    query = {"response_type": "token", "client_id": CLIENT[0], "redirect_uri": f"{BACK}?kept=1"}
    location = http.get("/oauth/authorize", params=query).headers["location"]
    assert location == f"{BACK}?kept=1&error=unsupported_response_type"


def test_other_addresses_below_oauth_are_unknown(http: httpx.Client) -> None:
    assert http.get("/oauth/token").status_code == 405
    assert http.get("/oauth/other").status_code == 404


def test_the_account_can_be_named_otherwise() -> None:
    zoom = Sandbox(client_id="c", client_secret="s", account_id="a")
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test") as http:
        answer = ask_as(http, ("c", "s"), {"grant_type": "account_credentials", "account_id": "a"})
        assert works(http, answer.json()["access_token"])
