"""Test `inbox`: list, show, work, replay, unsubscribe, prune and fixture."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from tests.cli.lines import START, Cli
from tests.events.listeners.conftest import make_event

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.protocols import Inbox, Subscription
from zoom_sandbox import Sandbox

LISTENERS = """
listeners:
  good: {command: [%(python)s, -c, "import sys; sys.stdin.read()"], events: meeting.*}
  bad:
    command: [%(python)s, -c, "import sys; sys.exit('it is \\x1b closed')"]
    events: user.*
    retry: {maxAttempts: 1}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Inbox]:
    """Create the default inbox with three events."""
    inbox = open_inbox()
    now = time.time()
    inbox.subscribe([Subscription("good", ("meeting.*",)), Subscription("bad", ("user.*",))])
    inbox.add_events([
        make_event(1, topic="Daily", download_token="hush-hush-hush")._replace(received_at=now - 7200),
        make_event(2, "user.created", "u1")._replace(received_at=now - 60),
        make_event(3, "meeting.ended", "2", topic="Weekly")._replace(received_at=now, source="poll:x"),
    ])  # fmt: skip
    yield inbox
    inbox.close()


@pytest.fixture
def listeners(tmp_path: Path) -> str:
    file = tmp_path / "listeners.yaml"
    file.write_text(LISTENERS % {"python": json.dumps(sys.executable)})
    return str(file)


def list_events(cli: Cli, *words: str) -> list[int]:
    result = cli("inbox", "list", *words)
    assert result.code == 0, result.err
    return [row["id"] for row in json.loads(result.out)]


def test_events_are_listed_and_filtered(cli: Cli, store: Inbox) -> None:
    assert list_events(cli) == [3, 2, 1]
    assert list_events(cli, "meeting.*") == [3, 1]
    assert list_events(cli, "meeting.*", "--since", "1h") == [3]
    assert list_events(cli, "--until", "30s") == [2, 1]
    assert list_events(cli, "--event", "user.created", "--listener", "bad", "--state", "ready") == [2]
    assert list_events(cli, "--source", "poll:x") == [3]
    assert list_events(cli, "--object", "2") == [3]
    assert list_events(cli, "--limit", "1", "--before", "3") == [2]
    row = json.loads(cli("inbox", "list", "--object", "u1").out)[0]
    assert row["key"] == make_event(2, "user.created", "u1").key
    assert (row["event"], row["object_id"], row["listeners"]) == ("user.created", "u1", {"bad": "ready"})


def test_events_are_a_table_on_a_terminal(cli: Cli, store: Inbox) -> None:
    result = cli("inbox", "list", terminal=True)
    assert result.out.splitlines()[0].split() == ["ID", "RECEIVED", "EVENT", "OBJECT", "SOURCE", "LISTENERS"]
    assert "meeting.ended    2       poll:x   good ready" in result.out
    assert cli("inbox", "list", "x.*", terminal=True).err == "No event matches.\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("lsit",), 'unknown command "inbox lsit"; did you mean inbox list?'),
        ((), "a subcommand is required: list, show, "),
        (("list", "--since", "soon"), "--since: expected how long ago, such as 30m, 2h or 7d, or a time, such as"),
        (("list", "--since", "1h", "--until", "2h"), "--until: has to be later than --since"),
        (("list", "!x"), "--event: expected a name or a pattern"),
        (("list", "--state", "gone"), 'expected one of ready, leased, done, dead, got "gone"'),
        (
            ("list", "--inbox", "redis:x"),
            "expected a file name or a URL of sqlite:..., postgresql:..., postgres:..., got redis:...",
        ),
        (("list", "--inbox", "here/../none/\0x"), "--inbox: "),
        (("show",), "exactly one event is required"),
        (("show", "x"), 'expected the number of an event, as in `inbox list`, got "x"'),
        (("replay",), "a selection is required: ids, a filter such as --since 2h, or --all"),
        (("replay", "1", "--all"), "--all: cannot be combined with a filter"),
        (("replay", "1", "--listener", "godo"), 'unknown listener "godo"; did you mean good?'),
        (("replay", "--state", "dead"), "--listener: exactly one is required with --state"),
        (("dead-letters", "--listener", "x"), 'unknown listener "x"; expected bad or good'),
        (("unsubscribe", "x"), 'unknown listener "x"; expected bad or good'),
        (("prune",), "the following arguments are required: --older-than"),
        (("prune", "--older-than", "old"), "--older-than: expected a number of seconds, or a number with the unit"),
        (("work",), "--listeners: is required: the file of listeners"),
        (("fixture", "1", "-i", "a=b"), "--input: is only valid with --test ACTION"),
        (("fixture", "1", "--test", "createMeetings"), "did you mean createMeeting?"),
        (("fixture", "1", "--out", "none/x"), '--out: "none/x" cannot be written: no such file or directory'),
    ],
)
def test_invalid_arguments_are_refused(cli: Cli, store: Inbox, words: tuple[str, ...], expected: str) -> None:
    result = cli("inbox", *words)
    assert result.code == 2, result.out
    assert expected in result.err


