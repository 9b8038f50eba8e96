"""Test that a function of the user that raises is logged and stops nothing."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable

import pytest
from tests.events.inbox.conftest import make_event
from tests.events.receiver.conftest import FaultyInbox

from zoom_component.errors import InputError
from zoom_component.events.inbox.callbacks import guard_callback
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver.writer import InboxWriter


def _raise_error() -> None:
    raise RuntimeError("of the user")


def _exit() -> None:
    sys.exit(3)


def _interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("callback", [_raise_error, _exit, _interrupt])
def test_the_writer_goes_on_after_a_callback_that_raises(
    store: FaultyInbox, callback: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        callback()

    writer = InboxWriter(store, 10, on_stored=fail)

    async def submit(number: int) -> bool:
        return await asyncio.wait_for(writer.submit(make_event(number)), 10)

    assert [asyncio.run(submit(number)) for number in (1, 2, 3)] == [True, True, True]
    writer.close()
    assert len(calls) == len(store.find_events(EventQuery())) == 3
    assert [record.message.split(";")[0] for record in caplog.records] == ["on_stored raised"]


def test_a_callback_that_hangs_delays_no_answer(store: FaultyInbox) -> None:
    writer = InboxWriter(store, 10, on_stored=lambda: time.sleep(0.2))

    async def submit() -> bool:
        return await asyncio.wait_for(writer.submit(make_event(1)), 10)

    started_at = time.monotonic()
    assert asyncio.run(submit())
    is_answered_first = time.monotonic() - started_at < 0.2 or writer.pending == 0
    assert is_answered_first
    writer.close()


def test_the_writer_goes_on_after_a_timestamp_that_cannot_be_stored(
    store: FaultyInbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr(store, "set_timestamp", lambda name, at: 1 / 0)
    writer = InboxWriter(store, 10)
    writer.set_timestamp("validation", 1.0)

    async def submit() -> bool:
        return await asyncio.wait_for(writer.submit(make_event(1)), 10)

    assert asyncio.run(submit())
    writer.close()
    assert writer.last_failure is not None


def test_an_async_callback_is_refused() -> None:
    async def callback() -> None: ...

    with pytest.raises(InputError, match="on_result: expected a plain function, got an async one"):
        guard_callback("on_result", callback)


def test_ctrl_c_in_the_main_thread_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        guard_callback("on_result", _interrupt)()
