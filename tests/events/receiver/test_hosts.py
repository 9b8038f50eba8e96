"""Test the receiver in real hosts: Starlette, Flask, Django, and AWS Lambda payloads."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import pytest
from tests.events.receiver.conftest import FaultyInbox
from tests.support.asgi import send_request
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers, sign

from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.receiver.lambda_ import create_handler
from zoom_component.events.receiver.sync_receiver import SyncReceiver

CHALLENGE = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
LIMITS = ReceiverLimits(max_body_bytes=2000)


def get_now() -> int:
    return int(time.time())


def build_receiver(store: FaultyInbox) -> SyncReceiver:
    return SyncReceiver(store, [SECRET], limits=LIMITS)


@pytest.fixture(scope="module")
def django_ready() -> None:
    import django
    from django.conf import settings

    settings.configure(ROOT_URLCONF="", ALLOWED_HOSTS=["*"], SECRET_KEY="x", MIDDLEWARE=_MIDDLEWARE, USE_TZ=True)
    django.setup()


_MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]


def test_starlette_route_and_mount(store: FaultyInbox) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route

    whole = Receiver(store, [SECRET])
    part = Receiver(store, [SECRET], path="/zoom")
    mounted = Mount("/hooks", part)
    app = Starlette(routes=[Route("/zoom", whole), mounted], lifespan=whole.lifespan)
    body = build_event_body()
    headers = [(name.encode(), value.encode()) for name, value in build_signed_headers(body, get_now()).items()]

    async def request(path: str, method: str = "POST") -> int:
        response = await send_request(app, headers, [body], path=path, method=method, query_string=b"", root_path="")
        return response.status

    async def run() -> list[int]:
        async with whole.lifespan(app), part.lifespan(app):
            return [
                await request("/zoom"),
                await request("/hooks/zoom"),
                await request("/hooks/other"),
                await request("/zoom", "GET"),
            ]

    assert asyncio.run(run()) == [200, 200, 404, 405]
    assert len(store.find_events(EventQuery())) == 1


def test_flask(store: FaultyInbox) -> None:
    from flask import Flask

    from zoom_component.events.receiver.flask import create_view

    app = Flask("test")
    app.post("/zoom", endpoint="zoom")(create_view(build_receiver(store)))
    client, body = app.test_client(), build_event_body()
    response = client.post("/zoom", data=body, headers=build_signed_headers(body, get_now()))
    assert (response.status_code, response.data, response.content_type) == (200, b"{}", "application/json")
    assert (
        client.post("/zoom", data=CHALLENGE, headers=build_signed_headers(CHALLENGE, get_now())).get_json()[
            "plainToken"
        ]
        == "abc"
    )
    assert client.post("/zoom", data=body + b" ", headers=build_signed_headers(body, get_now())).status_code == 401
    assert client.post("/zoom", data=b"{}", headers=build_signed_headers(b"{}", get_now())).status_code == 400
    assert client.post("/zoom", data=b"x" * 2001).status_code == 413
    assert client.get("/zoom").status_code == 405
    assert [each.event.body for each in store.find_events(EventQuery())] == [body]


@pytest.mark.usefixtures("django_ready")
def test_django(store: FaultyInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    import types

    from django.conf import settings
    from django.test import Client
    from django.urls import path

    from zoom_component.events.receiver.django import create_view

    urls: Any = types.ModuleType("urls_of_the_test")
    urls.urlpatterns = [path("zoom", create_view(build_receiver(store)))]
    monkeypatch.setattr(settings, "ROOT_URLCONF", urls)
    client, body = Client(enforce_csrf_checks=True), build_event_body()

    def post(body: bytes, headers: dict[str, str]) -> Any:
        return client.post("/zoom", body, content_type="application/json", headers=headers)

    assert post(body, build_signed_headers(body, get_now())).status_code == 200
    assert post(CHALLENGE, build_signed_headers(CHALLENGE, get_now())).json()["plainToken"] == "abc"
    assert post(body + b" ", build_signed_headers(body, get_now())).status_code == 401
    assert post(b'{"event": 5}', build_signed_headers(b'{"event": 5}', get_now())).status_code == 400
    assert post(b"x" * 2001, {}).status_code == 413
    assert client.get("/zoom").status_code == 405
    assert [each.event.body for each in store.find_events(EventQuery())] == [body]


def test_lambda_with_both_payload_versions(store: FaultyInbox) -> None:
    receive, body, stamp = create_handler(build_receiver(store)), build_event_body(topic="Größe", id="1"), get_now()
    encoded = base64.b64encode(body).decode()
    headers = build_signed_headers(body, stamp)
    second = {"version": "2.0", "requestContext": {"http": {"method": "POST", "sourceIp": "1.2.3.4"}}}
    first = {"httpMethod": "POST", "requestContext": {"identity": {"sourceIp": "1.2.3.4"}}}
    multi = {name.title(): [value] for name, value in headers.items()}
    repeated = {**multi, "X-Zm-Signature": [sign(body, stamp)] * 2}
    for event, status in (
        ({**second, "headers": headers, "body": encoded, "isBase64Encoded": True}, 200),
        ({**second, "headers": headers, "body": body.decode()}, 200),
        ({**first, "headers": {}, "multiValueHeaders": multi, "body": encoded, "isBase64Encoded": True}, 200),
        ({**first, "headers": headers, "multiValueHeaders": repeated, "body": body.decode()}, 401),
        ({**first, "headers": headers, "body": "%%%", "isBase64Encoded": True}, 401),
        ({**first, "headers": None, "body": None}, 401),
        ({**second, "requestContext": {"http": {"method": "GET"}}}, 405),
        ({}, 405),
    ):
        response = receive(event, None)
        assert response["statusCode"] == status
        assert response["headers"]["content-type"] == "application/json"
        assert json.loads(response["body"]) is not None
    assert [each.event.body for each in store.find_events(EventQuery())] == [body]


def test_a_failing_inbox_is_answered_with_503(store: FaultyInbox) -> None:
    store.fault = OSError("the disk is full")
    body = build_event_body()
    response = build_receiver(store).handle("POST", build_signed_headers(body, get_now()).items(), body)
    assert (response.status, b"connection" in dict(response.headers)) == (503, False)


def test_a_blank_secret_is_refused(store: FaultyInbox) -> None:
    with pytest.raises(InputError):
        SyncReceiver(store, [""])