def test_an_event_is_shown_masked_or_raw(cli: Cli, store: Inbox) -> None:
    output = json.loads(cli("inbox", "show", "1").out)
    assert output["body"]["payload"]["object"]["topic"] == "Daily"
    assert output["body"]["payload"]["object"]["download_token"] == "[redacted]"
    assert output["jobs"][0]["listener"] == "good"
    assert output["jobs"][0]["state"] == "ready"
    assert "pending, 0 attempts so far" in cli("inbox", "show", "1", terminal=True).out
    assert "hush" in cli("inbox", "show", "1", "--raw").out
    assert cli("inbox", "show", "99").code == 6


def test_due_events_are_dispatched_and_dead_letters_replayed(cli: Cli, store: Inbox, listeners: str) -> None:
    result = cli("inbox", "work", "--once", "--listeners", listeners)
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert (result.code, len(rows)) == (1, 3)
    assert sorted((row["id"], row["listener"], row["state"]) for row in rows) == [
        (1, "good", "done"), (2, "bad", "dead"), (3, "good", "done"),
    ]  # fmt: skip
    assert "2 done, 1 dead." in result.err
    [dead] = json.loads(cli("inbox", "dead-letters").out)
    assert (dead["id"], dead["listener"], dead["error"]) == (2, "bad", "exit code 1: it is \x1b closed")
    assert "\x1b" not in cli("inbox", "dead-letters", terminal=True).out
    assert json.loads(cli("inbox", "dead-letters", "--replay").out) == {"replayed": 1}
    second = cli("inbox", "work", "--once", "--listeners", listeners, terminal=True)
    assert second.code == 1
    assert "2 user.created to bad: dead" in second.err
    assert "attempt 1): exit code 1: it is   closed" in second.err
    assert cli("inbox", "work", "--once", "--listeners", listeners, "--only", "good").code == 0
    assert (
        'unknown listener "god"; did you mean good?'
        in cli("inbox", "work", "--once", "--listeners", listeners, "--only", "god").err
    )
    assert json.loads(cli("inbox", "work", "--once", "--listeners", listeners, "--check").out) == {
        "listeners": ["good", "bad"]
    }


def test_events_are_replayed_by_id_or_filter_to_named_listeners(cli: Cli, store: Inbox, listeners: str) -> None:
    cli("inbox", "work", "--once", "--listeners", listeners)

    def replayed(*words: str) -> Any:
        result = cli("inbox", "replay", *words)
        assert result.code == 0, result.err
        return json.loads(result.out)

    assert replayed("--all", "--dry-run") == {"events": 3}
    assert replayed("1", "2") == {"replayed": 2}
    assert replayed("--event", "meeting.*") == {"replayed": 1}  # 1 waits already
    assert replayed("--all", "--listener", "bad") == {"replayed": 2}  # what is named gets it, wanted or not
    cli("inbox", "work", "--once", "--listeners", listeners)
    assert replayed("--state", "dead", "--listener", "bad") == {"replayed": 1}


