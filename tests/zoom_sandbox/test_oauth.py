"""Test OAuth: how tokens are issued, how long they are valid, and what revokes them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from zoom_sandbox import ManualClock, Sandbox

CLIENT = ("sandbox-client", "sandbox-secret")
REDIRECT_URI = "http://127.0.0.1:9/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"


@pytest.fixture
def http(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test")


def request_token(http: httpx.Client, **form: str) -> httpx.Response:
    return request_token_as(http, CLIENT, form)


def request_token_as(http: httpx.Client, auth: tuple[str, str] | None, form: dict[str, str]) -> httpx.Response:
    return http.post("/oauth/token", data=form, auth=auth) if auth else http.post("/oauth/token", data=form)


def get_account_token(http: httpx.Client) -> dict[str, Any]:
    answer = request_token(http, grant_type="account_credentials", account_id="sandbox-account")
    assert answer.status_code == 200
    return dict(answer.json())


def is_valid(http: httpx.Client, token: str) -> bool:
    answer = http.get("/v2/users/me", headers={"authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        assert answer.json() == {"code": 124, "message": "Invalid access token."}
    return answer.status_code == 200


def get_code(http: httpx.Client, **extra: str) -> str:
    query = {"response_type": "code", "client_id": CLIENT[0], "redirect_uri": REDIRECT_URI, "state": "s 1", **extra}
    answer = http.get("/oauth/authorize", params=query)
    assert answer.status_code == 302
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == REDIRECT_URI
    answer_query = parse_qs(location.query)
    assert answer_query["state"] == ["s 1"]
    return answer_query["code"][0]


def test_an_account_token_is_valid_for_an_hour(http: httpx.Client, clock: ManualClock) -> None:
    answer = get_account_token(http)
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 3600
    assert answer["api_url"] == "http://zoom.test"
    assert "meeting:write:admin" in answer["scope"].split()
    assert "refresh_token" not in answer
    clock.advance(3599)
    assert is_valid(http, answer["access_token"])
    clock.advance(1)
    assert not is_valid(http, answer["access_token"])


def test_a_new_account_token_revokes_the_old_one(http: httpx.Client) -> None:
    old, new = get_account_token(http), get_account_token(http)
    assert not is_valid(http, old["access_token"])
    assert is_valid(http, new["access_token"])


def test_the_client_may_be_in_the_form_and_the_grant_in_the_query(http: httpx.Client) -> None:
    query = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    form = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    assert http.post("/oauth/token", params=query, data=form).status_code == 200


def test_a_chatbot_gets_a_token_for_its_messages_only(http: httpx.Client) -> None:
    person = get_account_token(http)
    answer = request_token(http, grant_type="client_credentials").json()
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("bearer", 3600, "imchat:bot")
    assert "refresh_token" not in answer
    bot = {"authorization": f"Bearer {answer['access_token']}"}
    jids = {"robot_jid": "bot@xmpp.zoom.us", "to_jid": "ada@xmpp.zoom.us", "user_jid": "ada@xmpp.zoom.us"}
    message = {**jids, "account_id": "sandbox-account", "content": {"head": {"text": "Hello"}}}
    assert http.post("/v2/im/chat/messages", json=message, headers=bot).status_code == 201
    assert http.get("/v2/users/me", headers=bot).json()["code"] == 4711
    assert is_valid(http, person["access_token"])


def test_the_client_may_be_encoded_as_in_a_form(http: httpx.Client) -> None:
    encoded = (CLIENT[0].replace("-", "%2D"), CLIENT[1].replace("-", "%2D"))
    form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
    assert request_token_as(http, encoded, form).status_code == 200
    assert request_token_as(http, (encoded[0], "sandbox%2Dother"), form).status_code == 401


def test_a_secret_with_special_characters_is_not_decoded() -> None:
    zoom = Sandbox(client_id="c", client_secret="a+b%2Dc")
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test") as http:
        form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
        assert request_token_as(http, ("c", "a+b%2Dc"), form).status_code == 200
        assert request_token_as(http, ("c", "a%2Bb%252Dc"), form).status_code == 200


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
def test_an_invalid_token_request_is_refused(
    http: httpx.Client, auth: tuple[str, str] | None, form: dict[str, str], status: int, error: str
) -> None:
    answer = request_token_as(http, auth, form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["reason"]


def test_an_invalid_basic_header_is_refused(http: httpx.Client) -> None:
    answer = http.post("/oauth/token", headers={"authorization": "Basic %%%"}, data={"grant_type": "refresh_token"})
    assert answer.json()["error"] == "invalid_client"


def test_a_code_is_valid_once(http: httpx.Client) -> None:
    code = get_code(http)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    answer = request_token(http, **form).json()
    assert is_valid(http, answer["access_token"])
    assert answer["refresh_token"]
    assert request_token(http, **form).json()["error"] == "invalid_grant"


def test_a_code_expires(http: httpx.Client, clock: ManualClock) -> None:
    code = get_code(http)
    clock.advance(601)
    answer = request_token(http, grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI)
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_is_only_valid_for_its_redirect_uri(http: httpx.Client) -> None:
    answer = request_token(
        http, grant_type="authorization_code", code=get_code(http), redirect_uri="http://else.where/"
    )
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("method", ["S256", "plain"])
def test_pkce_needs_the_verifier(http: httpx.Client, method: str) -> None:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    hashed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    challenge = {"code_challenge": hashed if method == "S256" else VERIFIER, "code_challenge_method": method}
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI}
    for verifier in ("", "another"):
        wrong = request_token(http, **form, code=get_code(http, **challenge), code_verifier=verifier)
        assert wrong.json()["error"] == "invalid_grant"
    right = request_token(http, **form, code=get_code(http, **challenge), code_verifier=VERIFIER)
    assert right.status_code == 200


def test_a_refresh_token_is_valid_once(http: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": get_code(http), "redirect_uri": REDIRECT_URI}
    first = request_token(http, **form).json()
    second = request_token(http, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert is_valid(http, second["access_token"])
    again = request_token(http, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_an_account_token_does_not_revoke_a_persons_token(http: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": get_code(http), "redirect_uri": REDIRECT_URI}
    person = request_token(http, **form).json()
    get_account_token(http)
    assert is_valid(http, person["access_token"])


def test_a_token_is_revoked(http: httpx.Client) -> None:
    token = get_account_token(http)["access_token"]
    assert http.post("/oauth/revoke", data={"token": token}).json()["error"] == "invalid_client"
    assert is_valid(http, token)
    assert http.post("/oauth/revoke", data={"token": token}, auth=CLIENT).json() == {"status": "success"}
    assert not is_valid(http, token)


def test_revoking_a_refresh_token_revokes_its_access_token(http: httpx.Client) -> None:
    form = {"grant_type": "authorization_code", "code": get_code(http), "redirect_uri": REDIRECT_URI}
    person = request_token(http, **form).json()
    http.post("/oauth/revoke", data={"token": person["refresh_token"]}, auth=CLIENT)
    assert not is_valid(http, person["access_token"])


@pytest.mark.parametrize(
    "query",
    [
        {"response_type": "code", "client_id": "stranger", "redirect_uri": REDIRECT_URI},
        {"response_type": "code", "client_id": CLIENT[0]},
    ],
)
def test_an_unknown_app_gets_a_page_and_no_redirect(http: httpx.Client, query: dict[str, str]) -> None:
    answer = http.get("/oauth/authorize", params=query)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")


def test_a_wrong_response_type_is_redirected_with_an_error(http: httpx.Client) -> None:
    query = {"response_type": "token", "client_id": CLIENT[0], "redirect_uri": f"{REDIRECT_URI}?page=1"}
    location = http.get("/oauth/authorize", params=query).headers["location"]
    assert location == f"{REDIRECT_URI}?page=1&error=unsupported_response_type"


def test_other_paths_below_oauth_are_unknown(http: httpx.Client) -> None:
    assert http.get("/oauth/token").status_code == 405
    assert http.get("/oauth/other").status_code == 404


def test_the_credentials_can_be_chosen() -> None:
    zoom = Sandbox(client_id="c", client_secret="s", account_id="a")
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test") as http:
        answer = request_token_as(http, ("c", "s"), {"grant_type": "account_credentials", "account_id": "a"})
        assert is_valid(http, answer.json()["access_token"])
