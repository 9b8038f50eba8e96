"""Test that a receiver that freezes, or loses its way to the server, delays no other receiver.

ZOOM_TEST_CUTS is how often each of three receivers is frozen and cut off:
`ZOOM_TEST_CUTS=100 pytest tests/events/inbox/test_cut_off.py`.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest
from tests.events.inbox.conftest import make_event
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers

from zoom_component.events.inbox.postgres import deadlines, server
from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.protocols import EventQuery, Subscription

CUTS = int(os.environ.get("ZOOM_TEST_CUTS", "1"))
ANSWER_SECONDS = 3.0  # Zoom waits so long
ROOT = Path(__file__).parents[3]


class Proxy:
    """Forward the connections to a socket of PostgreSQL, until they are cut: then nothing passes and nothing closes."""

    def __init__(self, folder: str, target: str) -> None:
        self.is_cut = Event()
        self._stopped = Event()
        self._target = target
        self.folder = folder
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{folder}/.s.PGSQL.5432")
        self._listener.listen(64)
        self._listener.setblocking(False)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        waiting = selectors.DefaultSelector()
        waiting.register(self._listener, selectors.EVENT_READ)
        peers: dict[socket.socket, socket.socket] = {}
        while not self._stopped.is_set():
            if self.is_cut.is_set():
                time.sleep(0.005)
                continue
            for key, _ in waiting.select(0.02):
                source = key.fileobj
                assert isinstance(source, socket.socket)
                if source is self._listener:
                    client = source.accept()[0]
                    server = socket.socket(socket.AF_UNIX)
                    server.connect(self._target)
                    for one, other in ((client, server), (server, client)):
                        peers[one] = other
                        waiting.register(one, selectors.EVENT_READ)
                    continue
                data = b""
                with suppress(OSError):
                    data = source.recv(65_536)
                if data:
                    with suppress(OSError):
                        peers[source].sendall(data)
                elif not data and source in peers:
                    for each in (source, peers[source]):
                        waiting.unregister(each)
                        each.close()
                        del peers[each]
        for each in (*peers, self._listener):
            each.close()
        waiting.close()


class RunningReceiver:
    """Run `listen` over its own proxy."""

    def __init__(self, proxy: Proxy, url: str) -> None:
        self.proxy = proxy
        listen = ["listen", "--port", "0", "--secret", SECRET, "--quiet", "--json", "--inbox", url]
        command = [sys.executable, "-m", "zoom_component", *listen]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().split(b":")[-1].split(b"/")[0])

    def post(self, number: int) -> tuple[int, float]:
        """Return the status and the time of an answer."""
        body = build_event_body(at=1_773_140_400_000 + number)
        started_at = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/", body, build_signed_headers(body, int(time.time())))
        status = connection.getresponse().status
        connection.close()
        return status, time.monotonic() - started_at

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.proxy.close()


def _connect_by(proxy: Proxy, cluster: Path, url: str) -> str:
    return url.replace(quote(str(cluster), safe=""), quote(proxy.folder, safe=""))


@pytest.fixture
def receivers(
    postgres_cluster: Path, inbox_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[RunningReceiver]]:
    with ExitStack() as stack:
        running = []
        for number in range(3):
            folder = tmp_path_factory.mktemp(f"p{number}")
            proxy = Proxy(str(folder), f"{postgres_cluster}/.s.PGSQL.5432")
            running.append(RunningReceiver(proxy, _connect_by(proxy, postgres_cluster, inbox_database)))
            stack.callback(running[-1].close)
        yield running


@contextmanager
def _freeze(receiver: RunningReceiver) -> Iterator[None]:
    receiver.process.send_signal(signal.SIGSTOP)
    yield
    receiver.process.send_signal(signal.SIGCONT)


@contextmanager
def _cut_off(receiver: RunningReceiver) -> Iterator[None]:
    receiver.proxy.is_cut.set()
    yield
    receiver.proxy.is_cut.clear()


@pytest.mark.parametrize("stop", [_freeze, _cut_off], ids=["frozen", "cut off"])
def test_the_other_receivers_answer_in_time(
    receivers: list[RunningReceiver],
    inbox_database: str,
    stop: Callable[[RunningReceiver], Iterator[None]],
) -> None:
    inbox = PostgresInbox(inbox_database)
    inbox.subscribe([Subscription("all"), Subscription("ordered", ordered=True)])
    number, accepted = 0, set[int]()
    for _ in range(CUTS):
        for stopped in receivers:
            others = [each for each in receivers if each is not stopped]
            # Stop it while it stores the same events as the others.
            busy = Thread(target=_post_all, args=(stopped, number))
            busy.start()
            time.sleep(0.004 * (number % 7))
            with stop(stopped):  # type: ignore[attr-defined]
                for step in range(8):
                    for other in others:
                        status, seconds = other.post(number + step)
                        assert (status, seconds < ANSWER_SECONDS) == (200, True), (status, seconds)
                        accepted.add(1_773_140_400_000 + number + step)
            busy.join()
            number += 8
            assert _post_until_accepted(stopped, number) == 200
            accepted.add(1_773_140_400_000 + number)
            number += 1
    stored = [each.event.event_ts for each in inbox.find_events(EventQuery(limit=1_000_000))]
    assert accepted <= {at for at in stored if at is not None}
    assert len(stored) == len(set(stored))
    inbox.close()


def _post_all(receiver: RunningReceiver, number: int) -> None:
    for step in range(8):
        with suppress(OSError):
            receiver.post(number + step)


def _post_until_accepted(receiver: RunningReceiver, number: int) -> int:
    """Return the last status: a receiver that is back may answer 503 while it notices."""
    status = 503
    for _ in range(40):
        status, _ = receiver.post(number)
        if status == 200:
            break
        time.sleep(0.1)
    return status


def test_a_way_that_is_lost_for_good_is_given_up(
    postgres_cluster: Path,
    inbox_database: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cut a connection without a sign. Only the client's own deadline ends the wait; then it takes another way."""
    proxy = Proxy(str(tmp_path_factory.mktemp("p")), f"{postgres_cluster}/.s.PGSQL.5432")
    inbox = PostgresInbox(_connect_by(proxy, postgres_cluster, inbox_database))
    monkeypatch.setattr(server, "SHORT", 0.2)
    monkeypatch.setattr(deadlines, "_IDLE_SECONDS", 0.1)
    assert inbox.add_events([make_event(1)]) == [True]
    proxy.is_cut.set()
    inbox.server.settings.update(connect_timeout="2", host=str(postgres_cluster))
    assert inbox.add_events([make_event(2), make_event(1)]) == [True, False]
    inbox.close()
    proxy.close()
