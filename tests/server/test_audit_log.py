"""Test the audit log: each call has its line, and without the log nothing is written."""

from __future__ import annotations

import asyncio
import json
import logging
import stat
from pathlib import Path
from typing import Any

import pytest

from zoom_component.errors import InputError, NotFound, TryLater
from zoom_component.server.access import Access, Caller
from zoom_component.server.audit_log import AuditEntry, AuditLog

CALLER = Caller("192.0.2.7", Access("the-key-of-this-test").key_id)


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run_call(
    log: AuditLog, effect: str, error: BaseException | None = None, action: str = "createMeeting"
) -> list[str]:
    """Record a call, and return what it did."""
    done: list[str] = []

    async def main() -> None:
        async with log.record(AuditEntry(CALLER, "http", action, effect, "work")):
            done.append("called")
            if error is not None:
                raise error

    asyncio.run(main())
    return done


def test_a_call_that_writes_has_two_lines_and_one_that_reads_has_one(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    log = AuditLog(path)
    run_call(log, "create")
    run_call(log, "read", action="getUser")
    start, begin, end, read = read_lines(path)
    assert [start["phase"], begin["phase"], end["phase"], read["phase"]] == ["start", "begin", "end", "end"]
    assert begin["id"] == end["id"] != read["id"]
    for line in (begin, end):
        assert (line["client"], line["key"]) == CALLER
        assert (line["server"], line["action"], line["effect"], line["connection"]) == (
            "http", "createMeeting", "create", "work",
        )  # fmt: skip
    assert (end["outcome"], end["seconds"] >= 0, "outcome" in begin) == ("ok", True, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "the-key-of-this-test" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(NotFound("no such meeting"), "not_found"), (RuntimeError(), "failed"), (asyncio.CancelledError(), "cancelled")],
)
def test_the_outcome_is_the_kind_of_the_error(tmp_path: Path, error: BaseException, outcome: str) -> None:
    log = AuditLog(tmp_path / "calls.jsonl")
    with pytest.raises(type(error)):
        run_call(log, "delete", error)
    assert read_lines(tmp_path / "calls.jsonl")[-1]["outcome"] == outcome


def test_a_log_that_cannot_be_written_stops_calls_that_write(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "calls.jsonl"
    log = AuditLog(path)
    path.unlink()
    path.symlink_to(tmp_path / "other")
    caplog.set_level(logging.ERROR)
    for _ in range(3):
        with pytest.raises(TryLater, match="audit log of this server cannot be written"):
            run_call(log, "update")
    assert run_call(log, "read") == ["called"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "calls.jsonl cannot be written: it is a symbolic link" in caplog.text
    path.unlink()
    assert run_call(log, "update") == ["called"]


def test_a_log_that_cannot_be_opened_is_reported_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--audit-log: expected a file that can be written, got .*is a folder"):
        AuditLog(tmp_path)


def test_names_cannot_forge_a_line(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "calls.jsonl")
    run_call(log, "read", action='x\n{"phase":"end"}\x1b[31m' + "y" * 9000)
    (_, line) = read_lines(tmp_path / "calls.jsonl")
    assert len(line["action"]) == 100
    assert line["action"].startswith('x\\n{"phase":"end"}\\u001b')


def test_without_a_file_nothing_is_recorded() -> None:
    assert run_call(AuditLog(), "create") == ["called"]
