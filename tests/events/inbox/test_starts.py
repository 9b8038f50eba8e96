"""Test that many processes may make one inbox at once.

ZOOM_TEST_STARTS is the number of starts: `ZOOM_TEST_STARTS=1000 pytest tests/events/inbox/test_starts.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from zoom_component.events.inbox.sqlite import SqliteInbox

STARTS = int(os.environ.get("ZOOM_TEST_STARTS", "8"))
AT_ONCE = 8
# Children are forked before any inbox is open, wait for a byte each, and all begin at the same time.
START = """
import os, sys
from tests.events.inbox.conftest import make_event
from zoom_component.events.inbox.engines import open_inbox
import zoom_component.events.inbox.postgres.engine
address, count = sys.argv[1:]
read_end, write_end = os.pipe()
children = []
for number in range(int(count)):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.read(read_end, 1)
            inbox = open_inbox(address)
            inbox.add_events([make_event(number)])
            inbox.close()
            code = 0
        finally:
            os._exit(code)
    children.append(child)
os.write(write_end, b"x" * int(count))
sys.exit(sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children))
"""


def start_at_once(address: str) -> None:
    command = [sys.executable, "-c", START, address, str(AT_ONCE)]
    result = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("is_empty", [False, True], ids=["missing", "empty"])
def test_processes_make_one_file_at_once(tmp_path: Path, is_empty: bool) -> None:
    for number in range(STARTS // AT_ONCE):
        path = tmp_path / str(number) / "inbox.db"
        if is_empty:
            path.parent.mkdir()
            path.touch()
        start_at_once(str(path))
        inbox = SqliteInbox(path)
        assert inbox.count(0).events == AT_ONCE
        inbox.close()
        assert [each.name for each in path.parent.iterdir()] == ["inbox.db"]


def test_processes_make_one_schema_at_once(empty_database: str) -> None:
    for _ in range(STARTS // AT_ONCE):
        start_at_once(empty_database)
        with psycopg.connect(empty_database, autocommit=True) as server:
            assert server.execute("select count(*) from zoom_component.events").fetchone() == (AT_ONCE,)
            server.execute("drop schema zoom_component cascade")
