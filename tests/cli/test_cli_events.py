"""Test `events`: the list, and the page of one event."""

from __future__ import annotations

import json
import shlex

import pytest
from tests.cli.lines import Cli
from tests.support.webhook_receiver import SECRET, WebhookReceiver

from zoom_component.events import types
from zoom_facts import find_event, list_event_names
from zoom_sandbox.coverage import published_events


def test_every_event_is_listed_with_its_facts(cli: Cli) -> None:
    rows = json.loads(cli("events").out)
    assert [row["event"] for row in rows] == list(list_event_names())
    assert sum(row["schema"] for row in rows) == 385
    assert {row["event"] for row in rows if row["sent_by_sandbox"]} == published_events()


def test_events_are_grouped_by_product_on_a_terminal(cli: Cli) -> None:
    result = cli("events", "recording.*", "phone.*", "!*_completed", terminal=True)
    lines = result.out.splitlines()
    assert "recording.deleted" in result.out
    assert "recording.completed" in result.out
    assert "recording.transcript_completed" not in result.out
    assert any("meetings" in line for line in lines)
    assert next(line for line in lines if "recording.deleted" in line).split()[1:] == [
        "schema",
        "sent",
        "by",
        "the",
        "sandbox",
    ]


def test_a_product_selects_events(cli: Cli) -> None:
    rows = json.loads(cli("events", "--product", "video_sdk").out)
    assert len(rows) == 35
    assert {row["product"] for row in rows} == {"video_sdk"}


def test_an_event_is_shown_with_fields_sample_and_command(cli: Cli) -> None:
    result = cli("events", "recording.completed", terminal=True).out
    row = next(line for line in result.splitlines() if "payload.object.recording_files.*.status" in line)
    assert row.split()[1:6] == ["string,", "required", "one", "of", "completed,"]
    for output in (
        "sent when it happens",
        "zoom_component.events.types.RecordingCompleted",
        '"event": "recording.',
    ):
        assert output in result
    assert "zoom-component sandbox emit recording.completed --webhook URL" in result


@pytest.mark.parametrize("name", list_event_names())
def test_each_event_is_shown(cli: Cli, name: str) -> None:
    result = cli("events", name, terminal=True)
    facts = find_event(name)
    assert result.code == 0
    assert facts is not None
    assert ("Fields" in result.out) is (facts.schema is not None)
    assert ("only the name is known" in result.out) is (facts.schema is None)


def test_an_event_as_json(cli: Cli) -> None:
    row = json.loads(cli("events", "meeting.started", "--json").out)
    facts = find_event("meeting.started")
    assert facts is not None
    assert (row["json_schema"], row["sample"]) == (facts.schema, facts.sample)
    assert hasattr(types, row["type"])


def test_values_are_shown_with_labels(cli: Cli) -> None:
    assert "2 (Host and co-hosts)" in cli("events", "account.settings_updated", terminal=True).out


def test_the_printed_command_sends_the_sample(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_WEBHOOK_SECRET", f"the-old-one {SECRET}")
    output = json.loads(cli("events", "meeting.started", "--json").out)["command"]
    with WebhookReceiver() as receiver:
        words = shlex.split(output.replace("URL", receiver.url))[1:]
        assert cli(*words).code == 0
        assert receiver.events == ["meeting.started"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["meeting.strated"], 'unknown event "meeting.strated"; did you mean meeting.started?'),
        (["meeting"], 'unknown event "meeting"; `zoom-component events` lists all'),
        (["meeting.*", "users.created"], 'unknown event "users.created"; did you mean user.created?'),
        (["--product", "meeting"], 'unknown product "meeting"; did you mean meetings?'),
    ],
)
def test_unknown_names_get_a_suggestion(cli: Cli, words: list[str], expected: str) -> None:
    result = cli("events", *words, terminal=True)
    assert result.code == 2
    assert expected in result.err


def test_a_pattern_without_matches_is_not_an_error(cli: Cli) -> None:
    result = cli("events", "zzz*", terminal=True)
    assert (result.code, result.out) == (0, "")
    assert "No event matches" in result.err