def test_a_listener_is_unsubscribed_and_old_events_are_pruned(cli: Cli, store: Inbox, listeners: str) -> None:
    assert json.loads(cli("inbox", "prune", "--older-than", "1s").out) == {"pruned": 0}
    cli("inbox", "work", "--once", "--listeners", listeners)
    assert json.loads(cli("inbox", "unsubscribe", "bad").out) == {"unsubscribed": "bad"}
    assert json.loads(cli("inbox", "prune", "--older-than", "1h").out) == {"pruned": 1}
    assert list_events(cli) == [3, 2]


def test_status_counts_events_and_jobs(cli: Cli, store: Inbox, listeners: str) -> None:
    cli("inbox", "work", "--once", "--listeners", listeners)
    store.set_timestamp("validation", 1_773_140_400)
    output = json.loads(cli("inbox", "status").out)
    assert (output["events"], output["jobs"]) == (3, {"dead": 1, "done": 2})
    assert output["last_event"]["event"] == "meeting.ended"
    assert output["timestamps"] == {"validation": "2026-03-10T11:00:00Z"}
    assert [(row["listener"], row["dead"]) for row in output["listeners"]] == [("bad", 1), ("good", 0)]
    result = cli("inbox", "status", terminal=True).out
    assert "3 events; the last: meeting.ended at" in result
    assert "Jobs: 1 dead, 2 done." in result
    assert "No listeners." in cli("inbox", "status", "--inbox", "new.db", terminal=True).out


def test_an_event_becomes_a_fixture(cli: Cli, store: Inbox, tmp_path: Path) -> None:
    assert "hush" not in cli("inbox", "fixture", "1").out
    out = tmp_path / "one.json"
    assert cli("inbox", "fixture", "1", "--out", str(out)).code == 0
    assert json.loads(out.read_text())["payload"]["object"]["topic"] == "Daily"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    second = cli("inbox", "fixture", "1", "--out", str(out))
    assert (second.code, "already exists" in second.err) == (2, True)


def test_a_secret_input_is_left_out_of_a_test_spec(cli: Cli, store: Inbox) -> None:
    result = cli("inbox", "fixture", "1", "--test", "createMeeting", "-i", "userId=me", "-i", "password=hush-1234")
    assert (result.code, "hush-1234" in result.out + result.err) == (0, False)
    assert "password is left out: a test spec is no place for a secret." in result.err
    assert "userId: me" in result.out


def test_an_event_becomes_a_test_spec_that_runs(cli: Cli, store: Inbox, tmp_path: Path) -> None:
    from zoom_component import Component
    from zoom_component.events.inbox.protocols import to_incoming_event
    from zoom_component.events.webhook import parse_event

    bodies: list[dict[str, Any]] = []
    with Sandbox() as zoom, Component.load().connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        zoom.add_listener(bodies.append)
        session.run("createMeeting", {"userId": "me", "topic": "From the inbox", "duration": 45})
    store.add_events([to_incoming_event(parse_event(json.dumps(bodies[0]).encode()), time.time(), "webhook")])
    words = ("--test", "createMeeting", "-i", "userId=me", "-i", "topic=From the inbox", "-i", "duration=45")
    result = cli("inbox", "fixture", "4", *words, "--out", "created.test.yaml")
    assert result.code == 0, result.err
    assert "topic: From the inbox" in Path("created.test.yaml").read_text()
    result = cli("test", "created.test.yaml")
    assert result.code == 0, result.out
    assert cli("inbox", "fixture", "4", *words, "--out", "created.test.json").code == 0
    assert cli("test", "created.test.json").code == 0
    Path("created.test.yaml").write_text(
        Path("created.test.yaml").read_text().replace("duration: 45\n", "duration: 46\n")
    )
    assert cli("test", "created.test.yaml").code == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_finishes_its_jobs_on_a_signal(store: Inbox, listeners: str, number: int) -> None:
    command = [sys.executable, "-c", START, "inbox", "work", "--listeners", listeners, "--json"]
    with Popen(command, stdout=PIPE, stderr=PIPE, text=True, env={**os.environ}) as worker:
        assert worker.stdout is not None
        rows = [json.loads(worker.stdout.readline()) for _ in range(3)]
        worker.send_signal(number)
        _, result = worker.communicate(timeout=20)
    assert worker.returncode == 0
    assert sorted(row["id"] for row in rows) == [1, 2, 3]
    assert "Interrupted; running jobs are finished or released." in result


