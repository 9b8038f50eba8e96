"""Test `run`: an action over real HTTP, its data on stdout, its errors and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.lines import START, Cli

from zoom_sandbox import Sandbox

At = tuple[str, ...]


def test_a_result_has_a_data_key(cli: Cli, at: At) -> None:
    result = cli("run", "getUser", "-i", "userId=me", *at)
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out)["data"]["email"] == "owner@example.com"
    assert len(result.out.splitlines()) == 1


def test_a_result_is_indented_on_a_terminal(cli: Cli, at: At) -> None:
    out = cli("run", "getUser", "-i", "userId=me", *at, terminal=True).out
    assert '\n    "email": "owner@example.com"' in out


def test_an_update_changes_only_its_inputs(cli: Cli, at: At, zoom: Sandbox) -> None:
    created = json.loads(cli("run", "createMeeting", "-i", "userId=me", "-i", "topic=Daily", *at).out)["data"]
    changed = cli("run", "updateMeeting", "-i", f"meetingId={created['id']}", "-i", "topic=Weekly", *at)
    assert json.loads(changed.out) == {"data": {}}
    assert zoom.requests[-1].json() == {"topic": "Weekly"}


def test_a_list_is_complete_or_streamed(cli: Cli, at: At) -> None:
    whole = json.loads(cli("run", "listUsers", *at, "--page-size", "10").out)["data"]["users"]
    lines = cli("run", "listUsers", *at, "--page-size", "10", "--jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == whole
    assert len(whole) >= 40


def test_an_object_streams_as_one_line(cli: Cli, at: At) -> None:
    (line,) = cli("run", "getUser", "-i", "userId=me", "--jsonl", *at).out.splitlines()
    assert json.loads(line)["email"] == "owner@example.com"


def test_an_interrupted_list_prints_a_resume_token(cli: Cli, at: At, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users", status=404, body={"code": 404, "message": "gone"}, calls=[2])
    try:
        result = cli("run", "listUsers", "--page-size", "10", "--jsonl", "--retries", "0", *at)
    finally:
        zoom.clear_faults()
    *items, last = result.out.splitlines()
    token = json.loads(last)["error"]["resume"]
    assert result.code == 6
    assert f"--resume {token}" in result.err
    rest = cli("run", "listUsers", "--page-size", "10", "--jsonl", "--resume", token, *at).out.splitlines()
    whole = cli("run", "listUsers", "--jsonl", *at).out.splitlines()
    assert items + rest == whole


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (("getUser", "-i", "userId=nobody@example.com"), 6, "not_found"),
        (("getUser",), 2, "input_error"),
        (("getUsr",), 2, "input_error"),
        (("getUser", "-i", "userId=me", "--page-size", "10"), 2, "input_error"),
        (("getUser", "-i", "userId=me", "--merge"), 2, "input_error"),
        (("getUser", "-i", "userId=me", "--timeout", "soon"), 2, "input_error"),
        (("getUser", "-i", "userId=me", "--retries", "99999999999999999999"), 2, "input_error"),
        (("listUsers", "--page-size", "0"), 2, "input_error"),
        (("getUser", "-i", "userId=me", "--concurrency", "-1"), 2, "input_error"),
        ((), 2, "input_error"),
    ],
)
def test_failures_have_exit_codes_and_kinds(cli: Cli, at: At, words: At, code: int, kind: str) -> None:
    result = cli("run", *words, *at)
    assert result.code == code
    assert result.err.startswith(f"{kind}: ")
    assert json.loads(result.out)["error"]["kind"] == kind


def test_verbose_prints_details(cli: Cli, at: At) -> None:
    words = ("run", "getUser", "-i", "userId=nobody@example.com", *at)
    assert "tracking id" not in cli(*words).err
    output = cli(*words, "-v").err
    assert "status 404, code 1001" in output
    assert "tracking id of Zoom: " in output


def test_input_errors_precede_a_missing_connection(cli: Cli) -> None:
    assert cli("run", "getUser").code == 2
    result = cli("run", "getUser", "-i", "userId=me")
    assert result.code == 4
    assert "There is no connection to use" in result.err


def test_a_refused_connection_is_reported(cli: Cli) -> None:
    words = ("run", "getUser", "-i", "userId=me", "--token", "a-token-of-mine", "--retries", "0")
    result = cli(*words, "--base-url", "http://127.0.0.1:9/v2")
    assert result.code == 13
    assert (
        "unavailable: getUser (GET /users/me): nothing was sent: 127.0.0.1, port 9, refused the connection"
        in result.err
    )


@pytest.mark.parametrize("flag", ["--token", "--base-url", "--client-secret", "--connection"])
def test_an_empty_option_is_refused(cli: Cli, at: At, flag: str) -> None:
    result = cli("run", "getUser", "-i", "userId=me", *at, flag, "")
    assert result.code == 2
    assert "expected a value, got an empty one" in result.err


def test_client_credentials_of_the_environment(cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_CLIENT_ID", zoom.client_id)
    monkeypatch.setenv("ZOOM_CLIENT_SECRET", zoom.client_secret)
    monkeypatch.setenv("ZOOM_ACCOUNT_ID", zoom.account_id)
    monkeypatch.setenv("ZOOM_BASE_URL", zoom.api_url)
    result = cli("run", "getUser", "-i", "userId=me")
    assert result.code == 0, result.err


def test_a_dry_run_sends_nothing_and_prints_times_in_utc(cli: Cli, zoom: Sandbox) -> None:
    before = len(zoom.requests)
    words = ("-i", "userId=me", "-i", "startTime=2027-01-31T09:30:00", "-i", "meetingType=2")
    result = cli("run", "createMeeting", *words, "-i", "timezone=Europe/Berlin", "--dry-run")
    output = json.loads(result.out)
    assert output["body"]["start_time"] == "2027-01-31T09:30:00"
    assert output["instants"] == {"startTime": "2027-01-31T08:30:00Z"}
    assert json.loads(cli("run", "createMeeting", *words, "--dry-run").out)["instants"] == {"startTime": None}
    page = cli("run", "createMeeting", *words, "--dry-run", terminal=True).out
    assert "unknown: a time zone is required" in page
    assert len(zoom.requests) == before


def test_a_dry_run_uses_page_size_resume_and_merge(cli: Cli) -> None:
    result = cli("run", "listUsers", "--page-size", "7", "--resume", "token-of-page-3", "--dry-run")
    query = json.loads(result.out)["query"]
    assert ["page_size", "7"] in query
    assert ["next_page_token", "token-of-page-3"] in query
    merged = cli("run", "updateMeeting", "-i", "meetingId=85746065432", "-i", "topic=x", "--merge", "--dry-run")
    assert json.loads(merged.out)["method"] == "GET"


def test_debug_shows_the_request_without_its_secrets(cli: Cli, at: At) -> None:
    result = cli("run", "createMeeting", "-i", "userId=me", "-i", "password=s3cret", "--debug", *at)
    assert result.code == 0
    warning, line = result.err.splitlines()
    assert warning.endswith("-i password (use -i password=@FILE or --inputs FILE instead; - is stdin)")
    assert json.loads(line)["method"] == "POST"
    assert os.environ["ZOOM_TOKEN"] not in line
    assert "s3cret" not in result.err


def test_merging_reads_first(cli: Cli, at: At, zoom: Sandbox) -> None:
    series = ("-i", "recurrence=1", "-i", "endTimes=3", "-i", "meetingType=8", "-i", "startTime=2027-01-31T09:30:00Z")
    created = cli("run", "createMeeting", "-i", "userId=me", "-i", "topic=Daily", *series, *at)
    meeting_id = json.loads(created.out)["data"]["id"]
    words = ("run", "updateMeeting", "-i", f"meetingId={meeting_id}", "-i", "repeatInterval=2", "--merge", *at)
    result = cli(*words)
    assert result.code == 0, result.err
    assert [arrival.method for arrival in zoom.requests[-2:]] == ["GET", "PATCH"]
    assert zoom.requests[-1].json()["recurrence"]["repeat_interval"] == 2


def test_progress_is_shown_on_a_terminal(cli: Cli, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    result = cli("run", "listUsers", "--page-size", "10", *at)
    assert "\r\033[Kpage 2 ..." in result.err
    assert len(json.loads(result.out)["data"]["users"]) >= 40


def test_a_closed_stdout_ends_a_stream_quietly(at: At) -> None:
    words = [sys.executable, "-c", START, "run", "listUsers", "--page-size", "1", "--jsonl", *at]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["email"] == "owner@example.com"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


SECRET = "planted-secret-4711-abcdefgh"


def test_known_secrets_appear_nowhere(cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check tokens and client secrets, in flags and environment, on success, failure and with --debug."""
    base = ("--base-url", zoom.api_url)
    app = ("--client-id", "sandbox-client", "--client-secret", SECRET, "--account-id", "sandbox-account")
    loud = ("-v", "--debug", "--traceback")
    runs = [
        cli("run", "getUser", "-i", "userId=me", "--token", SECRET, *base, *loud),
        cli("run", "getUser", "-i", f"userId={SECRET}", "--token", SECRET, *base, *loud),
        cli("run", "getUser", "-i", f"{SECRET}=1", "--token", SECRET, *base, *loud),
        cli("run", "getUser", "-i", "userId=me", *app, *base, *loud),
        cli("run", "getUser", "-i", f"userId={SECRET}", "--token", SECRET, *base, "--dry-run"),
    ]
    monkeypatch.setenv("ZOOM_TOKEN", SECRET)
    runs += [
        cli("run", "getUser", "-i", f"userId={SECRET}", *base, *loud),
        cli("plan", "getUser", "-i", f"userId={SECRET}", *base),
        cli("run", "--batch", "-", *base, stdin=f'{{"id":"{SECRET}","action":"{SECRET}"}}\n'),
        cli("connect", "--kind", "serverToServer", *app[:4], "--account-id", "sandbox-account", *base),
        cli("connections"),
    ]
    for result in runs:
        assert SECRET not in result.out
        assert SECRET not in result.err
    assert sum("[redacted]" in result.out + result.err for result in runs) >= 6


def test_a_short_secret_is_not_masked_in_data(cli: Cli, zoom: Sandbox) -> None:
    result = cli("run", "listUsers", "--dry-run", "--token", "user")
    assert json.loads(result.out)["url"].endswith("/users")


def test_a_cold_run_loads_no_yaml_and_no_models(
    at: At, process: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    process("list")
    code = (
        "import sys; from zoom_component.cli.main import main; code = main(sys.argv[1:]); "
        "print([name for name in ('yaml', 'pydantic', 'cryptography') if name in sys.modules]); sys.exit(code)"
    )
    words = [sys.executable, "-c", code, "run", "getUser", "-i", "userId=me", *at]
    done = subprocess.run(words, capture_output=True, text=True, env=dict(os.environ), check=True)
    assert done.stdout.splitlines()[-1] == "[]"
