"""Test that a batch with a journal does nothing twice, whatever ended the run before."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import Cli, CliResult
from tests.support.full_disk import limit_file_size

from zoom_component.cli.batch_journal import open_journal
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions and no flock")

At = tuple[str, ...]
Run = Callable[..., CliResult]
Row = dict[str, Any]
JOURNAL = "calls.journal"
READ: Row = {"action": "getUser", "inputs": {"userId": "me"}}
DELETE: Row = {"action": "deleteUser", "inputs": {"userId": "nobody@example.com"}}


def create(topic: str = "Daily", **inputs: Any) -> Row:
    return {"action": "createMeeting", "inputs": {"userId": "me", "topic": topic, **inputs}}


def list_rows(result: CliResult) -> list[Row]:
    return [json.loads(line) for line in result.out.splitlines()]


def count_creates(zoom: Sandbox) -> int:
    return sum(1 for each in zoom.requests if each.method == "POST" and each.path.endswith("/meetings"))


@pytest.fixture(autouse=True)
def clear_sandbox(zoom: Sandbox) -> Iterator[None]:
    zoom.clear_requests()
    yield
    zoom.clear_faults()


@pytest.fixture(params=["1", "4"])
def run(cli: Cli, zoom: Sandbox, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs calls as a batch with a journal, one by one and several at a time."""

    def run_batch(*calls: Row | str, options: At = (), stdin: bool = False) -> CliResult:
        lines = [call if isinstance(call, str) else json.dumps({"id": n, **call}) for n, call in enumerate(calls)]
        text = "\n".join(lines)
        Path("calls.jsonl").write_text(text)
        monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
        at = ("--base-url", zoom.api_url)
        words = ("--batch", "-" if stdin else "calls.jsonl", "--concurrency", request.param, *at)
        return cli("run", *words, "--journal", JOURNAL, *options, stdin=text if stdin else "")

    return run_batch


@pytest.mark.parametrize("stdin", [False, True], ids=["file", "stdin"])
def test_what_is_done_is_answered_from_the_journal(run: Run, zoom: Sandbox, stdin: bool) -> None:
    calls = [create("One"), READ, "", create("Two"), DELETE]
    first = run(*calls, stdin=stdin)
    assert (first.code, first.err, count_creates(zoom)) == (0, "", 2)
    second = run(*calls, stdin=stdin)
    assert (second.code, second.err, count_creates(zoom)) == (0, "", 2)
    before, after = list_rows(first), list_rows(second)
    assert [row.get("already_done", False) for row in after] == [True, False, True, False]
    assert [row["data"]["id"] for row in before if "topic" in row.get("data", {})] == [
        row["data"]["id"] for row in after if "topic" in row.get("data", {})
    ]
    assert after[1] == before[1]
    assert after[3]["error"]["kind"] == before[3]["error"]["kind"] == "not_found"


def test_the_ids_and_the_order_of_keys_may_change(run: Run, zoom: Sandbox) -> None:
    run({"id": "a", **create()})
    inputs = {"topic": "Daily", "userId": "me"}
    (row,) = list_rows(run({"inputs": inputs, "id": "b", "action": "createMeeting"}))
    assert (row["id"], row["already_done"], count_creates(zoom)) == ("b", True, 1)


def test_a_call_that_changed_nothing_runs_again(run: Run, zoom: Sandbox) -> None:
    zoom.add_fault("POST", "/users/{userId}/meetings", status=400, body={"code": 300, "message": "No"}, calls=[1])
    assert list_rows(run(create(), create(type=77)))[0]["error"]["kind"] == "refused"
    done, invalid = list_rows(run(create(), create(type=77)))
    assert done["data"]["topic"] == "Daily"
    assert "already_done" not in done
    assert invalid["error"]["kind"] == "input_error"


FAILURES: dict[str, tuple[Row, str]] = {
    "5xx": ({"status": 500}, "unavailable"),
    "5xx and a wait": ({"status": 503, "retry_after": 90}, "unavailable"),
    "no answer in time": ({"delay": 1.0}, "timed_out"),
    "a closed connection": ({"drop": True}, "unavailable"),
    "half an answer": ({"truncate": True}, "unexpected"),
}