def test_a_closed_stdout_ends_a_worker(store: Inbox, listeners: str) -> None:
    command = f"{sys.executable} -c '{START}' inbox work --once --listeners {listeners} --json | head -c 1"
    assert (
        subprocess.run(command, shell=True, timeout=30, capture_output=True, check=True).stderr.count(b"Traceback") == 0
    )


def test_a_file_that_is_not_an_inbox_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("text " * 400)
    result = cli("inbox", "list", "--inbox", str(tmp_path / "text"))
    assert result.code == 2
    assert "is not an inbox: file is not a database; name another file" in result.err


def test_completion_knows_the_subcommands(cli: Cli) -> None:
    assert cli("__complete", "inbox", "re").out.split() == ["replay"]
    assert cli("__complete", "inbox", "work", "--li").out.split() == ["--listeners"]
    assert cli("__complete", "inbox", "--j").out.split() == []


def run_doctor(cli: Cli, *words: str) -> tuple[int, dict[str, str]]:
    result = cli("doctor", *words)
    report = json.loads(result.out)
    assert report["ok"] is (result.code == 0)
    return result.code, {check["name"]: check["state"] for check in report["checks"]}


def test_doctor_without_an_inbox_has_no_warning(cli: Cli) -> None:
    assert run_doctor(cli) == (0, {"inbox": "none"})
    assert run_doctor(cli, "--inbox", "new.db")[1]["last event"] == "warn"


def test_doctor_warns_about_silence_failures_and_dead_letters(
    cli: Cli, store: Inbox, listeners: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.subscribe([Subscription("left")])
    store.add_events([make_event(4)._replace(received_at=time.time() - 3600)])
    cli("inbox", "work", "--once", "--listeners", listeners)
    store.save_poll_state("poll:newUser", {"failures": 3, "due": time.time() + 600}, 0, ())
    code, states = run_doctor(cli)
    assert code == 1
    assert states == {
        "last event": "ok", "last validation": "warn", "backlog": "warn", "dead letters": "warn", "listener bad": "ok",
        "clock": "ok", "times": "ok",
        "listener good": "ok", "listener left": "warn", "poll:newUser": "warn",
    }  # fmt: skip
    store.set_timestamp("validation", time.time() - 79 * 3600)
    assert run_doctor(cli)[1]["last validation"] == "ok"
    store.set_timestamp("validation", time.time() - 81 * 3600)
    assert run_doctor(cli, "--backlog", "2h", "--quiet-for", "1m") == (
        1, {**states, "last event": "warn", "backlog": "ok", "listener left": "ok"},
    )  # fmt: skip
    result = cli("doctor", terminal=True)
    assert "3d 9h ago. Zoom validates about every 72 hours" in " ".join(result.out.split())
    assert "`inbox unsubscribe left`" in result.out


def test_doctor_finds_no_problems(cli: Cli, store: Inbox, process: Callable[..., Any]) -> None:
    store.set_timestamp("validation", time.time())
    result = cli("doctor", "--backlog", "3h", terminal=True)
    assert result.code == 0, result.out
    assert result.err == "No problems found.\n"
