"""Test the reports about answers that are not Zoom's: only Zoom's own codes say not found, forbidden or reconnect.

H1, https://github.com/constructorfabric/insight/issues/1932 and https://github.com/OpenHands/OpenHands/issues/4480: a
firewall answers 403 with a page, which was believed to be a missing permission.
H3, the same and https://github.com/mattermost/mattermost-plugin-zoom/issues/147: a block page or a redirect at the
token address asked people to connect again.
H4, https://github.com/calcom/cal.diy/issues/26148: Zoom's passcode policy answers in XML, and the reason was not shown.

No sandbox: a sandbox answers like Zoom.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.foreign_answers import FOREIGN_ANSWERS, ForeignAnswer, encode_reply
from tests.support.loopback_server import LoopbackServer

from zoom_component import Component, SessionOptions
from zoom_component.cli.main import main
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.store import READY
from zoom_component.client.connections.token_endpoint import TokenEndpoint
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ComponentError, ConnectionFailed, Refused, Unavailable, Unexpected
from zoom_component.messages import Reply

COMPONENT = Component.load()
OPTIONS = SessionOptions(retries=0, timeout=5.0)
EVERY_ANSWER = pytest.mark.parametrize("answer", FOREIGN_ANSWERS, ids=lambda answer: answer.name)
MEETING = {"userId": "me", "topic": "Daily"}


def call(reply: Reply, key: str, inputs: dict[str, Any]) -> ComponentError:
    with (
        LoopbackServer(encode_reply(reply)) as server,
        COMPONENT.connect(StaticToken("a-token-of-mine", base_url=server.base_url), options=OPTIONS) as session,
        pytest.raises(ComponentError) as caught,
    ):
        session.run(key, inputs)
    assert len(server.requests) == 1
    return caught.value


@EVERY_ANSWER
def test_an_answer_of_something_in_front_of_zoom_is_no_verdict_of_zoom(answer: ForeignAnswer) -> None:
    error = call(answer.reply, "getUser", {"userId": "me"})
    is_temporary = answer.reply.status >= 500 or answer.reply.status == 407
    assert type(error) is (Unavailable if is_temporary else Unexpected)
    assert f"something in front of Zoom answered {answer.reply.status} with " in error.message
    for sign in answer.signs:
        assert sign in error.message
    assert "secret" not in str(error.as_json())
    assert error.as_json()["code"] is None
    assert error.as_json()["request"] == "GET /users/me"


def test_the_reported_block_page_names_its_title_and_its_ray() -> None:
    error = call(FOREIGN_ANSWERS[0].reply, "createMeeting", MEETING)
    assert str(error).startswith(
        "createMeeting (POST /users/me/meetings): something in front of Zoom answered 403 with a page titled "
        '"Attention Required! | Cloudflare" (server: cloudflare, cf-ray: 8f2b1c3d4e5f-FRA).'
    )
    assert "may have been made" not in error.message, "a call that was refused in front of Zoom did nothing"


def test_a_create_that_a_gateway_gave_up_on_may_have_been_made() -> None:
    reply = next(answer.reply for answer in FOREIGN_ANSWERS if answer.name == "nginx-502")
    assert "may have been made nevertheless" in call(reply, "createMeeting", MEETING).message


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConnectionRegistry:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    endpoint = TokenEndpoint(sleep=lambda seconds: None)
    specs = COMPONENT.catalogue.connections()
    return ConnectionRegistry(specs, EncryptedStore(tmp_path), endpoint=endpoint, clock=lambda: 1_000_000.0)


@EVERY_ANSWER
@pytest.mark.parametrize("kind", ["oauth", "serverToServer"])
def test_nobody_has_to_connect_again_because_of_the_token_address(
    answer: ForeignAnswer, kind: str, registry: ConnectionRegistry
) -> None:
    with LoopbackServer(*[encode_reply(answer.reply)] * 4) as server:
        fields = {"clientId": "id", "clientSecret": "secret-of-the-app", "tokenUrl": f"{server.base_url}/oauth/token"}
        if kind == "serverToServer":
            fields["accountId"] = "account"
        token = Token("", refresh="refresh-secret-of-the-user") if kind == "oauth" else None
        registry.save("work", kind, fields, server.base_url, token)
        with pytest.raises(Unavailable) as caught:
            registry.open("work").authorize()
    assert "something in front of Zoom answered the token request" in caught.value.message.replace("S", "s", 1)
    assert answer.signs[0].removeprefix("answered ") in caught.value.message or "wants" in answer.signs[0]
    assert "onnect again" not in caught.value.message
    assert "secret" not in str(caught.value.as_json())
    row = registry.read_row("work")
    assert row.state == READY
    assert (row.token.refresh if row.token else "") == ("refresh-secret-of-the-user" if kind == "oauth" else "")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"reason":"Invalid client_id or client_secret","error":"invalid_client"}'),
        (400, b'{"error":"invalid_grant"}'),
        (400, b'{"reason":"unsupported grant type","error":"unsupported_grant_type"}'),
        (401, b'{"reason":"Something new.","error":"a_new_code"}'),
        (400, b'{"status":false,"errorCode":4700,"errorMessage":"Invalid redirect url","result":null}'),
        (401, b'{"code":124,"message":"Invalid access token."}'),
    ],
)
def test_a_refusal_in_zooms_own_form_asks_to_connect_again(
    status: int, body: bytes, registry: ConnectionRegistry
) -> None:
    with LoopbackServer(encode_reply(Reply(status, {"content-type": "application/json"}, body))) as server:
        fields = {"clientId": "id", "clientSecret": "secret", "accountId": "a", "tokenUrl": f"{server.base_url}/token"}
        with pytest.raises(ConnectionFailed) as caught:
            registry.open_with_fields("serverToServer", fields, server.base_url).authorize()
    assert caught.value.reconnect


PASSCODE_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><errors><error><field>password</field>'
    b"<message>Password must be numeric.</message></error><error><field>password</field>"
    b"<message>Password length must be at least 6.</message></error></errors>"
)


@pytest.mark.parametrize("headers", [{}, {"x-zm-trackingid": "WEB_1"}])
def test_a_passcode_policy_in_xml_has_its_reason_and_its_fields(headers: dict[str, str]) -> None:
    error = call(Reply(400, {"content-type": "application/xml", **headers}, PASSCODE_XML), "createMeeting", MEETING)
    assert type(error) is Refused
    assert "the service answered 400: Password must be numeric. Password length must be at least 6." in error.message
    assert error.as_json()["errors"] == [
        {"field": "password", "message": "Password must be numeric."},
        {"field": "password", "message": "Password length must be at least 6."},
    ]


NESTED = (
    b"<response><code>300</code><errors><error><field>topic</field><message>Too long.</message></error></errors>"
    b"</response>"
)


@pytest.mark.parametrize(
    ("body", "kind", "code", "part"),
    [
        (b"<error><code>300</code><message>Validation Failed.</message></error>", "refused", 300, "Validation Failed."),
        (b"<error><code>3001</code><message>No meeting: 5.</message></error>", "not_found", 3001, "No meeting: 5."),
        (NESTED, "refused", 300, "Too long."),
        (b"<error><code>1001</code><message><![CDATA[A <x>]]></message></error>", "not_found", 1001, "A <x>"),
    ],
)
def test_an_error_of_zoom_in_xml_is_read_like_one_in_json(body: bytes, kind: str, code: int, part: str) -> None:
    error = call(Reply(400, {"content-type": "application/xml"}, body), "createMeeting", MEETING)
    assert (error.kind, error.as_json()["code"]) == (kind, code)
    assert part in error.message


def test_a_plain_text_of_zoom_is_the_reason() -> None:
    headers = {"content-type": "text/plain", "x-zm-trackingid": "WEB_1"}
    error = call(Reply(400, headers, b"The host has no license for this."), "createMeeting", MEETING)
    assert type(error) is Refused
    assert "the service answered 400: The host has no license for this." in error.message


def test_the_page_of_zooms_own_web_server_is_not_about_an_object() -> None:
    headers = {"content-type": "text/html", "x-zm-trackingid": "WEB_1", "server": "ZOOM"}
    error = call(Reply(404, headers, b"<html><title>Error - Zoom</title></html>"), "getUser", {"userId": "me"})
    assert type(error) is Unexpected
    assert 'Zoom\'s web server answered 404 with a page titled "Error - Zoom" (server: ZOOM).' in error.message
    assert "check the path and the base URL" in error.message
    assert error.tracking_id == "WEB_1"


def test_the_terminal_shows_the_reason_and_the_fields_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    monkeypatch.setenv("ZOOM_TOKEN", "a-token-of-mine")
    with LoopbackServer(encode_reply(Reply(400, {"content-type": "application/xml"}, PASSCODE_XML))) as server:
        words = ("run", "createMeeting", "-i", "userId=me", "-i", "topic=x")
        assert main([*words, "--base-url", server.base_url]) == Refused.exit_code
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("refused: createMeeting (POST /users/me/meetings): the service answered 400: Password")
    assert lines[1] == "  password: Password must be numeric."
    assert lines[0].count("createMeeting") == 1