@pytest.mark.parametrize(("fault", "kind"), FAILURES.values(), ids=FAILURES)
def test_an_unknown_outcome_is_reported_and_not_repeated(run: Run, zoom: Sandbox, fault: Row, kind: str) -> None:
    zoom.add_fault("POST", "/users/{userId}/meetings", calls=[1], **fault)
    options = ("--timeout", "0.3", "--retries", "1") if "delay" in fault else ("--retries", "1")
    for _ in range(2):
        result = run(create(), options=options)
        (row,) = list_rows(result)
        assert (row["error"]["kind"], row["outcome"]) == (kind, "unknown")
        assert result.err.startswith("1 call with an unknown outcome (line 1)")
        assert (result.code, count_creates(zoom)) == (0, 1)
    zoom.clear_faults()
    (row,) = list_rows(run(create(), options=("--repeat-unknown",)))
    assert row["data"]["topic"] == "Daily"
    assert count_creates(zoom) == 2
    assert list_rows(run(create(), options=("--repeat-unknown",)))[0]["already_done"] is True


def test_a_delete_that_was_sent_twice_is_unknown_although_the_second_was_refused(run: Run, zoom: Sandbox) -> None:
    zoom.add_fault("DELETE", "/users/{userId}", status=503, calls=[1])

    (row,) = list_rows(run(DELETE, options=("--retries", "1")))
    assert (row["error"]["kind"], row["outcome"]) == ("not_found", "unknown")


def test_a_request_that_was_never_sent_runs_again(cli: Cli, zoom: Sandbox) -> None:
    Path("calls.jsonl").write_text(json.dumps(create()))
    words = ("run", "--batch", "calls.jsonl", "--journal", JOURNAL, "--retries", "0", "--token", "none")
    (row,) = list_rows(cli(*words, "--base-url", "http://127.0.0.1:9/v2"))
    assert row["error"]["message"].startswith("nothing was sent")
    assert "outcome" not in row


def test_a_tool_and_a_raw_request_are_in_the_journal_too(run: Run, zoom: Sandbox) -> None:
    tool = {"action": "ZOOM_CREATE_A_MEETING", "inputs": {"userId": "me", "topic": "Daily"}}
    raw = {"action": "rawRequest", "inputs": {"method": "POST", "url": "/users/me/meetings", "data": {"topic": "Raw"}}}
    get = {"action": "rawRequest", "inputs": {"method": "GET", "url": "/users/me"}}
    run(tool, raw, get)
    rows = list_rows(run(tool, raw, get))
    assert [row.get("already_done") for row in rows] == [True, True, None]
    assert rows[0]["successful"] is True
    assert count_creates(zoom) == 2


def cut_off_journal(lines: int, extra: bytes = b"") -> None:
    """Leave the first lines of the journal, as a process does that is killed."""
    path = Path(JOURNAL)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]) + extra)


def test_a_call_without_an_end_is_unknown(run: Run, zoom: Sandbox) -> None:
    run(create("One"))
    cut_off_journal(3, b'{"line":1,"outco')
    result = run(create("One"), create("Two"))
    one, two = list_rows(result)
    assert (one["error"]["kind"], one["outcome"]) == ("timed_out", "unknown")
    assert one["error"]["message"].startswith("line 1 was begun by a run that was cut off")
    assert two["data"]["topic"] == "Two"
    assert [row.get("outcome", "done") for row in list_rows(run(create("One"), create("Two")))] == ["unknown", "done"]
    assert count_creates(zoom) == 2


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_what_had_not_begun_is_begun(run: Run, zoom: Sandbox, lines: int) -> None:
    run(create())
    cut_off_journal(lines, b'{"jour' if lines == 0 else b'{"line"')
    assert list_rows(run(create()))[0]["data"]["topic"] == "Daily"
    assert count_creates(zoom) == 2
    assert list_rows(run(create()))[0]["already_done"] is True


OTHER_BATCHES: dict[str, tuple[list[Row], str]] = {
    "other inputs": ([READ, create("Other"), create("Two")], "line 2 was createMeeting with other inputs"),
    "another action": ([READ, READ, create("Two")], "line 2 was createMeeting, and is getUser now"),
    "a line less at the start": ([create("One"), create("Two")], "line 1 was getUser, and is createMeeting now"),
    "a line less at the end": ([READ, create("One")], "has a line 3, and this one ends with line 2"),
}


@pytest.mark.parametrize(("calls", "words"), OTHER_BATCHES.values(), ids=OTHER_BATCHES)
def test_a_journal_of_another_batch_is_refused_before_anything_is_sent(
    run: Run, zoom: Sandbox, calls: list[Row], words: str
) -> None:
    run(READ, create("One"), create("Two"))
    zoom.clear_requests()
    result = run(*calls)
    assert result.code == 2
    assert '"calls.journal" cannot be used: it belongs to another batch' in result.err
    assert words in result.err
    assert zoom.requests == []


