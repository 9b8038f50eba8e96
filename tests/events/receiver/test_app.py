"""The receiver as an application: a status for whatever comes, 200 only after the commit, and bounds that hold."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from tests.events.receiver.conftest import Moody
from tests.support.asgi import AsgiResponse, send_request
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers

from zoom_component.errors import InputError
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver import Receiver, ReceiverLimits
from zoom_component.events.webhook import LegacyVerifier


def made(store: Moody, **more: Any) -> Receiver:
    return Receiver(store, [SECRET], **{"clock": lambda: float(NOW), **more})


def pairs(body: bytes, **more: Any) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in build_signed_headers(body, **more).items()]


def run(app: Receiver, act: Callable[[], Awaitable[Any]]) -> Any:
    """Runs, and ends the writer."""

    async def whole() -> Any:
        return await act()

    try:
        return asyncio.run(whole())
    finally:
        app.close()


def ask(app: Receiver, *words: Any, **more: Any) -> AsgiResponse:
    found: AsgiResponse = run(app, lambda: send_request(app, *words, **more))
    app.writer.reopen()
    return found


def test_a_genuine_delivery_is_kept_and_answered(store: Moody) -> None:
    app, body = made(store), build_event_body()
    answer = ask(app, pairs(body), [body[:10], b"", body[10:]])
    assert (answer.status, answer.body, answer.headers[b"content-length"]) == (200, b"{}", b"2")
    (kept,) = store.find_events(EventQuery())
    assert (kept.event.body, kept.event.name, kept.event.source) == (body, "meeting.started", "webhook")
    assert kept.event.received_at == NOW


def test_a_duplicate_is_answered_200_and_kept_once(store: Moody) -> None:
    app, body = made(store), build_event_body()
    spaced = json.dumps(json.loads(body), indent=1).encode()
    assert [ask(app, pairs(each), [each]).status for each in (body, body, spaced)] == [200, 200, 200]
    assert len(store.find_events(EventQuery())) == 1
    assert (app.metrics.stored, app.metrics.duplicates) == (1, 2)


def test_a_validation_is_answered_and_noted(store: Moody) -> None:
    app = made(store)
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    answer = ask(app, pairs(body), [body])
    assert answer.status == 200
    assert answer.json()["plainToken"] == "abc"
    assert answer.headers[b"content-type"] == b"application/json"
    assert store.get_timestamps() == {"validation": NOW}
    assert store.find_events(EventQuery()) == []


def test_every_refusal_looks_the_same_and_its_reason_is_logged(store: Moody, caplog: pytest.LogCaptureFixture) -> None:
    app, body = made(store), build_event_body()
    cases = {
        "missing_header": [],
        "malformed_header": [*pairs(body), *pairs(body)],
        "wrong_signature": pairs(body, secret="another"),
        "stale": pairs(body, stamp=NOW - 5401),
        "future": pairs(body, stamp=NOW + 5401),
    }
    with caplog.at_level(logging.WARNING, "zoom_component.events.receiver"):
        answers = {ask(app, headers, [body]).body for headers in cases.values() for _ in range(2)}
    assert answers == {b'{"status": 401, "message": "This delivery is not accepted."}'}
    assert app.metrics.rejections == dict.fromkeys(cases, 2)
    assert [line.split()[1] for line in caplog.messages] == list(cases)
    assert SECRET not in caplog.text
    assert store.find_events(EventQuery()) == []


@pytest.mark.parametrize(
    ("status", "more"),
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
def test_what_is_not_read_is_refused(status: int, more: dict[str, Any], store: Moody) -> None:
    app = made(store, path="/zoom", limits=ReceiverLimits(max_body_bytes=1000, response_timeout=0.1))
    answer = ask(app, **{"path": "/zoom", **more})
    assert answer.status == status
    assert answer.json()["status"] == status
    assert answer.headers[b"connection"] == b"close"
    assert status != 405 or answer.headers[b"allow"] == b"POST"


def test_identity_is_no_encoding(store: Moody) -> None:
    body = build_event_body()
    assert ask(made(store), [*pairs(body), (b"content-encoding", b"identity")], [body]).status == 200


def test_a_sender_that_leaves_gets_no_answer_and_is_no_failure(store: Moody) -> None:
    app, body = made(store), build_event_body()
    assert ask(app, pairs(body), [body[:5]], whole=False).status == 0
    assert app.metrics.disconnects == 1
    assert store.find_events(EventQuery()) == []


@pytest.mark.parametrize("path", ["/zoom", "/zoom/"])
def test_a_path_below_a_mount_is_its_own(path: str, store: Moody) -> None:
    app, body = made(store, path="/zoom"), build_event_body()
    assert ask(app, pairs(body), [body], path=f"/hooks{path}", root_path="/hooks").status == 200
    assert ask(app, pairs(body), [body], path="/hooks", root_path="/hooks").status == 404


def test_no_200_without_a_commit(store: Moody) -> None:
    """An inbox that is slow is 503 in time; that the event is kept after all does no harm."""
    app, body = made(store, limits=ReceiverLimits(response_timeout=0.1)), build_event_body()

    async def slow() -> AsgiResponse:
        store.gate.clear()
        answer = await send_request(app, pairs(body), [body])
        store.gate.set()
        return answer

    answer = run(app, slow)
    assert (answer.status, answer.headers[b"retry-after"]) == (503, b"1")
    app.writer.reopen()
    assert ask(app, pairs(body), [body]).status == 200
    assert app.metrics.duplicates == 1


def test_an_inbox_that_fails_is_503_and_recovers(store: Moody) -> None:
    app, body = made(store), build_event_body()
    store.fault = OSError("the disk is full")
    assert ask(app, pairs(body), [body]).status == 503
    assert app.writer.error == "the disk is full"
    store.fault = None
    assert ask(app, pairs(body), [body]).status == 200
    assert app.writer.error == ""


def test_overload_is_503_before_the_body_is_read_and_loses_nothing(store: Moody) -> None:
    app = made(store, limits=ReceiverLimits(max_requests=20, response_timeout=5))
    bodies = [build_event_body(at=NOW * 1000 + at) for at in range(100)]

    async def flood() -> list[AsgiResponse]:
        store.gate.clear()
        asyncio.get_running_loop().call_later(0.1, store.gate.set)
        return await asyncio.gather(*(send_request(app, pairs(body), [body]) for body in bodies))

    answers = run(app, flood)
    taken = {body for body, answer in zip(bodies, answers, strict=True) if answer.status == 200}
    assert [answer.status for answer in answers].count(503) == 80
    assert {each.event.body for each in store.find_events(EventQuery())} == taken
    assert app.metrics.rejections == {"overload": 80}


def test_a_queue_that_is_full_is_503(store: Moody) -> None:
    app = made(store, limits=ReceiverLimits(max_queued_events=3, response_timeout=5))
    bodies = [build_event_body(at=NOW * 1000 + at) for at in range(10)]

    async def flood() -> list[AsgiResponse]:
        store.gate.clear()
        asyncio.get_running_loop().call_later(0.1, store.gate.set)
        return await asyncio.gather(*(send_request(app, pairs(body), [body]) for body in bodies))

    assert sorted(answer.status for answer in run(app, flood)) == [200] * 3 + [503] * 7


def test_bodies_under_way_are_bounded_together(store: Moody) -> None:
    app = made(store, limits=ReceiverLimits(max_body_bytes=1000, max_buffered_bytes=2500))

    async def flood() -> list[AsgiResponse]:
        return await asyncio.gather(*(send_request(app, [], [b"x" * 900, b"x"], pause=0.01) for _ in range(5)))

    statuses = [answer.status for answer in run(app, flood)]
    assert statuses.count(401) == 2
    assert statuses.count(503) == 3
    app.writer.reopen()
    assert ask(app, [], [b"x"]).status == 401


def test_what_one_event_breaks_does_not_keep_others_out(store: Moody) -> None:
    app, body = made(store), build_event_body()
    store.fault = ValueError("a bug")
    assert ask(app, pairs(body), [body]).status == 503
    store.fault = None
    assert ask(app, pairs(body), [body]).status == 200


def test_a_lifespan_ends_when_all_is_written(store: Moody) -> None:
    app, body = made(store), build_event_body()
    said: list[str] = []

    async def live() -> AsgiResponse:
        messages = iter(["lifespan.startup", "lifespan.shutdown"])
        store.gate.clear()
        asking = asyncio.create_task(send_request(app, pairs(body), [body]))
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_later(0.05, store.gate.set)

        async def receive() -> dict[str, Any]:
            return {"type": next(messages)}

        async def send(message: MutableMapping[str, Any]) -> None:
            said.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        return await asking

    assert asyncio.run(live()).status == 200
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_blank_secret_or_a_limit_of_nothing_is_refused_at_the_start(store: Moody) -> None:
    for secrets in ([], [" "], [SECRET, ""]):
        with pytest.raises(InputError):
            Receiver(store, secrets)
    with pytest.raises(InputError, match="body: came 0"):
        ReceiverLimits(max_body_bytes=0)


def test_notifications_of_v1_come_to_a_path_of_their_own(store: Moody) -> None:
    app = made(store, path="/", legacy=LegacyVerifier("zoom", "pässword"), legacy_path="/v1")
    form = b"id=123&uuid=abc%3D%3D&host_id=h&status=STARTED"
    basic = [(b"authorization", b"Basic em9vbTpww6Rzc3dvcmQ=")]
    assert [ask(app, basic, [form], path="/v1").status for _ in range(2)] == [200, 200]
    (kept,) = store.find_events(EventQuery())
    assert (kept.event.name, kept.event.source, kept.event.object_id) == ("v1.meeting.started", "v1", "123")
    assert json.loads(kept.event.body)["payload"]["object"]["uuid"] == "abc=="
    assert ask(app, [], [form], path="/v1").body == ask(app, [], [form]).body
    assert ask(app, basic, [b"x=y"], path="/v1").status == 400
    assert ask(app, pairs(form), [form], path="/v1").status == 401


def test_a_commit_is_shared_by_what_waits(store: Moody) -> None:
    app = made(store)
    bodies = [build_event_body(at=NOW * 1000 + at) for at in range(50)]

    async def flood() -> None:
        store.gate.clear()
        asyncio.get_running_loop().call_later(0.05, store.gate.set)
        await asyncio.gather(*(send_request(app, pairs(body), [body]) for body in bodies))

    run(app, flood)
    assert sum(store.groups) == 50
    assert len(store.groups) <= 3
