"""Test what a program gets, how it reports its outcome, and that nothing of it outlives its time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.events.listeners.conftest import NOW, make_event

from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners import Delivery, Reject
from zoom_component.events.listeners.command import EXIT_REJECT, CommandFailed, CommandHandler
from zoom_component.events.listeners.listener import make_delivery

# Start a program that leaves the session and the process tree: fork twice, with a session of its own in between.
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('daemon', 'w').write(str(os.getpid()))
        time.sleep(60)
    os._exit(0)
while not (os.path.exists('daemon') and open('daemon').read()):
    time.sleep(0.005)
"""


def delivery(attempt: int = 1, **thing: Any) -> Delivery:
    return make_delivery(Job(7, "one", attempt, NOW + 30, make_event(1, **thing)))


def script(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_command_gets_the_event_on_stdin_and_ids_in_its_environment(tmp_path: Path) -> None:
    code = "import os, sys; open('seen', 'wb').write(sys.stdin.buffer.read()); "
    code += "open('env', 'w').write('\\n'.join(f'{k}={v}' for k, v in os.environ.items()))"
    environ = {"PATH": os.environ["PATH"], "MINE": "passed", "ZOOM_TOKEN": "hush"}
    command = CommandHandler(script(code), tmp_path, ["MINE"], environ)
    command.handle(delivery(), 20)
    assert (tmp_path / "seen").read_bytes() == make_event(1).body
    seen = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    expected = {"INBOX_ID": "7", "INBOX_KEY": make_event(1).key, "INBOX_EVENT": "meeting.started", "INBOX_ATTEMPT": "1"}
    assert {**seen, **expected, "INBOX_LISTENER": "one", "MINE": "passed"} == seen
    assert "hush" not in str(seen)


def test_the_exit_code_decides_about_a_retry(tmp_path: Path) -> None:
    for code, raised in ((1, CommandFailed), (75, CommandFailed), (EXIT_REJECT, Reject)):
        with pytest.raises(raised, match=f"^exit code {code}: it is closed$"):
            CommandHandler(script(f"import sys; print('it is closed', file=sys.stderr); sys.exit({code})")).handle(
                delivery(), 20
            )
    with pytest.raises(CommandFailed, match="signal 15"):
        CommandHandler(script("import os; os.kill(os.getpid(), 15)")).handle(delivery(), 20)
    with pytest.raises(CommandFailed, match=r"x{1500}\Z") as caught:
        CommandHandler(script("import sys; sys.stderr.write('x' * 9000); sys.exit(1)")).handle(delivery(), 20)
    assert len(str(caught.value)) < 1600
    with pytest.raises(FileNotFoundError):
        CommandHandler(["./there-is-none"], tmp_path).handle(delivery(), 20)


def test_a_command_is_killed_with_its_children_at_the_timeout(tmp_path: Path) -> None:
    code = "import subprocess, sys, time; sleep = [sys.executable, '-c', 'import time; time.sleep(60)']; "
    code += "child = subprocess.Popen(sleep); open('pid', 'w').write(str(child.pid)); time.sleep(60)"
    with pytest.raises(CommandFailed, match=r"did not end within 1\.5 seconds"):
        CommandHandler(script(code), tmp_path).handle(delivery(), 1.5)
    assert has_ended(int((tmp_path / "pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to another process than init")
@pytest.mark.parametrize("ending", ["time.sleep(60)", "pass", "raise SystemExit(1)"])
def test_a_descendant_that_left_the_session_ends_with_the_command(tmp_path: Path, ending: str) -> None:
    command = CommandHandler(script(f"{DAEMON}{ending}"), tmp_path)
    if ending == "pass":
        command.handle(delivery(), 20)
    else:
        with pytest.raises(CommandFailed):
            command.handle(delivery(), 1.5 if "sleep" in ending else 20)
    assert has_ended(int((tmp_path / "daemon").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to another process than init")
def test_a_command_ends_with_all_its_descendants_when_its_worker_is_killed(tmp_path: Path) -> None:
    worker = f"""
from pathlib import Path
from tests.events.listeners.test_command import delivery, script
from zoom_component.events.listeners.command import CommandHandler
code = {DAEMON!r} + "open('program', 'w').write(str(os.getpid())); time.sleep(60)"
CommandHandler(script(code), Path({str(tmp_path)!r})).handle(delivery(), 60)
"""
    process = subprocess.Popen([sys.executable, "-c", worker], cwd=Path(__file__).parents[3])
    try:
        wait_until(lambda: (tmp_path / "program").exists() and (tmp_path / "program").read_text() != "")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    pids = [int((tmp_path / name).read_text()) for name in ("program", "daemon")]
    wait_until(lambda: all(has_ended(pid) for pid in pids))


def test_closing_the_handler_stops_its_programs(tmp_path: Path) -> None:
    from threading import Thread

    command, failures = CommandHandler(script("open('begun', 'w'); import time; time.sleep(60)"), tmp_path), []

    def handle() -> None:
        try:
            command.handle(delivery(), 60)
        except CommandFailed as error:
            failures.append(error)

    thread = Thread(target=handle)
    thread.start()
    wait_until((tmp_path / "begun").exists)
    command.close()
    thread.join(20)
    assert not thread.is_alive()
    assert len(failures) == 1


def test_output_is_bounded_and_blocks_no_program(tmp_path: Path) -> None:
    code = "import sys; [sys.stdout.write('o' * 10**6) for _ in range(20)]; "
    code += "[sys.stderr.write('e' * 10**6) for _ in range(20)]; sys.stderr.write('the end'); sys.exit(1)"
    with pytest.raises(CommandFailed, match=r"e{100}the end\Z") as caught:
        CommandHandler(script(code), tmp_path).handle(delivery(), 30)
    assert len(str(caught.value)) < 1600


def wait_until(condition: Any) -> None:
    for _ in range(4000):
        if condition():
            return
        time.sleep(0.005)
    pytest.fail("what was waited for did not happen")


def has_ended(pid: int) -> bool:
    """Return whether a process has ended, even if no parent collects it."""
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