@pytest.mark.parametrize("many", ["1", "4"])
def test_a_journal_of_another_batch_is_noticed_in_a_pipe(cli: Cli, at: At, zoom: Sandbox, many: str) -> None:
    """Check a batch that cannot be read twice: it ends at the line that differs, and answers those before it."""

    def run_pipe(*calls: Row) -> CliResult:
        reader, writer = os.pipe()
        os.write(writer, "\n".join(map(json.dumps, calls)).encode())
        os.close(writer)
        try:
            return cli("run", "--batch", f"/dev/fd/{reader}", "--concurrency", many, "--journal", JOURNAL, *at)
        finally:
            os.close(reader)

    assert run_pipe(READ, create("One"), create("Two")).code == 0
    assert (run_pipe(create("One")).code, count_creates(zoom)) == (2, 2)
    changed = run_pipe(READ, create("One"), create("Other"), create("Two"))
    assert (changed.code, count_creates(zoom)) == (2, 2)
    assert "line 3 was createMeeting with other inputs" in changed.err
    assert [row.get("already_done") for row in list_rows(changed)] == [None, True, None]
    assert list_rows(changed)[-1]["error"]["kind"] == "input_error"


def test_a_journal_of_another_connection_is_refused(run: Run, cli: Cli) -> None:
    run(create())
    words = ("run", "--batch", "calls.jsonl", "--journal", JOURNAL, "--token", "other")
    result = cli(*words, "--base-url", "http://127.0.0.1:9/v2")
    assert result.code == 2
    assert "and this batch runs over token at http://127.0.0.1:9/v2. Use that connection" in result.err


@pytest.mark.parametrize("content", [b"notes\n", b"{}\n", b"[]\n", b"not complete", b'{"id": 1}\n'])
def test_a_file_that_is_not_a_journal_is_refused_and_stays(run: Run, zoom: Sandbox, content: bytes) -> None:
    Path(JOURNAL).write_bytes(content)
    result = run(create())
    assert (result.code, count_creates(zoom)) == (2, 0)
    assert "it is not a journal of a batch. Name a new file" in result.err
    assert Path(JOURNAL).read_bytes() == content


@pytest.mark.parametrize("damage", [b"nonsense\n", b"{}\n", b'{"line":9,"begun":true}\n', b'{"line":1}\n'])
def test_a_damaged_journal_is_refused(run: Run, zoom: Sandbox, damage: bytes) -> None:
    run(create())
    cut_off_journal(2, damage)
    result = run(create())
    assert (result.code, count_creates(zoom)) == (2, 1)
    assert "its line 3 is damaged, so that it is not known what was done" in result.err


def test_a_journal_is_private(run: Run) -> None:
    umask = os.umask(0)
    try:
        run(READ)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(Path(JOURNAL).stat().st_mode) == 0o600
    Path(JOURNAL).chmod(0o644)
    assert run(READ).code == 0
    assert stat.S_IMODE(Path(JOURNAL).stat().st_mode) == 0o600


def write_journal(mode: int = 0o600) -> Path:
    path = Path(JOURNAL)
    path.touch()
    path.chmod(mode)
    return path


def test_a_journal_that_others_can_write_is_refused(run: Run, zoom: Sandbox) -> None:
    write_journal(0o666)
    result = run(create())
    assert (result.code, count_creates(zoom)) == (2, 0)
    assert "another user owns it or can write it" in result.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_journal_of_another_user_is_refused(run: Run, zoom: Sandbox) -> None:
    os.chown(write_journal(), 12345, 12345)
    assert "another user owns it or can write it" in run(create()).err
    assert count_creates(zoom) == 0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.symlink_to("elsewhere"), "it is a link"),
        (lambda path: path.mkdir(), "it cannot be opened: is a directory"),
        (lambda path: os.mkfifo(path), "it is not a regular file"),
    ],
    ids=["link", "folder", "pipe"],
)
def test_only_a_regular_file_is_a_journal(run: Run, zoom: Sandbox, make: Callable[[Path], None], words: str) -> None:
    make(Path(JOURNAL))
    result = run(create())
    assert (result.code, count_creates(zoom)) == (2, 0)
    assert words in result.err
    assert not Path("elsewhere").exists()


