"""Test webhook deliveries through the component: payload, branch and response."""

from __future__ import annotations

import json

import pytest
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers

from zoom_component import Component
from zoom_component.errors import InputError, WebhookRejected

INPUTS = {"webhookSecretToken": SECRET}


@pytest.fixture(scope="module")
def component() -> Component:
    return Component.load()


def test_a_notification_carries_the_delivery(component: Component) -> None:
    body = build_event_body()
    result = component.receive_webhook(
        "webhookReceiver", INPUTS, build_signed_headers(body), body, now=NOW, queryParameters={"a": "b"}
    )
    assert result["branch"] == "Notification"
    assert "response" not in result
    payload = result["payload"]
    assert payload["rawBody"]["data"] == body.decode()
    assert payload["body"]["data"]["event"] == "meeting.started"
    assert payload["body"]["contentType"] == "application/json; charset=utf-8"
    assert payload["queryParameters"] == {"a": "b"}


def test_a_url_validation_is_answered(component: Component) -> None:
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    result = component.receive_webhook("webhookReceiver", INPUTS, build_signed_headers(body), body, now=NOW)
    assert result["branch"] == "URL Verify"
    assert result["response"]["statusCode"] == 200
    assert json.loads(result["response"]["body"])["plainToken"] == "abc"


def test_a_simulated_run_is_not_verified(component: Component) -> None:
    assert component.receive_webhook("webhookReceiver", {}, {}, b"{}", simulated=True)["branch"] == "Notification"
    result = component.receive_webhook("webhookReceiver", {}, {}, b"<html>", simulated=True)
    assert result["payload"]["body"]["data"] == "<html>"


def test_a_forgery_raises_with_its_status(component: Component) -> None:
    with pytest.raises(WebhookRejected, match="another secret") as caught:
        component.receive_webhook(
            "webhookReceiver",
            INPUTS,
            build_signed_headers(build_event_body(), secret="other"),
            build_event_body(),
            now=NOW,
        )
    assert (caught.value.status, caught.value.reason) == (401, "wrong_signature")


def test_an_event_that_differs_is_rejected_only_in_strict_mode(component: Component) -> None:
    body = build_event_body()
    assert (
        component.receive_webhook("webhookReceiver", INPUTS, build_signed_headers(body), body, now=NOW)["branch"]
        == "Notification"
    )
    with pytest.raises(WebhookRejected, match="host_id: the schema requires this field") as caught:
        component.receive_webhook("webhookReceiver", INPUTS, build_signed_headers(body), body, now=NOW, strict=True)
    assert (caught.value.status, caught.value.reason) == (422, "drift")


def test_strict_mode_does_not_affect_a_url_validation(component: Component) -> None:
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    assert (
        component.receive_webhook("webhookReceiver", INPUTS, build_signed_headers(body), body, now=NOW, strict=True)[
            "branch"
        ]
        == "URL Verify"
    )


def test_a_blank_secret_is_an_input_error(component: Component) -> None:
    with pytest.raises(InputError, match="webhookSecretToken"):
        component.receive_webhook(
            "webhookReceiver", {}, build_signed_headers(build_event_body()), build_event_body(), now=NOW
        )
