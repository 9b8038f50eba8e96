"""Test `options`: a table for people, JSON for programs, and the exit codes of `run`."""

from __future__ import annotations

import json

import pytest
from tests.cli.lines import Cli

from zoom_component.spec.catalogue import Catalogue

At = tuple[str, ...]


def test_options_are_a_table_on_a_terminal(cli: Cli, at: At) -> None:
    result = cli("options", "selectUser", "--limit", "2", *at, terminal=True)
    lines = result.out.splitlines()
    assert lines == [
        "Owner-Sandbox-00000001  Olive Owner (owner@example.com)",
        "Ada-Sandbox-0000000002  Ada Admin (ada@example.com)",
    ]
    assert (result.code, result.err) == (0, "More values: --resume 2.\n")
    more = cli("options", "selectUser", "--limit", "1", "--resume", "2.", *at, terminal=True)
    assert "Mia Member" in more.out


def test_options_are_json_for_programs(cli: Cli, at: At) -> None:
    result = cli("options", "getUser.userId", "--search", "ada", *at)
    assert json.loads(result.out) == {
        "options": [{"value": "Ada-Sandbox-0000000002", "label": "Ada Admin (ada@example.com)"}]
    }
    assert result.err == ""
    assert json.loads(cli("options", "selectUser", "--limit", "1", *at).out)["next"] == "1."


def test_fixed_choices_need_no_connection(cli: Cli) -> None:
    result = cli("options", "createMeeting.recurrence", terminal=True)
    assert result.out.splitlines() == ["1  Daily", "2  Weekly", "3  Monthly"]
    assert cli("options", "createMeeting.recurrence", "--search", "yearly", terminal=True).err == "No value matches.\n"


def test_without_a_name_the_sources_are_listed(cli: Cli) -> None:
    rows = json.loads(cli("options").out)
    assert [row["key"] for row in rows] == Catalogue().data_source_keys()
    (meeting,) = (row for row in rows if row["key"] == "selectMeeting")
    assert meeting["inputs"][0]["data_source"] == "selectUser"
    assert "selectMeeting" in cli("options", terminal=True).out


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("selectUsr",), 2, "unknown data source 'selectUsr'; did you mean selectUser?"),
        (("selectMeeting",), 2, "the inputs of selectMeeting are not valid; nothing was sent."),
        (("selectMeeting", "-i", "usrId=me"), 2, "usrId: unknown input; did you mean userId?"),
        (("selectUser", "--limit", "none"), 2, 'expected an integer from 1 to 10000, got "none"'),
        (("selectMeetingRegistrant", "-i", "meetingId=81234567890"), 6, "not_found: "),
        (("selectMeetingRecording", "-i", "meetingId=81234567890"), 6, "warning: meetingId: A number means the latest"),
    ],
)
def test_errors_have_the_exit_codes_of_run(cli: Cli, at: At, words: tuple[str, ...], code: int, expected: str) -> None:
    result = cli("options", *words, *at, terminal=True)
    assert result.code == code
    assert expected in result.err


def test_a_missing_scope_is_reported_as_by_run(cli: Cli, zoom_without_scopes: At) -> None:
    result = cli("options", "selectUser", *zoom_without_scopes)
    assert result.code == 7
    assert json.loads(result.out)["error"]["kind"] == "missing_scope"


def test_show_and_completion_know_sources(cli: Cli) -> None:
    assert "values from selectMeeting" in " ".join(cli("show", "getMeeting", terminal=True).out.split())
    assert cli("__complete", "options", "selectWebinarP").out.split() == ["selectWebinarParticipant"]
    assert cli("__complete", "options", "selectMeeting", "-i", "u").out.split() == ["userId="]
