"""`new`: a first file that passes the check as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.lines import Cli

FILE = Path("actions/general/myAction.yaml")


def test_a_minimal_file_passes_the_check_and_can_be_planned(cli: Cli) -> None:
    said = cli("new", "action", "myAction", "--resource", "general", "--in", ".")
    assert said.out == f"{FILE}\n"
    assert cli("check", str(FILE)).code == 0
    assert cli("plan", "myAction", "-i", "userId=me", "--specs", ".").code == 0


def test_the_operation_fills_in_what_is_known(cli: Cli) -> None:
    words = ("--operation", "meetingCreate", "--in", ".", "--json")
    file = Path(json.loads(cli("new", "action", "makeMeeting", *words).out)["file"])
    assert file == Path("actions/meetings/makeMeeting.yaml")
    text = file.read_text(encoding="utf-8")
    assert "operation: meetingCreate" in text
    assert "  scheduleFor: {label: Schedule For, type: string, target: body.schedule_for}" in text
    assert cli("check", str(file)).code == 0
    told = json.loads(cli("plan", "makeMeeting", "-i", "userId=me", "-i", "duration=30", "--specs", ".").out)
    assert told["body"] == {"duration": 30}


def test_method_and_path_of_a_known_operation_are_enough(cli: Cli) -> None:
    cli("new", "action", "allUsers", "--method", "GET", "--path", "/users", "--in", ".")
    text = Path("actions/users/allUsers.yaml").read_text(encoding="utf-8")
    assert "operation: users" in text
    assert "pages: {items: users}" in text
    assert "page_size" in text.split("examples:")[1]
    assert "nextPageToken" not in text


def test_a_path_that_nobody_knows(cli: Cli) -> None:
    cli("new", "action", "odd", "--method", "PUT", "--path", "/odd/{odd_id}/things", "--resource", "odds", "--in", ".")
    assert cli("check", "actions/odds/odd.yaml").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("My-Action",), "begins with a small letter"),
        (("../up",), "begins with a small letter"),
        (("getUser",), "there is an action getUser already"),
        (("a", "--operation", "meetingCreat"), "did you mean"),
        (("a", "--method", "GET"), "goes together"),
        (("a", "--path", "/x"), "goes together"),
        (("a", "--method", "GET", "--path", "users"), "accepted: a path"),
        (("a", "--method", "GET", "--path", "/users?x=1"), "accepted: a path"),
        (("a", "--operation", "users", "--method", "GET", "--path", "/users"), "leave --method and --path out"),
        (("a", "--resource", "../.."), "accepted: one word"),
        (("a", "--in", "missing"), "is no folder"),
    ],
)
def test_what_cannot_be_written_is_refused(cli: Cli, words: tuple[str, ...], told: str) -> None:
    said = cli("new", "action", *words, *(() if "--in" in words else ("--in", ".")))
    assert said.code == 2
    assert told in said.err
    assert not list(Path().iterdir())


def test_nothing_is_written_over(cli: Cli) -> None:
    words = ("new", "action", "myAction", "--in", ".")
    assert cli(*words).code == 0
    file = next(Path("actions").rglob("*.yaml"))
    file.write_text("mine", encoding="utf-8")
    said = cli(*words)
    assert said.code == 2
    assert "is there already" in said.err
    assert file.read_text(encoding="utf-8") == "mine"
