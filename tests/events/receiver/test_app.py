"""Test the receiver as an ASGI application: statuses, commits and limits."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from tests.events.receiver.conftest import FaultyInbox
from tests.support.asgi import AsgiResponse, send_request
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers

from zoom_component.client_address import TrustedProxies, parse_networks
from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.webhook import LegacyVerifier
from zoom_component.events.webhook.verdict import Rejection


def build_receiver(store: FaultyInbox, **kwargs: Any) -> Receiver:
    return Receiver(store, [SECRET], **{"clock": lambda: float(NOW), **kwargs})


def sign_headers(body: bytes, **kwargs: Any) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in build_signed_headers(body, **kwargs).items()]


def run(app: Receiver, act: Callable[[], Awaitable[Any]]) -> Any:
    """Run a coroutine, then close the receiver."""

    async def whole() -> Any:
        return await act()

    try:
        return asyncio.run(whole())
    finally:
        app.close()


def request(app: Receiver, *args: Any, **kwargs: Any) -> AsgiResponse:
    response: AsgiResponse = run(app, lambda: send_request(app, *args, **kwargs))
    app.writer.reopen()
    return response


def test_a_genuine_delivery_is_stored_and_answered_with_200(store: FaultyInbox) -> None:
    app, body = build_receiver(store), build_event_body()
    response = request(app, sign_headers(body), [body[:10], b"", body[10:]])
    assert (response.status, response.body, response.headers[b"content-length"]) == (200, b"{}", b"2")
    (stored,) = store.find_events(EventQuery())
    assert (stored.event.body, stored.event.name, stored.event.source) == (body, "meeting.started", "webhook")
    assert stored.event.received_at == NOW


def test_a_duplicate_is_answered_with_200_and_stored_once(store: FaultyInbox) -> None:
    app, body = build_receiver(store), build_event_body()
    spaced = json.dumps(json.loads(body), indent=1).encode()
    assert [request(app, sign_headers(each), [each]).status for each in (body, body, spaced)] == [200, 200, 200]
    assert len(store.find_events(EventQuery())) == 1
    assert (app.metrics.stored, app.metrics.duplicates) == (1, 2)


def test_a_url_validation_is_answered_and_recorded(store: FaultyInbox) -> None:
    app = build_receiver(store)
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    response = request(app, sign_headers(body), [body])
    assert response.status == 200
    assert response.json()["plainToken"] == "abc"
    assert response.headers[b"content-type"] == b"application/json"
    assert store.get_timestamps() == {"validation": NOW}
    assert store.find_events(EventQuery()) == []


def test_every_rejection_has_the_same_response_and_its_reason_is_logged(
    store: FaultyInbox, caplog: pytest.LogCaptureFixture
) -> None:
    app, body = build_receiver(store), build_event_body()
    cases = {
        "missing_header": [],
        "malformed_header": [*sign_headers(body), *sign_headers(body)],
        "wrong_signature": sign_headers(body, secret="another"),
        "stale": sign_headers(body, stamp=NOW - 5401),
        "future": sign_headers(body, stamp=NOW + 5401),
    }
    with caplog.at_level(logging.WARNING, "zoom_component.events.receiver"):
        responses = {request(app, headers, [body]).body for headers in cases.values() for _ in range(2)}
    assert responses == {b'{"status": 401, "message": "The delivery is not accepted."}'}
    assert app.metrics.rejections == dict.fromkeys(cases, 2)
    assert [line.split()[1] for line in caplog.messages] == list(cases)
    assert SECRET not in caplog.text
    assert store.find_events(EventQuery()) == []


@pytest.mark.parametrize(
    ("status", "kwargs"),
    [
        (404, {"path": "/other"}),
        (405, {"method": "GET"}),
        (413, {"pieces": [b"x" * 600, b"x" * 600]}),
        (413, {"headers": [(b"content-length", b"1001")]}),
        (415, {"headers": [(b"content-encoding", b"gzip")]}),
        (431, {"headers": [(b"x-%d" % at, b"") for at in range(101)]}),
        (431, {"headers": [(b"x", b"y" * 33_000)]}),
        (408, {"pieces": [b"x"] * 20, "pause": 0.02}),
    ],
)
def test_an_unread_request_is_rejected(status: int, kwargs: dict[str, Any], store: FaultyInbox) -> None:
    app = build_receiver(store, path="/zoom", limits=ReceiverLimits(max_body_bytes=1000, response_timeout=0.1))
    response = request(app, **{"path": "/zoom", **kwargs})
    assert response.status == status
    assert response.json()["status"] == status
    assert response.headers[b"connection"] == b"close"
    assert status != 405 or response.headers[b"allow"] == b"POST"


def test_the_encoding_identity_is_accepted(store: FaultyInbox) -> None:
    body = build_event_body()
    assert (
        request(build_receiver(store), [*sign_headers(body), (b"content-encoding", b"identity")], [body]).status == 200
    )


def test_a_disconnected_sender_gets_no_response(store: FaultyInbox) -> None:
    app, body = build_receiver(store), build_event_body()
    assert request(app, sign_headers(body), [body[:5]], whole=False).status == 0
    assert app.metrics.disconnects == 1
    assert store.find_events(EventQuery()) == []


@pytest.mark.parametrize("path", ["/zoom", "/zoom/"])
def test_the_path_is_relative_to_a_mount(path: str, store: FaultyInbox) -> None:
    app, body = build_receiver(store, path="/zoom"), build_event_body()
    assert request(app, sign_headers(body), [body], path=f"/hooks{path}", root_path="/hooks").status == 200
    assert request(app, sign_headers(body), [body], path="/hooks", root_path="/hooks").status == 404


def test_a_slow_commit_is_answered_with_503(store: FaultyInbox) -> None:
    """Check that the late event is stored after all and that its next delivery is a duplicate."""
    app, body = build_receiver(store, limits=ReceiverLimits(response_timeout=0.1)), build_event_body()

    async def slow() -> AsgiResponse:
        store.gate.clear()
        response = await send_request(app, sign_headers(body), [body])
        store.gate.set()
        return response

    response = run(app, slow)
    assert (response.status, response.headers[b"retry-after"]) == (503, b"1")
    app.writer.reopen()
    assert request(app, sign_headers(body), [body]).status == 200
    assert app.metrics.duplicates == 1


def test_a_failing_inbox_is_answered_with_503_and_recovers(store: FaultyInbox) -> None:
    app, body = build_receiver(store), build_event_body()
    store.fault = OSError("the disk is full")
    assert request(app, sign_headers(body), [body]).status == 503
    assert app.writer.error == "the disk is full"
    store.fault = None
    assert request(app, sign_headers(body), [body]).status == 200
    assert app.writer.error == ""


def test_overload_is_answered_with_503_and_loses_nothing(store: FaultyInbox) -> None:
    app = build_receiver(store, limits=ReceiverLimits(max_requests=20, response_timeout=5))
    bodies = [build_event_body(at=NOW * 1000 + at) for at in range(100)]

    async def flood() -> list[AsgiResponse]:
        store.gate.clear()
        asyncio.get_running_loop().call_later(0.1, store.gate.set)
        return await asyncio.gather(*(send_request(app, sign_headers(body), [body]) for body in bodies))

    responses = run(app, flood)
    accepted = {body for body, response in zip(bodies, responses, strict=True) if response.status == 200}
    assert [response.status for response in responses].count(503) == 80
    assert {each.event.body for each in store.find_events(EventQuery())} == accepted
    assert app.metrics.rejections == {"overload": 80}


def test_a_full_queue_is_answered_with_503(store: FaultyInbox) -> None:
    app = build_receiver(store, limits=ReceiverLimits(max_queued_events=3, response_timeout=5))
    bodies = [build_event_body(at=NOW * 1000 + at) for at in range(10)]

    async def flood() -> list[AsgiResponse]:
        store.gate.clear()
        asyncio.get_running_loop().call_later(0.1, store.gate.set)
        return await asyncio.gather(*(send_request(app, sign_headers(body), [body]) for body in bodies))

    assert sorted(response.status for response in run(app, flood)) == [200] * 3 + [503] * 7


def test_the_memory_of_all_bodies_is_bounded(store: FaultyInbox) -> None:
    app = build_receiver(store, limits=ReceiverLimits(max_body_bytes=1000, max_buffered_bytes=2500))

    async def flood() -> list[AsgiResponse]:
        return await asyncio.gather(*(send_request(app, [], [b"x" * 900, b"x"], pause=0.01) for _ in range(5)))

    statuses = [response.status for response in run(app, flood)]
    assert statuses.count(401) == 2
    assert statuses.count(503) == 3
    app.writer.reopen()
    assert request(app, [], [b"x"]).status == 401


def test_an_event_that_cannot_be_stored_does_not_block_others(store: FaultyInbox) -> None:
    app, body = build_receiver(store), build_event_body()
    store.fault = ValueError("a bug")
    assert request(app, sign_headers(body), [body]).status == 503
    store.fault = None
    assert request(app, sign_headers(body), [body]).status == 200


def test_the_lifespan_ends_after_all_events_are_stored(store: FaultyInbox) -> None:
    app, body = build_receiver(store), build_event_body()
    sent: list[str] = []

    async def live() -> AsgiResponse:
        messages = iter(["lifespan.startup", "lifespan.shutdown"])
        store.gate.clear()
        pending = asyncio.create_task(send_request(app, sign_headers(body), [body]))
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.05, store.gate.set)

        async def receive() -> dict[str, Any]:
            return {"type": next(messages)}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        return await pending

    assert asyncio.run(live()).status == 200
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_blank_secret_and_a_zero_limit_are_refused(store: FaultyInbox) -> None:
    for secrets in ([], [" "], [SECRET, ""]):
        with pytest.raises(InputError):
            Receiver(store, secrets)
    with pytest.raises(InputError, match="max_body_bytes: expected a number above 0, got 0"):
        ReceiverLimits(max_body_bytes=0)


def test_notifications_of_v1_have_their_own_path(store: FaultyInbox) -> None:
    app = build_receiver(store, path="/", legacy_verifier=LegacyVerifier("zoom", "pässword"), legacy_path="/v1")
    form = b"id=123&uuid=abc%3D%3D&host_id=h&status=STARTED"
    basic = [(b"authorization", b"Basic em9vbTpww6Rzc3dvcmQ=")]
    assert [request(app, basic, [form], path="/v1").status for _ in range(2)] == [200, 200]
    (stored,) = store.find_events(EventQuery())
    assert (stored.event.name, stored.event.source, stored.event.object_id) == ("v1.meeting.started", "v1", "123")
    assert json.loads(stored.event.body)["payload"]["object"]["uuid"] == "abc=="
    assert request(app, [], [form], path="/v1").body == request(app, [], [form]).body
    assert request(app, basic, [b"x=y"], path="/v1").status == 400
    assert request(app, sign_headers(form), [form], path="/v1").status == 401


def test_waiting_events_share_a_commit(store: FaultyInbox) -> None:
    app = build_receiver(store)
    bodies = [build_event_body(at=NOW * 1000 + at) for at in range(50)]

    async def flood() -> None:
        store.gate.clear()
        asyncio.get_running_loop().call_later(0.05, store.gate.set)
        await asyncio.gather(*(send_request(app, sign_headers(body), [body]) for body in bodies))

    run(app, flood)
    assert sum(store.groups) == 50
    assert len(store.groups) <= 3


class CustomRejection(Rejection):
    """Reject with a status, a reason and a message of its own, which a sender may have chosen."""

    status = 401
    message = "no\n2026 WARNING forged \x1b[31m" + "x" * 5000


class CustomVerifier:
    """Reject each delivery with the reason that its body names."""

    def verify(self, headers: Any, body: bytes, now: float) -> Rejection:
        return CustomRejection(body.decode())


def test_reasons_are_a_closed_set_and_log_lines_are_safe(store: FaultyInbox, caplog: pytest.LogCaptureFixture) -> None:
    app = build_receiver(store, path="/zoom", legacy_verifier=CustomVerifier())
    with caplog.at_level(logging.WARNING, "zoom_component.events.receiver"):
        for reason in (b'x"} 1\nforged 2', b"another", b"stale"):
            assert request(app, [], [reason], path="/v1").status == 401
    assert app.metrics.rejections == {"other": 2, "stale": 1}
    assert "forged" not in app.metrics.render({'bad"} 1\nforged': float("inf")}).replace("zoom_bad___1_forged", "")
    assert len(caplog.messages) == 2
    assert [len(message.splitlines()) for message in caplog.messages] == [1, 1]
    assert max(map(len, caplog.messages)) <= 2000
    assert "\x1b" not in caplog.text


def test_the_log_names_the_client_behind_a_trusted_proxy(store: FaultyInbox, caplog: pytest.LogCaptureFixture) -> None:
    header = [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.7")]
    proxies = TrustedProxies(parse_networks(["127.0.0.1"]))
    with caplog.at_level(logging.WARNING, "zoom_component.events.receiver"):
        assert request(build_receiver(store, trusted_proxies=proxies), header, [b"{}"]).status == 401
        assert request(build_receiver(store), header, [b"{}"]).status == 401
    assert [message.split(":")[0] for message in caplog.messages] == [
        "401 missing_header from 203.0.113.7",
        "401 missing_header from 127.0.0.1",
    ]
