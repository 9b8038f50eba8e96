"""Test `spec check`: it reports every problem with its location."""

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


def test_the_packaged_files_have_no_problems(cli: Cli) -> None:
    result = cli("spec", "check")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("No problems in ")


def test_every_problem_of_every_file_has_a_relative_path(cli: Cli) -> None:
    write("specs/actions/its/getIt.yaml", GOOD.format(key="getIt"))
    write("specs/actions/its/bad.yaml", GOOD.format(key="bad").replace("effect: read", "efect: read"))
    write("specs/actions/its/worse.yaml", "key: [\n")
    result = cli("spec", "check", "specs")
    assert result.code == 3
    lines = result.out.splitlines()
    assert lines[0].startswith('specs/actions/its/bad.yaml:1:1: missing key "effect"')
    assert lines[1].startswith('specs/actions/its/bad.yaml:4:1: unknown key "efect"; did you mean effect')
    assert lines[2].startswith("specs/actions/its/worse.yaml:")
    assert result.err == "3 problems in 3 files.\n"


def test_json_output_has_line_and_column(cli: Cli) -> None:
    write("specs/actions/its/bad.yaml", GOOD.format(key="other"))
    (problem,) = json.loads(cli("spec", "check", "specs", "--json").out)
    assert (problem["path"], problem["line"], problem["column"]) == ("specs/actions/its/bad.yaml", 1, 6)
    assert "as in the name of the file" in problem["message"]


def test_the_current_folder_is_checked_if_it_has_specs(cli: Cli) -> None:
    write("actions/its/bad.yaml", "key: bad\n")
    assert "actions/its/bad.yaml:1:1" in cli("spec", "check").out


def test_a_file_or_folder_is_checked_with_its_shared_inputs(cli: Cli) -> None:
    write("specs/actions/its/_inputs.yaml", "inputs:\n  itId: {label: It Id, required: true, target: path}\n")
    own = "{label: It Id, type: string, required: true, target: path}"
    shared = GOOD.format(key="getIt").replace(own, "{use: itId}")
    write("specs/actions/its/getIt.yaml", shared)
    write("specs/actions/others/bad.yaml", "key: bad\n")
    assert cli("spec", "check", "specs/actions/its/getIt.yaml").err == "No problems in 1 file.\n"
    assert cli("spec", "check", "specs/actions/its").err == "No problems in 2 files.\n"
    assert cli("spec", "check", "specs/actions").code == 3


def test_a_file_outside_of_spec_folders_is_checked_alone(cli: Cli) -> None:
    write("getIt.yaml", GOOD.format(key="getIt"))
    assert cli("spec", "check", "getIt.yaml").code == 0
    write("getThat.yaml", GOOD.format(key="getIt"))
    assert 'getThat.yaml:1:6: key: expected "getThat"' in cli("spec", "check", "getThat.yaml").out


def test_a_duplicate_key_is_a_problem(cli: Cli) -> None:
    write("actions/its/getUser.yaml", GOOD.format(key="getUser"))
    assert 'duplicate key "getUser"; it is already in actions/users/getUser.yaml' in cli("spec", "check", "actions").out


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"\xff\xfe", "not UTF-8 text"), (b"key: a\nkey: b\n", 'duplicate key "key"'), (b"", "expected a mapping")],
)
def test_files_that_are_not_yaml_are_problems(cli: Cli, content: bytes, expected: str) -> None:
    Path("odd.yaml").write_bytes(content)
    result = cli("spec", "check", "odd.yaml")
    assert result.code == 3
    assert expected in result.out


def test_invalid_paths_are_refused(cli: Cli) -> None:
    write("note.txt", "")
    write("empty/note.txt", "")
    for path, output in (
        ("missing", "expected an existing path"),
        ("note.txt", "expected a folder or a .yaml or .json file"),
        ("empty", 'found no spec file in "empty"; expected a folder with one of actions/'),
    ):
        result = cli("spec", "check", path)
        assert result.code == 2
        assert output in result.err


def test_a_json_file_is_checked_with_its_places(cli: Cli) -> None:
    write("specs/actions/its/getIt.json", '{"key": "getIt",\n "label": "Get It",\n "efect": "read",\n}')
    result = cli("check", "specs/actions/its/getIt.json")
    assert result.code == 3
    assert 'specs/actions/its/getIt.json:3:2: unknown key "efect"; did you mean effect?' in result.out
    assert "specs/actions/its/getIt.json:3:17: not JSON: expected no comma before }" in result.out
    assert result.err.endswith(" in 1 file.\n")


@pytest.mark.parametrize("words", [("specs",), ("specs/actions",), ("specs/actions/its",), ("--specs", "specs")])
def test_a_folder_without_a_spec_file_is_not_a_success(cli: Cli, words: tuple[str, ...]) -> None:
    write("specs/actions/its/notes.txt", "")
    result = cli("check", *words)
    assert result.code == 2
    assert f'found no spec file in "{words[-1]}"; expected .yaml or .json files in actions/' in result.err


def test_a_folder_without_a_spec_file_is_named_beside_others(cli: Cli) -> None:
    write("one/actions/its/getIt.yaml", GOOD.format(key="getIt"))
    write("two/actions/notes.txt", "")
    assert 'found no spec file in "two"' in cli("check", "one", "two").err
