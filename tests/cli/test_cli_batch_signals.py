"""Test that a batch ends in order at a signal, at once at the second, and when the reader of its output has gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import START, Cli

from zoom_sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")

At = tuple[str, ...]
JOURNAL = "calls.journal"


@pytest.fixture(autouse=True)
def clear_sandbox(zoom: Sandbox) -> Iterator[None]:
    zoom.clear_requests()
    yield
    zoom.clear_faults()


def create(number: int) -> str:
    call = {"id": number, "action": "createMeeting", "inputs": {"userId": "me", "topic": f"Number {number}"}}
    return json.dumps(call) + "\n"


def list_rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(4000):
        if condition():
            return
        time.sleep(0.005)
    pytest.fail("what was waited for did not happen")


@contextmanager
def send_when(condition: Callable[[], object], *numbers: signal.Signals) -> Iterator[None]:
    """Send signals to this process from another thread, the first when the condition holds."""
    assert threading.current_thread() is threading.main_thread()

    def send() -> None:
        wait_until(condition)
        for number in numbers:
            os.kill(os.getpid(), number)
            time.sleep(0.05)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@contextmanager
def open_pipe(text: str) -> Iterator[str]:
    """Yield the name of a pipe that holds some text and stays open."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    try:
        yield f"/dev/fd/{reader}"
    finally:
        os.close(writer)
        os.close(reader)


@pytest.mark.parametrize(
    ("number", "many", "is_pipe"),
    [
        (signal.SIGINT, 1, True),
        (signal.SIGTERM, 1, False),
        (signal.SIGHUP, 1, True),
        (signal.SIGINT, 3, False),
        (signal.SIGTERM, 3, True),
    ],
)
def test_at_a_signal_a_batch_ends_what_it_began(
    cli: Cli, at: At, zoom: Sandbox, number: signal.Signals, many: int, is_pipe: bool
) -> None:
    zoom.add_fault("POST", "/users/{userId}/meetings", delay=0.2)
    text = "".join(map(create, range(9)))
    Path("calls.jsonl").write_text(text)
    with open_pipe(text) as pipe, send_when(lambda: len(zoom.requests) == many, number):
        name = pipe if is_pipe else "calls.jsonl"
        result = cli("run", "--batch", name, "--concurrency", str(many), "--journal", JOURNAL, *at)
    assert result.code == 128 + number
    assert result.err == "Interrupted.\n"
    assert [row["data"]["topic"] for row in list_rows(result.out)] == [f"Number {n}" for n in range(many)]
    assert len(zoom.requests) == many
    zoom.clear_faults()
    again = cli("run", "--batch", "calls.jsonl", "--journal", JOURNAL, *at)
    assert (again.code, len(list_rows(again.out)), len(zoom.requests)) == (0, 9, 9)


@pytest.mark.parametrize("many", ["1", "3"])
def test_a_signal_ends_a_batch_that_waits_for_its_next_line(cli: Cli, at: At, zoom: Sandbox, many: str) -> None:
    with open_pipe(create(0)) as pipe, send_when(lambda: zoom.requests, signal.SIGTERM):
        result = cli("run", "--batch", pipe, "--concurrency", many, *at)
    assert result.code == 143
    assert [row["id"] for row in list_rows(result.out)] == [0]


@pytest.mark.parametrize("numbers", [(signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)])
@pytest.mark.parametrize("many", ["1", "3"])
def test_a_second_signal_ends_a_batch_at_once(
    cli: Cli, at: At, zoom: Sandbox, numbers: tuple[signal.Signals, ...], many: str
) -> None:
    zoom.add_fault("POST", "/users/{userId}/meetings", delay=1.0, calls=[1])
    Path("calls.jsonl").write_text(create(0))
    with send_when(lambda: zoom.requests, *numbers):
        result = cli("run", "--batch", "calls.jsonl", "--concurrency", many, "--journal", JOURNAL, *at)
    assert (result.code, result.out, result.err) == (128 + numbers[1], "", "Interrupted.\n")
    (row,) = list_rows(cli("run", "--batch", "calls.jsonl", "--journal", JOURNAL, *at).out)
    assert (row["outcome"], len(zoom.requests)) == ("unknown", 1)


def test_handlers_of_signals_are_restored(cli: Cli, at: At) -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    cli("run", "--batch", "-", *at, stdin="\n")
    assert [signal.getsignal(number) for number in numbers] == before


def test_an_ignored_signal_stays_ignored(cli: Cli, at: At, zoom: Sandbox) -> None:
    """Check that a batch under `nohup` survives the end of its terminal."""
    zoom.add_fault("POST", "/users/{userId}/meetings", delay=0.2)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with send_when(lambda: zoom.requests, signal.SIGHUP):
            result = cli("run", "--batch", "-", *at, stdin=create(0) + create(1))
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (result.code, len(list_rows(result.out))) == (0, 2)


@pytest.mark.parametrize("many", ["1", "4"])
def test_a_reader_that_leaves_ends_a_batch_and_is_no_success(at: At, zoom: Sandbox, many: str) -> None:
    words = [sys.executable, "-c", START, "run", "--batch", "-", "--concurrency", many, "--journal", JOURNAL, *at]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, text=True, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(create(0))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 0
        process.stdout.close()
        process.stdin.write("".join(map(create, range(1, 40))))
        process.stdin.close()
        assert process.stderr.read() == ""
        assert process.wait(30) == 141
    made = len(zoom.requests)
    assert 2 <= made <= 1 + int(many) * 4
    assert Path(JOURNAL).read_text().count('"outcome":"done"') == made


def test_a_plan_without_a_reader_is_no_success() -> None:
    command = [sys.executable, "-c", START, "plan", "--batch", "calls.jsonl"]
    Path("calls.jsonl").write_text(create(0) * 500)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 141
