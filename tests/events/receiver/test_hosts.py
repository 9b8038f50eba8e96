"""Hosts of other kinds, each for real: Starlette, Flask, Django, and what AWS Lambda hands over."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import pytest
from tests.events.receiver.conftest import Moody
from tests.support.asgi import send_request
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers, sign

from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.receiver.lambda_ import create_handler
from zoom_component.events.receiver.sync_receiver import SyncReceiver

CHALLENGE = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
LIMITS = ReceiverLimits(max_body_bytes=2000)


def now() -> int:
    return int(time.time())


def intake(store: Moody) -> SyncReceiver:
    return SyncReceiver(store, [SECRET], limits=LIMITS)


@pytest.fixture(scope="module")
def django_ready() -> None:
    import django
    from django.conf import settings

    settings.configure(ROOT_URLCONF="", ALLOWED_HOSTS=["*"], SECRET_KEY="x", MIDDLEWARE=_MIDDLEWARE, USE_TZ=True)
    django.setup()


_MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]


def test_starlette_routes_and_mounts_it(store: Moody) -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route

    whole = Receiver(store, [SECRET])
    part = Receiver(store, [SECRET], path="/zoom")
    mounted = Mount("/hooks", part)
    app = Starlette(routes=[Route("/zoom", whole), mounted], lifespan=whole.lifespan)
    body = build_event_body()
    headers = [(name.encode(), value.encode()) for name, value in build_signed_headers(body, now()).items()]

    async def ask(path: str, method: str = "POST") -> int:
        answer = await send_request(app, headers, [body], path=path, method=method, query_string=b"", root_path="")
        return answer.status

    async def run() -> list[int]:
        async with whole.lifespan(app), part.lifespan(app):
            return [await ask("/zoom"), await ask("/hooks/zoom"), await ask("/hooks/other"), await ask("/zoom", "GET")]

    assert asyncio.run(run()) == [200, 200, 404, 405]
    assert len(store.find_events(EventQuery())) == 1


def test_flask(store: Moody) -> None:
    from flask import Flask

    from zoom_component.events.receiver.flask import create_view

    app = Flask("test")
    app.post("/zoom", endpoint="zoom")(create_view(intake(store)))
    client, body = app.test_client(), build_event_body()
    answer = client.post("/zoom", data=body, headers=build_signed_headers(body, now()))
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"{}", "application/json")
    assert (
        client.post("/zoom", data=CHALLENGE, headers=build_signed_headers(CHALLENGE, now())).get_json()["plainToken"]
        == "abc"
    )
    assert client.post("/zoom", data=body + b" ", headers=build_signed_headers(body, now())).status_code == 401
    assert client.post("/zoom", data=b"x" * 2001).status_code == 413
    assert client.get("/zoom").status_code == 405
    assert [each.event.body for each in store.find_events(EventQuery())] == [body]


@pytest.mark.usefixtures("django_ready")
def test_django(store: Moody, monkeypatch: pytest.MonkeyPatch) -> None:
    import types

    from django.conf import settings
    from django.test import Client
    from django.urls import path

    from zoom_component.events.receiver.django import create_view

    urls: Any = types.ModuleType("urls_of_the_test")
    urls.urlpatterns = [path("zoom", create_view(intake(store)))]
    monkeypatch.setattr(settings, "ROOT_URLCONF", urls)
    client, body = Client(enforce_csrf_checks=True), build_event_body()

    def post(body: bytes, headers: dict[str, str]) -> Any:
        return client.post("/zoom", body, content_type="application/json", headers=headers)

    assert post(body, build_signed_headers(body, now())).status_code == 200
    assert post(CHALLENGE, build_signed_headers(CHALLENGE, now())).json()["plainToken"] == "abc"
    assert post(body + b" ", build_signed_headers(body, now())).status_code == 401
    assert post(b"x" * 2001, {}).status_code == 413
    assert client.get("/zoom").status_code == 405
    assert [each.event.body for each in store.find_events(EventQuery())] == [body]


def test_lambda_with_either_payload(store: Moody) -> None:
    receive, body, stamp = create_handler(intake(store)), build_event_body(topic="Größe", id="1"), now()
    coded = base64.b64encode(body).decode()
    headers = build_signed_headers(body, stamp)
    second = {"version": "2.0", "requestContext": {"http": {"method": "POST", "sourceIp": "1.2.3.4"}}}
    first = {"httpMethod": "POST", "requestContext": {"identity": {"sourceIp": "1.2.3.4"}}}
    many = {name.title(): [value] for name, value in headers.items()}
    twice = {**many, "X-Zm-Signature": [sign(body, stamp)] * 2}
    for event, status in (
        ({**second, "headers": headers, "body": coded, "isBase64Encoded": True}, 200),
        ({**second, "headers": headers, "body": body.decode()}, 200),
        ({**first, "headers": {}, "multiValueHeaders": many, "body": coded, "isBase64Encoded": True}, 200),
        ({**first, "headers": headers, "multiValueHeaders": twice, "body": body.decode()}, 401),
        ({**first, "headers": headers, "body": "%%%", "isBase64Encoded": True}, 401),
        ({**first, "headers": None, "body": None}, 401),
        ({**second, "requestContext": {"http": {"method": "GET"}}}, 405),
        ({}, 405),
    ):
        answer = receive(event, None)
        assert answer["statusCode"] == status
        assert answer["headers"]["content-type"] == "application/json"
        assert json.loads(answer["body"]) is not None
    assert [each.event.body for each in store.find_events(EventQuery())] == [body]


def test_a_store_that_fails_is_503(store: Moody) -> None:
    store.fault = OSError("the disk is full")
    body = build_event_body()
    answer = intake(store).handle("POST", build_signed_headers(body, now()).items(), body)
    assert (answer.status, b"connection" in dict(answer.headers)) == (503, False)


def test_a_blank_secret_is_refused_at_the_start(store: Moody) -> None:
    with pytest.raises(InputError):
        SyncReceiver(store, [""])
