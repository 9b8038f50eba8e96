"""`check`: every fault of every asked file, with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.lines import Cli

GOOD = """\
key: {key}
label: Get It
description: Get it
effect: read
request: {{method: GET, path: "/its/{{itId}}"}}
inputs:
  itId: {{label: It Id, type: string, required: true, target: path}}
"""


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_packaged_files_have_none(cli: Cli) -> None:
    said = cli("check")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("no faults in ")


def test_all_faults_of_all_files_with_paths_from_here(cli: Cli) -> None:
    write("specs/actions/its/getIt.yaml", GOOD.format(key="getIt"))
    write("specs/actions/its/bad.yaml", GOOD.format(key="bad").replace("effect: read", "efect: read"))
    write("specs/actions/its/worse.yaml", "key: [\n")
    said = cli("check", "specs")
    assert said.code == 3
    lines = said.out.splitlines()
    assert lines[0].startswith("specs/actions/its/bad.yaml:1:1: the word 'effect' is missing")
    assert lines[1].startswith(
        "specs/actions/its/bad.yaml:4:1: the word 'efect' is not known here; did you mean effect"
    )
    assert lines[2].startswith("specs/actions/its/worse.yaml:")
    assert said.err == "3 faults in 3 files\n"


def test_a_program_gets_places_as_numbers(cli: Cli) -> None:
    write("specs/actions/its/bad.yaml", GOOD.format(key="other"))
    (fault,) = json.loads(cli("check", "specs", "--json").out)
    assert (fault["path"], fault["line"], fault["column"]) == ("specs/actions/its/bad.yaml", 1, 6)
    assert "they have to agree" in fault["message"]


def test_the_current_folder_is_checked_where_it_holds_specs(cli: Cli) -> None:
    write("actions/its/bad.yaml", "key: bad\n")
    assert "actions/its/bad.yaml:1:1" in cli("check").out


def test_one_file_or_one_folder_is_checked_with_what_it_shares(cli: Cli) -> None:
    write("specs/actions/its/_inputs.yaml", "inputs:\n  itId: {label: It Id, required: true, target: path}\n")
    shared = GOOD.format(key="getIt").replace("{label: It Id, type: string, required: true, target: path}", "{use: itId}")
    write("specs/actions/its/getIt.yaml", shared)
    write("specs/actions/others/bad.yaml", "key: bad\n")
    assert cli("check", "specs/actions/its/getIt.yaml").err == "no faults in 1 file\n"
    assert cli("check", "specs/actions/its").err == "no faults in 2 files\n"
    assert cli("check", "specs/actions").code == 3


def test_a_file_that_lies_nowhere_stands_alone(cli: Cli) -> None:
    write("getIt.yaml", GOOD.format(key="getIt"))
    assert cli("check", "getIt.yaml").code == 0
    write("getThat.yaml", GOOD.format(key="getIt"))
    assert "getThat.yaml:1:6: the key is 'getIt'" in cli("check", "getThat.yaml").out


def test_a_key_that_is_taken(cli: Cli) -> None:
    write("actions/its/getUser.yaml", GOOD.format(key="getUser"))
    assert "the key getUser is taken by actions/users/getUser.yaml" in cli("check", "actions").out


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff\xfe", "not UTF-8 text"), (b"key: a\nkey: b\n", "stands twice"), (b"", "keys and values")],
)
def test_files_that_are_hardly_yaml(cli: Cli, content: bytes, told: str) -> None:
    Path("odd.yaml").write_bytes(content)
    said = cli("check", "odd.yaml")
    assert said.code == 3
    assert told in said.out


def test_paths_that_are_none(cli: Cli) -> None:
    write("note.txt", "")
    write("empty/note.txt", "")
    for path, told in (("missing", "there is nothing at"), ("note.txt", "ends in .yaml"), ("empty", "holds none of")):
        said = cli("check", path)
        assert said.code == 2
        assert told in said.err
