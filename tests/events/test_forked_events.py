"""Test inboxes, receivers and dispatchers that were used before their process was forked."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.events.inbox.conftest import inbox, make_event  # noqa: F401 - a fixture
from tests.support.asgi import send_request
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers
from tests.support.forked import fork_child, run_in_child

from zoom_component.client.connections.uninterrupted import hold_signals
from zoom_component.events.inbox.protocols import Inbox
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners.command import CommandHandler
from zoom_component.events.listeners.dispatcher import Dispatcher
from zoom_component.events.listeners.functions import FunctionHandler
from zoom_component.events.listeners.listener import Listener
from zoom_component.events.receiver import Receiver
from zoom_component.events.webhook import Event
from zoom_sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def count_events(store: Inbox) -> int:
    return store.count(time.time()).events


def test_a_child_and_its_parent_store_events(inbox: Inbox) -> None:  # noqa: F811
    inbox.add_events([make_event(1)])
    assert run_in_child(lambda: inbox.add_events([make_event(2), make_event(1)])) == [True, False]
    assert inbox.add_events([make_event(3), make_event(2)]) == [True, False]
    assert count_events(inbox) == 3


def test_children_that_are_forked_while_threads_store_events(inbox: Inbox) -> None:  # noqa: F811
    stop, stored = threading.Event(), []

    def store(first: int) -> None:
        number = first
        while not stop.is_set() and number < first + 1_000:
            inbox.add_events([make_event(number)])
            stored.append(number)
            number += 1

    threads = [threading.Thread(target=store, args=(first,)) for first in (1_000_000, 2_000_000)]
    for thread in threads:
        thread.start()
    children = [fork_child(partial(store_five, inbox, first)) for first in range(0, 600, 100)]
    assert [child.finish() for child in children] == [[[True]] * 5] * 6
    stop.set()
    for thread in threads:
        thread.join()
    assert stored
    assert count_events(inbox) == 30 + len(stored)


def test_the_file_is_whole_after_children_have_closed_the_inbox(tmp_path: Path) -> None:
    store = SqliteInbox(tmp_path / "inbox.db")

    def use() -> None:
        store.add_events([make_event(os.getpid())])
        store.close()

    for _ in range(5):
        store.add_events([make_event(count_events(store) + 10_000_000)])
        run_in_child(use)
    assert count_events(store) == 10
    store.close()
    with sqlite3.connect(tmp_path / "inbox.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_child_that_is_forked_inside_a_transaction_is_refused(tmp_path: Path) -> None:
    store = SqliteInbox(tmp_path / "inbox.db")

    def use() -> str:
        with pytest.raises(OSError, match="inside a transaction") as caught:
            store.add_events([make_event(2)])
        own = SqliteInbox(tmp_path / "other.db")
        own.add_events([make_event(3)])
        own.close()
        return str(caught.value)

    with store._connections.write() as database:
        database.execute("delete from events")
        message = run_in_child(use)
    assert "open the inbox again in this process" in message
    assert store.add_events([make_event(4)]) == [True]
    store.close()


def store_five(store: Inbox, first: int) -> list[list[bool]]:
    return [store.add_events([make_event(first + number)]) for number in range(5)]


def deliver_once(receiver: Receiver, number: int) -> int:
    return asyncio.run(deliver(receiver, number))


async def deliver(receiver: Receiver, number: int) -> int:
    body = build_event_body(id=str(number))
    headers = build_signed_headers(body, int(time.time()))
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    response = await send_request(receiver, pairs, [body])
    return response.status


def test_a_receiver_that_was_made_before_the_fork_receives_in_each_worker(inbox: Inbox) -> None:  # noqa: F811
    receiver = Receiver(inbox, [SECRET])
    assert asyncio.run(deliver(receiver, 1)) == 200
    children = [fork_child(partial(deliver_once, receiver, n)) for n in (2, 3)]
    assert [child.finish() for child in children] == [200, 200]
    assert asyncio.run(deliver(receiver, 4)) == 200
    receiver.close()
    assert count_events(inbox) == 4


def test_a_dispatcher_is_stopped_in_the_child_and_can_be_started_there(inbox: Inbox, tmp_path: Path) -> None:  # noqa: F811
    pids = tmp_path / "pids"

    def note(event: Event) -> None:
        with pids.open("a") as file:
            file.write(f"{os.getpid()}\n")

    dispatcher = Dispatcher(inbox, [Listener("note", FunctionHandler(note))], poll_interval=0.02)

    def dispatch_in_child() -> int:
        with dispatcher:
            inbox.add_events([make_event(2)])
            wait_until(lambda: len(pids.read_text().splitlines()) == 2)
        return os.getpid()

    with dispatcher:
        inbox.add_events([make_event(1)])
        wait_until(lambda: pids.exists() and len(pids.read_text().splitlines()) == 1)
        child = run_in_child(lambda: threading.active_count())
        assert child == 1
    in_child = run_in_child(dispatch_in_child)
    assert pids.read_text().split() == [str(os.getpid()), str(in_child)]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_command_of_the_parent_ends_although_a_child_lives_on(inbox: Inbox, tmp_path: Path) -> None:  # noqa: F811
    """The guard of a command ends it when its worker closes their socket, of which a child has a copy."""
    running = tmp_path / "running"
    handler = CommandHandler(["/bin/sh", "-c", f"echo $$ > {running}; exec sleep 60"])
    dispatcher = Dispatcher(inbox, [Listener("slow", handler, timeout=120)], poll_interval=0.02)
    inbox.add_events([make_event(1)])
    release, hold = os.pipe()
    with dispatcher:
        wait_until(lambda: running.exists() and running.read_text().strip() != "")
        child = fork_child(lambda: len(os.read(release, 1)))
        dispatcher.stop(shutdown_timeout=0.1)
    pid = int(running.read_text())
    wait_until(lambda: not Path(f"/proc/{pid}").exists())
    os.write(hold, b"x")
    assert child.finish() == 1
    os.close(hold)
    os.close(release)


def test_an_inbox_is_not_pickled(inbox: Inbox) -> None:  # noqa: F811
    with pytest.raises(TypeError, match="in the other process"):
        pickle.dumps(inbox)


def test_the_state_file_of_a_sandbox_belongs_to_the_parent(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    with Sandbox(db=file) as zoom:
        users = count_users(zoom)

        def change() -> int:
            zoom.load_data({"users": [{"email": "new@example.com"}, {"email": "newer@example.com"}]})
            zoom.close()
            return count_users(zoom)

        assert run_in_child(change) == users + 2
        assert count_users(zoom) == users
        zoom.load_data({"users": [{"email": "other@example.com"}]})
    with Sandbox(db=file) as zoom:
        assert count_users(zoom) == users + 1


def count_users(zoom: Sandbox) -> int:
    return int(zoom.get_state()["counts"]["users"])


def test_signals_that_the_parent_holds_back_end_a_child() -> None:
    outcome: list[Any] = []

    def fork_on_a_thread() -> None:
        pid = os.fork()
        if pid == 0:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
            os._exit(1)
        outcome.append(os.waitpid(pid, 0)[1])

    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with hold_signals():
            thread = threading.Thread(target=fork_on_a_thread)
            thread.start()
            thread.join()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert outcome == [signal.SIGTERM]
