"""Test `options`: a table for people, JSON for programs, and the exit codes of `run`."""

from __future__ import annotations

import json

import pytest
from tests.cli.lines import Cli

from zoom_component.spec.catalogue import Catalogue

At = tuple[str, ...]


def test_a_person_reads_a_table(cli: Cli, at: At) -> None:
    said = cli("pick", "selectUser", "--most", "2", *at, terminal=True)
    lines = said.out.splitlines()
    assert lines == [
        "Owner-Sandbox-00000001  Olive Owner (owner@example.com)",
        "Ada-Sandbox-0000000002  Ada Admin (ada@example.com)",
    ]
    assert (said.code, said.err) == (0, "There is more: --resume 2.\n")
    more = cli("pick", "selectUser", "--most", "1", "--resume", "2.", *at, terminal=True)
    assert "Mia Member" in more.out


def test_a_program_reads_json(cli: Cli, at: At) -> None:
    said = cli("pick", "getUser.userId", "--search", "ada", *at)
    assert json.loads(said.out) == {
        "choices": [{"value": "Ada-Sandbox-0000000002", "label": "Ada Admin (ada@example.com)"}]
    }
    assert said.err == ""
    assert json.loads(cli("pick", "selectUser", "--most", "1", *at).out)["next"] == "1."


def test_choices_that_are_fixed_need_no_connection(cli: Cli) -> None:
    said = cli("pick", "createMeeting.recurrence", terminal=True)
    assert said.out.splitlines() == ["1  Daily", "2  Weekly", "3  Monthly"]
    assert cli("pick", "createMeeting.recurrence", "--search", "yearly", terminal=True).err == "Nothing matches.\n"


def test_without_a_name_it_lists_the_sources(cli: Cli) -> None:
    rows = json.loads(cli("pick").out)
    assert [row["key"] for row in rows] == Catalogue().data_source_keys()
    (meeting,) = (row for row in rows if row["key"] == "selectMeeting")
    assert meeting["inputs"][0]["data_source"] == "selectUser"
    assert "selectMeeting" in cli("pick", terminal=True).out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("selectUsr",), 2, "there is no source 'selectUsr'; did you mean selectUser?"),
        (("selectMeeting",), 2, "the inputs of selectMeeting cannot be used as they are; nothing was sent."),
        (("selectMeeting", "-i", "usrId=me"), 2, "usrId: this source has no such input; did you mean userId?"),
        (("selectUser", "--most", "none"), 2, "came 'none'; accepted: a whole number from 1 to 10000"),
        (("selectMeetingRegistrant", "-i", "meetingId=81234567890"), 6, "not_found: "),
        (("selectMeetingRecording", "-i", "meetingId=81234567890"), 6, "caution: meetingId: A number means the latest"),
    ],
)
def test_what_cannot_be_picked_ends_with_the_errors_code(
    cli: Cli, at: At, words: tuple[str, ...], code: int, told: str
) -> None:
    said = cli("pick", *words, *at, terminal=True)
    assert said.code == code
    assert told in said.err


def test_a_missing_scope_is_told_as_by_run(cli: Cli, zoom_without_scopes: At) -> None:
    said = cli("pick", "selectUser", *zoom_without_scopes)
    assert said.code == 7
    assert json.loads(said.out)["error"]["kind"] == "missing_scope"


def test_show_and_completion_know_sources(cli: Cli) -> None:
    assert "values from selectMeeting" in " ".join(cli("show", "getMeeting", terminal=True).out.split())
    assert cli("__complete", "pick", "selectWebinarP").out.split() == ["selectWebinarParticipant"]
    assert cli("__complete", "pick", "selectMeeting", "-i", "u").out.split() == ["userId="]
