"""Test `spec new`: it writes a file that passes `spec check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.lines import Cli

FILE = Path("actions/general/myAction.yaml")


def test_a_minimal_file_passes_the_check_and_can_be_planned(cli: Cli) -> None:
    result = cli("spec", "new", "action", "myAction", "--resource", "general", "--in", ".")
    assert result.out == f"{FILE}\n"
    assert cli("spec", "check", str(FILE)).code == 0
    assert cli("plan", "myAction", "-i", "userId=me", "--specs", ".").code == 0


def test_an_operation_fills_in_the_file(cli: Cli) -> None:
    words = ("--operation", "meetingCreate", "--in", ".", "--json")
    file = Path(json.loads(cli("spec", "new", "action", "makeMeeting", *words).out)["file"])
    assert file == Path("actions/meetings/makeMeeting.yaml")
    text = file.read_text(encoding="utf-8")
    assert "operation: meetingCreate" in text
    assert "  scheduleFor: {label: Schedule For, type: string, target: body.schedule_for}" in text
    assert cli("spec", "check", str(file)).code == 0
    output = json.loads(cli("plan", "makeMeeting", "-i", "userId=me", "-i", "duration=30", "--specs", ".").out)
    assert output["body"] == {"duration": 30}


def test_method_and_path_of_a_known_operation_are_enough(cli: Cli) -> None:
    cli("spec", "new", "action", "allUsers", "--method", "GET", "--path", "/users", "--in", ".")
    text = Path("actions/users/allUsers.yaml").read_text(encoding="utf-8")
    assert "operation: users" in text
    assert "pages: {items: users}" in text
    assert "page_size" in text.split("examples:")[1]
    assert "nextPageToken" not in text


def test_an_operation_goes_into_the_folder_that_exists(cli: Cli) -> None:
    # The tag of the operations of users is User; the built-in folder is users.
    result = cli("spec", "new", "action", "readScheduler", "--operation", "userSettings", "--in", ".")
    assert result.out == "actions/users/readScheduler.yaml\n"


def test_an_unknown_path_gives_a_minimal_file(cli: Cli) -> None:
    cli(
        "spec",
        "new",
        "action",
        "odd",
        "--method",
        "PUT",
        "--path",
        "/odd/{odd_id}/things",
        "--resource",
        "odds",
        "--in",
        ".",
    )
    assert cli("spec", "check", "actions/odds/odd.yaml").code == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("My-Action",), "expected a lowercase letter"),
        (("../up",), "expected a lowercase letter"),
        (("getUser",), "the action getUser already exists"),
        (("a", "--operation", "meetingCreat"), "did you mean"),
        (("a", "--method", "GET"), "has to be combined with --path"),
        (("a", "--path", "/x"), "has to be combined with --path"),
        (("a", "--method", "GET", "--path", "users"), "expected a path"),
        (("a", "--method", "GET", "--path", "/users?x=1"), "expected a path"),
        (
            ("a", "--operation", "users", "--method", "GET", "--path", "/users"),
            "cannot be combined with --method and --path",
        ),
        (("a", "--resource", "../.."), "expected one word"),
        (("a", "--in", "missing"), "is not a folder"),
    ],
)
def test_invalid_arguments_of_new_are_refused(cli: Cli, words: tuple[str, ...], expected: str) -> None:
    result = cli("spec", "new", "action", *words, *(() if "--in" in words else ("--in", ".")))
    assert result.code == 2
    assert expected in result.err
    assert not list(Path().iterdir())


def test_an_existing_file_is_not_overwritten(cli: Cli) -> None:
    words = ("spec", "new", "action", "myAction", "--in", ".")
    assert cli(*words).code == 0
    file = next(Path("actions").rglob("*.yaml"))
    file.write_text("mine", encoding="utf-8")
    result = cli(*words)
    assert result.code == 2
    assert "already exists" in result.err
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("words", [(), ("--operation", "meetingCreate"), ("--operation", "users")])
def test_a_file_in_json_passes_the_check_and_can_be_planned(cli: Cli, words: tuple[str, ...]) -> None:
    made = cli("spec", "new", "action", "myAction", "--format", "json", "--in", ".", *words)
    file = Path(made.out.strip())
    assert file.suffix == ".json"
    assert json.loads(file.read_text(encoding="utf-8"))["$schema"] == "../../spec/action.schema.json"
    assert cli("spec", "check", str(file)).code == 0
    assert cli("show", "myAction", "--specs", ".").code == 0
    assert cli("test", "actions", "--specs", ".").code == 0
