"""Test what is reported where a WebSocket does not open.

A sandbox opens it, or refuses in a frame, as Zoom does.
"""

from __future__ import annotations

import json

import pytest
from tests.support.foreign_answers import FOREIGN_ANSWERS, ForeignAnswer
from websockets.datastructures import Headers
from websockets.http11 import Response

from zoom_component.events.receiver.handshake import describe_refusal, explain_open_failure


def build_response(status: int, body: bytes, headers: dict[str, str]) -> Response:
    return Response(status, "x", Headers(headers), body)


@pytest.mark.parametrize("answer", FOREIGN_ANSWERS, ids=lambda answer: answer.name)
def test_a_token_is_not_renewed_because_something_in_front_of_zoom_refuses(answer: ForeignAnswer) -> None:
    reply = answer.reply
    refusal = describe_refusal(build_response(reply.status, reply.body, dict(reply.headers)))
    assert not refusal.is_token_rejected
    assert refusal.reason.startswith(f"something in front of Zoom answered {reply.status} with ")
    assert "secret" not in refusal.reason


def test_a_refusal_of_zoom_renews_the_token() -> None:
    body = json.dumps({"code": 124, "message": "Invalid access token."}).encode()
    assert describe_refusal(build_response(401, body, {})).is_token_rejected
    assert describe_refusal(build_response(401, b"", {"x-zm-trackingid": "WEB_1"})).is_token_rejected
    assert not describe_refusal(build_response(503, body, {})).is_token_rejected


def test_a_failure_of_the_network_has_the_words_of_a_call_and_no_token() -> None:
    address = "wss://ws.zoom.us/ws?subscriptionId=abc&access_token=secret"
    text = explain_open_failure(ConnectionRefusedError(111, "Connection refused"), address)
    assert text.startswith("ws.zoom.us, port 443, refused the connection")
    assert "within 20 seconds" in explain_open_failure(TimeoutError("timed out"), address)
    assert "secret" not in explain_open_failure(OSError("odd"), address)
