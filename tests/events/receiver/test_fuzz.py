"""Test odd, forged and broken requests: no 5xx, and nothing forged is stored."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.support.asgi import send_request
from tests.support.deliveries import NOW, SECRET
from tests.support.malformed_deliveries import (
    MAX_BODY_BYTES,
    MAX_HEADERS,
    NOT_EVENTS,
    NOT_JSON,
    SHAPES,
    WINDOW,
    MalformedRequest,
    fill_shape,
    generate_requests,
    sign_headers,
)

from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.receiver import Receiver, ReceiverLimits


def build_receiver(store: SqliteInbox) -> Receiver:
    limits = ReceiverLimits(max_body_bytes=MAX_BODY_BYTES, max_headers=MAX_HEADERS)
    return Receiver(store, [SECRET], path="/", limits=limits, window=WINDOW, clock=lambda: float(NOW))


async def send(app: Receiver, sent: MalformedRequest) -> int:
    response = await send_request(
        app, sent.headers, sent.pieces, method=sent.method, path=sent.path, whole=bool(sent.statuses)
    )
    return response.status


def test_fuzzed_requests_give_no_5xx_and_no_accepted_forgery(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = SqliteInbox(tmp_path / "inbox.db")
    app = build_receiver(store)

    async def run() -> list[tuple[MalformedRequest, int]]:
        sent = list(generate_requests(1, 3000))
        results: list[tuple[MalformedRequest, int]] = []
        for at in range(0, len(sent), 100):
            group = sent[at : at + 100]
            results += zip(group, await asyncio.gather(*(send(app, each) for each in group)), strict=True)
        return results

    results = asyncio.run(run())
    app.close()
    assert [(each, status) for each, status in results if status not in (each.statuses or (0,))] == []
    genuine = {b"".join(each.pieces) for each, status in results if status == 200 and each.what != "validation"}
    stored = [each.event.body for each in store.find_events(EventQuery(limit=10_000))]
    assert set(stored) <= genuine
    assert len(stored) > 500
    store.close()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_odd_shape_is_stored_unchanged(shape: str, tmp_path: Path) -> None:
    store = SqliteInbox(tmp_path / "inbox.db")
    app, body = build_receiver(store), fill_shape(SHAPES[shape], 1_773_140_400_000)
    statuses = [asyncio.run(send_request(app, sign_headers(body, str(NOW)), [body])).status for _ in range(2)]
    app.close()
    (stored,) = store.find_events(EventQuery())
    assert (statuses, stored.event.body) == ([200, 200], body)
    store.close()


@pytest.mark.parametrize("body", [*NOT_JSON, *NOT_EVENTS])
def test_a_verified_body_that_is_not_an_event_is_answered_with_400(body: bytes, tmp_path: Path) -> None:
    body = body.replace(b"%d", b"1")
    store = SqliteInbox(tmp_path / "inbox.db")
    app = build_receiver(store)
    assert asyncio.run(send_request(app, sign_headers(body, str(NOW)), [body])).status == 400
    assert asyncio.run(send_request(app, sign_headers(body, str(NOW), "another"), [body])).status == 401
    assert store.find_events(EventQuery()) == []
    store.close()
