"""Test batches: JSON Lines in and out, the same order, errors among the results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.lines import START, Cli

from zoom_component.cli.batch_format import BatchCall, InvalidLine, parse_line
from zoom_sandbox import Sandbox

At = tuple[str, ...]

ODD = """\
{"id": 1, "action": "getUser", "inputs": {"userId": "me"}}

not json
{"id": "two", "action": "getUsr", "inputs": {}}
   \t
{"id": [3], "action": "getUser", "inputs": {"userId": "me", "usrId": 1}}
[]
{"id": 5, "inputs": {}}
{"id": 6, "action": 7}
{"id": {"deep": null}, "action": "getUser", "inputs": "me"}
{"action": "listUsers"}
{"id": "last", "action": "getUser", "inputs": {"userId": "nobody@example.com"}}"""


def read_lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_empty_inputs_of_a_batch_count_as_not_given(cli: Cli) -> None:
    lines = [
        {"action": "listUsers", "inputs": {"status": "", "roleId": None, "license": []}},
        {"action": "listUsers"},
        {"action": "getUser", "inputs": {"userId": " "}},
    ]
    rows = read_lines(cli("plan", "--batch", "-", stdin="\n".join(map(json.dumps, lines))).out)
    assert rows[0]["request"] == rows[1]["request"]
    assert rows[2]["error"]["problems"][0]["message"].startswith('is required, got " "')


def test_a_planned_batch_answers_every_line_in_order(cli: Cli) -> None:
    result = cli("plan", "--batch", "-", "--base-url", "http://127.0.0.1:8087/v2", stdin=ODD)
    assert (result.code, result.err) == (0, "")
    rows = read_lines(result.out)
    assert [line["id"] for line in rows] == [1, None, "two", [3], None, 5, 6, {"deep": None}, None, "last"]
    assert rows[0]["request"]["url"] == "http://127.0.0.1:8087/v2/users/me"
    assert rows[0]["request"]["headers"]["Authorization"] == "[redacted]"
    kinds = [line["error"]["kind"] if "error" in line else "" for line in rows]
    wrong = ["input_error", "input_error", "input_error", "input_error", "input_error", "input_error", "input_error"]
    assert kinds == ["", *wrong, "", ""]
    assert rows[3]["error"]["problems"][0]["input"] == "usrId"
    assert all({"kind", "message", "problems"} <= set(line["error"]) for line in rows if "error" in line)


@pytest.mark.parametrize("many", ["1", "4"])
def test_a_batch_runs_every_line_in_order(cli: Cli, at: At, many: str) -> None:
    Path("calls.jsonl").write_text(ODD, encoding="utf-8")
    result = cli("run", "--batch", "calls.jsonl", "--concurrency", many, *at)
    assert (result.code, result.err) == (0, "")
    rows = read_lines(result.out)
    assert [line["id"] for line in rows] == [1, None, "two", [3], None, 5, 6, {"deep": None}, None, "last"]
    assert rows[0]["data"]["email"] == "owner@example.com"
    assert len(rows[-2]["data"]["users"]) >= 40
    error = rows[-1]["error"]
    assert (error["kind"], error["status"], error["code"]) == ("not_found", 404, 1001)
    assert rows[2]["error"]["status"] is None
    assert rows[2]["error"]["code"] is None


def test_concurrent_calls_keep_the_order_of_the_lines(cli: Cli, at: At, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users/{userId}", delay=0.05, calls=[1, 5, 9])
    calls = [{"id": n, "action": "getUser", "inputs": {"userId": "me"}} for n in range(60)]
    try:
        result = cli("run", "--batch", "-", "--concurrency", "6", *at, stdin="\n".join(map(json.dumps, calls)))
    finally:
        zoom.clear_faults()
    assert [line["id"] for line in read_lines(result.out)] == list(range(60))


def test_a_rate_limit_error_has_a_retry_time(cli: Cli, at: At, zoom: Sandbox) -> None:
    headers = {"Retry-After": "2027-01-31T00:00:00Z", "X-RateLimit-Type": "Daily-limit"}
    zoom.add_fault("GET", "/users/{userId}", status=429, body={"code": 429, "message": "daily limit"}, headers=headers)
    try:
        call = '{"id": 1, "action": "getUser", "inputs": {"userId": "me"}}'
        (rows,) = read_lines(cli("run", "--batch", "-", "--concurrency", "2", *at, stdin=call).out)
    finally:
        zoom.clear_faults()
    assert rows["error"]["kind"] == "quota_spent"
    assert rows["error"]["status"] == 429
    assert rows["error"]["retry_at"].endswith("Z")


@pytest.mark.parametrize("many", ["1", "3"])
def test_each_result_is_flushed_before_the_next_line_is_read(at: At, many: str) -> None:
    """Check that neither side waits for a full buffer."""
    words = [sys.executable, "-c", START, "run", "--batch", "-", "--concurrency", many, *at]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for ident in range(3):
            call = {"id": ident, "action": "getUser", "inputs": {"userId": "me"}}
            process.stdin.write(json.dumps(call).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == ident
        process.stdin.write(b'{"id":"whole"}\n{"id":"no newline at the end"}')
        process.stdin.close()
        assert [json.loads(line)["id"] for line in process.stdout] == ["whole", "no newline at the end"]
        assert process.wait(30) == 0


def test_a_batch_that_cannot_be_read(cli: Cli, at: At) -> None:
    for name in ("missing.jsonl", "."):
        for word in (("plan",), ("run", *at), ("run", "--concurrency", "2", *at)):
            result = cli(word[0], "--batch", name, *word[1:])
            assert result.code == 2, result
            assert "cannot be read" in result.err


@pytest.mark.parametrize("many", ["1", "2"])
def test_a_dry_batch_sends_nothing(cli: Cli, at: At, zoom: Sandbox, many: str) -> None:
    before = len(zoom.requests)
    call = '{"id": 1, "action": "deleteUser", "inputs": {"userId": "me"}}'
    result = cli("run", "--batch", "-", "--dry-run", "--concurrency", many, *at, stdin=call)
    assert read_lines(result.out)[0]["request"]["method"] == "DELETE"
    assert len(zoom.requests) == before


@pytest.mark.parametrize("words", [("getUser",), ("-i", "a=b"), ("--merge",), ("--jsonl",), ("--debug",)])
def test_options_without_effect_on_a_batch_are_refused(cli: Cli, at: At, words: At) -> None:
    result = cli("run", *words, "--batch", "-", *at)
    assert result.code == 2
    assert f"cannot be combined with {words[0] if words[0].startswith('-') else 'KEY'}:" in result.err


def test_an_empty_batch_is_no_failure(cli: Cli, at: At) -> None:
    for many in ("1", "2"):
        result = cli("run", "--batch", "-", "--concurrency", many, *at, stdin="\n\n")
        assert (result.code, result.out) == (0, "")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: json.dumps(text).encode())))
def test_any_line_is_a_call_or_invalid(line: bytes) -> None:
    assert isinstance(parse_line(line), BatchCall | InvalidLine)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_id_is_returned_unchanged(ident: Any) -> None:
    assert parse_line(json.dumps({"id": ident, "action": "a"}).encode()).id == ident
    assert parse_line(json.dumps({"id": ident}).encode()).id == ident


def test_a_line_that_cannot_be_sent_keeps_its_id() -> None:
    broken = parse_line(b'{"id": 7, "action": "createMeeting", "inputs": {"topic": "\\ud800"}}')
    assert isinstance(broken, InvalidLine)
    assert broken.id == 7
    assert "expected a value that JSON can hold" in broken.error.message