def test_a_journal_in_use_is_refused(run: Run, zoom: Sandbox) -> None:
    journal = open_journal(JOURNAL, "token", zoom.api_url, str)
    try:
        result = run(create())
    finally:
        journal.close()
    assert (result.code, count_creates(zoom)) == (2, 0)
    assert "another process is running a batch with it" in result.err
    assert run(create()).code == 0


def test_a_full_disk_stops_the_batch_before_the_next_change(run: Run, zoom: Sandbox) -> None:
    calls = [create(f"Number {n}") for n in range(9)]
    run(calls[0])
    size = Path(JOURNAL).stat().st_size
    with limit_file_size(size + 30):
        stopped = run(*calls)
    assert (stopped.code, count_creates(zoom)) == (74, 1)
    assert "the journal cannot be written (file too large), so that no other call was begun" in stopped.err
    assert [row["data"]["topic"] for row in list_rows(stopped)[:-1]] in (["Number 0"], [])
    rows = list_rows(run(*calls))
    assert [row["data"]["topic"] for row in rows] == [f"Number {n}" for n in range(9)]
    assert count_creates(zoom) == 9


def test_a_disk_that_is_full_after_a_change_loses_the_answer_of_no_call(run: Run, zoom: Sandbox) -> None:
    run(READ)
    with limit_file_size(Path(JOURNAL).stat().st_size + 300):
        stopped = run(READ, create("One"), create("Two"))
    made = count_creates(zoom)
    assert (stopped.code, made) in ((74, 1), (74, 2))
    answered = [row["data"]["topic"] for row in list_rows(stopped) if "topic" in row.get("data", {})]
    assert len(answered) == made
    rows = list_rows(run(READ, create("One"), create("Two")))
    assert count_creates(zoom) + sum("outcome" in row for row in rows) >= 2
    assert count_creates(zoom) <= 2


def test_secrets_of_the_connection_are_masked_in_the_journal(cli: Cli, zoom: Sandbox) -> None:
    token = zoom.issue_token()
    Path("calls.jsonl").write_text(json.dumps(create(f"Our {token}")))
    cli("run", "--batch", "calls.jsonl", "--journal", JOURNAL, "--token", token, "--base-url", zoom.api_url)
    assert '"outcome":"done"' in Path(JOURNAL).read_text()
    assert token not in Path(JOURNAL).read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("getUser", "--journal", "j"), "--journal: is only valid with --batch"),
        (("--batch", "-", "--journal", "j", "--dry-run"), "--journal: cannot be combined with --dry-run"),
        (("--batch", "-", "--repeat-unknown"), "--repeat-unknown: is only valid with --journal FILE"),
        (("--batch", "-", "--journal", "none/j"), "cannot be opened: no such file or directory"),
        (("--batch", "-", "--journal", ""), "cannot be opened: no such file or directory"),
    ],
)
def test_options_without_effect_are_refused(cli: Cli, at: At, words: At, message: str) -> None:
    result = cli("run", *words, *at)
    assert result.code == 2
    assert message in result.err


def test_records_are_on_the_disk_before_and_after_each_change(
    run: Run, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Count what is written and sent: a change is sent after its beginning is durable, printed after its end is."""
    events: list[str] = []
    sync = os.fsync

    def record_sync(descriptor: int) -> None:
        sync(descriptor)
        records = Path(JOURNAL).read_bytes().count(b"outcome") if Path(JOURNAL).exists() else 0
        events.append(f"sync {records} of {count_creates(zoom)}")

    monkeypatch.setattr(os, "fsync", record_sync)
    run(create(), READ)
    assert events[-2:] == ["sync 0 of 0", "sync 1 of 1"]


def test_calls_at_the_same_time_share_the_writes_to_the_disk(
    cli: Cli, at: At, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoom.add_fault("POST", "/users/{userId}/meetings", delay=0.1)
    Path("calls.jsonl").write_text("\n".join(json.dumps(create(f"Number {n}")) for n in range(20)))
    syncs: list[int] = []
    sync = os.fsync

    def count_sync(descriptor: int) -> None:
        syncs.append(descriptor)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", count_sync)
    result = cli("run", "--batch", "calls.jsonl", "--concurrency", "20", "--journal", JOURNAL, *at)
    assert (result.code, count_creates(zoom)) == (0, 20)
    assert 4 <= len(syncs) < 40


def test_a_refused_header_is_named() -> None:
    Path(JOURNAL).write_text('{"journal":"zoom-component batch journal 2"}\n')
    with pytest.raises(InputError, match="it is not a journal of a batch"):
        open_journal(JOURNAL, "token", "http://127.0.0.1", str)
