"""Test that /health tells whether a delivery can be stored: on a full disk, a read-only one, a closed inbox."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import psycopg
import pytest
from tests.events.receiver.conftest import FaultyInbox
from tests.support.asgi import send_request
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers

from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.protocols import EventLog
from zoom_component.events.receiver import Receiver, ReceiverLimits, status_pages
from zoom_component.events.receiver.status_pages import StatusPages


@pytest.fixture(autouse=True)
def read_the_inbox_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_pages, "_CACHE_SECONDS", 0.0)
    monkeypatch.setattr(status_pages, "_PROBE_SECONDS", 0.0)


class Pages:
    """Serve the pages of a receiver, and post deliveries to it."""

    def __init__(self, inbox: EventLog) -> None:
        self.receiver = Receiver(inbox, [SECRET], limits=ReceiverLimits(max_body_bytes=100_000))
        self._pages = StatusPages(self.receiver, inbox)

    def get_health(self) -> tuple[int, dict[str, Any]]:
        answer = asyncio.run(send_request(self._pages, path="/health", method="GET"))
        return answer.status, answer.json()

    def post(self, size: int) -> int:
        body = build_event_body(topic="x" * size)
        signed = build_signed_headers(body, int(time.time()))
        headers = [(name.encode(), value.encode()) for name, value in signed.items()]
        return asyncio.run(send_request(self._pages, headers, [body])).status


def test_a_full_disk_fails_before_a_delivery_does(store: FaultyInbox) -> None:
    pages = Pages(store)
    used = store._connections.get_writer().execute("pragma page_count").fetchone()[0]
    store._connections.get_writer().execute(f"pragma max_page_count = {used + 3}")
    status, report = pages.get_health()
    assert (status, report["status"]) == (503, "failing")
    assert "the disk is full" in report["error"]
    assert "last_failure" not in report
    store._connections.get_writer().execute("pragma max_page_count = 100000")
    assert pages.get_health() == (200, {"status": "ok", "backlog": 0, "waiting": 0, "dead": 0})
    pages.receiver.close()


def test_the_last_failure_stays_when_all_is_well_again(store: FaultyInbox) -> None:
    pages = Pages(store)
    used = store._connections.get_writer().execute("pragma page_count").fetchone()[0]
    store._connections.get_writer().execute(f"pragma max_page_count = {used + 3}")
    assert pages.post(90_000) == 503
    pages.receiver.writer.set_timestamp("validation", 1.0)  # a small write that succeeds
    while not store.get_timestamps():
        time.sleep(0.01)
    assert pages.get_health()[0] == 503
    store._connections.get_writer().execute("pragma max_page_count = 100000")
    status, report = pages.get_health()
    assert (status, report["status"]) == (200, "ok")
    assert "the disk is full" in report["last_failure"]["message"]
    assert report["last_failure"]["at"].endswith("+00:00")
    assert pages.post(90_000) == 200
    pages.receiver.close()


def test_a_disk_without_room_for_a_whole_delivery_fails(store: FaultyInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def allocate(file: int, offset: int, size: int) -> None:
        sizes.append(size)
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "posix_fallocate", allocate)
    pages = Pages(store)
    status, report = pages.get_health()
    assert (status, sizes) == (503, [100_000])
    assert "cannot be written, because the disk is full" in report["error"]
    assert [each.name for each in store.path.parent.iterdir() if each.name.startswith(".")] == []
    pages.receiver.close()


def test_a_closed_inbox_fails(store: FaultyInbox) -> None:
    pages = Pages(store)
    store.close()
    status, report = pages.get_health()
    assert (status, report["status"]) == (503, "failing")
    assert "is closed" in report["error"]
    assert pages.post(10) == 503
    pages.receiver.close()


def test_a_read_only_file_fails(store: FaultyInbox) -> None:
    pages = Pages(store)
    store._connections.get_writer().execute("pragma query_only = on")
    status, report = pages.get_health()
    assert status == 503
    assert "is read-only" in report["error"]
    pages.receiver.close()


def test_a_server_that_stores_nothing_fails(inbox_database: str) -> None:
    inbox = PostgresInbox(inbox_database)
    pages = Pages(inbox)
    assert pages.get_health()[0] == 200
    assert inbox.server.run_transaction(lambda rows: rows.execute("select count(*) from probe").fetchone()) == (0,)
    with psycopg.connect(inbox_database, autocommit=True) as server:
        database = server.info.dbname
        server.execute(f"alter database {database} set default_transaction_read_only = on".encode())
        inbox.server._close_idle()
        status, report = pages.get_health()
        server.execute("set default_transaction_read_only = off")
        server.execute(f"alter database {database} reset default_transaction_read_only".encode())
    assert status == 503
    assert "is read-only" in report["error"]
    inbox.server._close_idle()
    assert pages.get_health()[0] == 200
    inbox.close()
    assert "is closed" in pages.get_health()[1]["error"]
    pages.receiver.close()
