"""Test `poll` and `triggers`: events as JSON or text, a persistent state, and exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.lines import START, Cli

from zoom_component.spec.catalogue import Catalogue
from zoom_sandbox import Sandbox

At = tuple[str, ...]
KEY = "newMeetingCreated"


def create_meeting(cli: Cli, at: At, topic: str) -> str:
    out = cli("run", "createMeeting", "-i", "userId=me", "-i", f"topic={topic}", *at).out
    return str(json.loads(out)["data"]["id"])


def test_the_first_poll_records_a_baseline_and_the_next_reports_new_items(cli: Cli, at: At, tmp_path: Path) -> None:
    first = cli("poll", KEY, "--once", *at)
    assert (first.code, first.out) == (0, "")
    assert "First poll" in first.err
    number = create_meeting(cli, at, "Daily")
    output = cli("poll", KEY, "--once", *at)
    (line,) = output.out.splitlines()
    event = json.loads(line)
    assert (output.code, output.err, event["event"]) == (0, "", f"poll.{KEY}")
    assert str(event["payload"]["object"]["meeting"]["id"]) == number
    third = cli("poll", KEY, "-i", "user_id=me", "--once", *at)
    assert (third.code, third.out, third.err) == (0, "", "No new items.\n")
    assert (tmp_path / "state" / "inbox.db").is_file()


def test_events_are_text_on_a_terminal(cli: Cli, at: At) -> None:
    create_meeting(cli, at, "Weekly")
    first = cli("poll", KEY, "--once", "--emit-first", "--inbox", "mine.db", *at, terminal=True)
    assert "meeting_created" in first.out
    assert "Weekly" in first.out
    assert "{" not in first.out
    assert Path("mine.db").is_file()
    words = ("poll", "userInformationChanged", "-i", "userId=me", "--once", "--inbox", "mine.db", *at)
    cli(*words)
    cli("run", "updateUser", "-i", "userId=me", "-i", "dept=Research", *at)
    assert cli(*words, terminal=True).out.rstrip().endswith("dept")


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        ((KEY, "-i", "pageSize=999", "-i", "foo=1"), 2, "pageSize: expected an integer from 1 to 300, got 999"),
        ((KEY, "-i", "interval=5", "--interval", "5"), 2, "--interval: cannot be combined with the input interval"),
        ((KEY, "--interval", "soon"), 2, 'interval: expected a number from 1 to 10080, got "soon"'),
        ((KEY, "--inbox", "other:x"), 2, "postgres:..., got other:..."),
        ((KEY, "--inbox", "folder"), 2, "--inbox: the inbox folder is a folder, not a file"),
        (("newMeeting",), 2, 'unknown trigger "newMeeting"'),
        (("meetingDetailsChanged", "-i", "meetingId=81234567890"), 6, "(GET /meetings/81234567890): the service"),
    ],
)
def test_poll_errors_have_exit_codes(cli: Cli, at: At, words: tuple[str, ...], code: int, expected: str) -> None:
    Path("folder").mkdir()
    result = cli("poll", *words, "--once", *at, terminal=True)
    assert result.code == code
    assert expected in result.err


def test_warnings_are_printed(cli: Cli, at: At) -> None:
    result = cli("poll", "newMeetingParticipant", "-i", "meetingId=85746065001", "--once", *at)
    assert result.err.startswith("warning: meetingId: A number means the latest instance")


def test_polling_continues_after_a_failure_until_ctrl_c(zoom: Sandbox, at: At) -> None:
    zoom.add_fault("GET", "/users/{userId}/webinars", status=503, calls=[1])
    words = ["poll", "newWebinarCreated", "--interval", "1", "--retries", "0", *at]
    running = subprocess.Popen([sys.executable, "-c", START, *words], stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    result = [running.stderr.readline() for _ in range(3)]
    running.send_signal(signal.SIGINT)
    rest = running.stderr.read()
    running.stderr.close()
    zoom.clear_faults()
    assert result[0] == "Polling newWebinarCreated every 1 minutes until Ctrl-C.\n"
    assert result[1].startswith("unavailable: ")
    assert result[2].startswith("The state is unchanged; the next poll is at 20")
    assert (running.wait(), rest) == (0, "")


def test_triggers_are_listed_and_shown(cli: Cli) -> None:
    rows = json.loads(cli("triggers").out)
    assert {row["key"] for row in rows} == set(Catalogue().trigger_keys())
    assert {row["kind"] for row in rows} == {"poll", "webhook"}
    shown = json.loads(cli("triggers", "ZOOM_USER_INFORMATION_CHANGED_TRIGGER").out)
    assert (shown["key"], shown["event"]) == ("userInformationChanged", "poll.userInformationChanged")
    assert shown["ignored"] == ["last_login_time", "pic_url", "created_at", "last_client_version", "jid"]
    assert shown["command"] == "zoom-component poll userInformationChanged -i userId=jchill@example.com"
    assert "user:read" in shown["scopes"]
    assert [field["name"] for field in shown["payload"]] == ["event_type", "user", "changes_detected"]


def test_a_trigger_page_is_printed_on_a_terminal(cli: Cli) -> None:
    assert "newMeetingCreated" in cli("triggers", terminal=True).out
    page = cli("triggers", "meetingRecordingChanged", terminal=True).out
    for part in ("recording_processing_completed", "tokenTtl", "changes_detected", "granular scopes", "Example"):
        assert part in page
    page = cli("triggers", "webhookReceiver", terminal=True).out
    assert "Notification, URL Verify" in page
    assert "Example" not in page


def test_completion_knows_triggers_and_their_inputs(cli: Cli) -> None:
    assert cli("__complete", "poll", "newM").out.split() == ["newMeetingCreated", "newMeetingParticipant"]
    assert cli("__complete", "poll", "newMeetingCreated", "-i", "p").out.split() == ["pageSize="]
