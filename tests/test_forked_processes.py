"""Test what is waited for before a fork, and what is reset in the child."""

from __future__ import annotations

import contextlib
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.support.forked import fork_child, run_in_child
from zoom_component import forked_processes
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.store import StoredConnection
from zoom_component.client.transport.daily_quota import DailyQuota
from zoom_component.client.transport.exchange import Count
from zoom_component.forked_processes import ForkSafeLock, ProcessLocal, registered

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@contextlib.contextmanager
def hold_in_thread(context: AbstractContextManager[object]) -> Iterator[threading.Event]:
    """Enter a context on another thread until the block ends or the event is set."""
    is_held, may_leave = threading.Event(), threading.Event()

    def hold() -> None:
        with context:
            is_held.set()
            may_leave.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(20)
    try:
        yield may_leave
    finally:
        may_leave.set()
        thread.join()


@contextlib.contextmanager
def repeat_in_threads(function: Callable[[], object]) -> Iterator[None]:
    """Call a function over and over on two threads during the block."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            function()

    threads = [threading.Thread(target=repeat) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_lock_that_another_thread_holds_is_free_in_the_child() -> None:
    lock = ForkSafeLock()

    def take() -> bool:
        with lock:
            return True

    with hold_in_thread(lock):
        assert run_in_child(take)


def test_a_store_is_read_and_written_while_threads_use_it(tmp_path: Path) -> None:
    store = EncryptedStore(tmp_path)

    def write(name: str) -> str:
        store.write(StoredConnection(name, "serverToServer", f"https://{name}.zoom.us"))
        row = store.read(name)
        assert row is not None
        return row.base_url

    with repeat_in_threads(lambda: write("parent")):
        children = [fork_child(partial(write, f"child{number}")) for number in range(4)]
        assert [child.finish() for child in children] == [f"https://child{number}.zoom.us" for number in range(4)]


def test_calls_are_counted_while_threads_count(tmp_path: Path) -> None:
    quota = DailyQuota(tmp_path, "account", lambda: 0.0)

    def count(subject: str) -> bool:
        quota.count(Count("test", 1_000_000, subject))
        return True

    with repeat_in_threads(lambda: count("parent")):
        assert [child.finish() for child in [fork_child(lambda: count("child")) for _ in range(4)]] == [True] * 4


def test_a_fork_waits_for_a_database_that_another_thread_uses(tmp_path: Path) -> None:
    store = EncryptedStore(tmp_path)
    with hold_in_thread(store._open_db()) as may_leave:
        threading.Timer(0.05, may_leave.set).start()
        assert run_in_child(lambda: [may_leave.is_set(), store.read("none") is None]) == [True, True]


def test_a_fork_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked_processes, "MAX_WAIT", 0.02)
    store = EncryptedStore(tmp_path)
    with hold_in_thread(store._open_db()) as may_leave:
        assert run_in_child(lambda: not may_leave.is_set())
    assert store.read("none") is None


def test_two_threads_fork_at_the_same_time(tmp_path: Path) -> None:
    stores = [EncryptedStore(tmp_path / str(number)) for number in range(6)]
    outcomes: list[bool] = []

    def fork() -> None:
        for _ in range(3):
            outcomes.append(run_in_child(lambda: all(store.read("none") is None for store in stores)))

    threads = [threading.Thread(target=fork) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 6


def test_an_object_that_cannot_be_reset_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(ProcessLocal):
        def reset_after_fork(self) -> None:
            raise RuntimeError

    broken, locks = Broken(), [ForkSafeLock() for _ in range(20)]
    registered.add(broken)

    def take_all() -> list[str]:
        for lock in locks:
            with lock:
                pass
        return [record.getMessage() for record in caplog.records]

    with contextlib.ExitStack() as stack, caplog.at_level(logging.ERROR):
        for lock in locks:
            stack.enter_context(hold_in_thread(lock))
        assert run_in_child(take_all) == ["reset_after_fork of a Broken failed at a fork"]


@pytest.mark.parametrize("make", [ForkSafeLock, lambda: DailyQuota(Path(), "account", time.time)])
def test_what_belongs_to_a_process_is_not_pickled(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"expected an object that can be copied, got a \w+\. Open a \w+ in the other"):
        pickle.dumps(make())
