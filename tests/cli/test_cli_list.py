"""Test `list`: grouping by resource, search, and a small set of imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.lines import Cli

from zoom_component.spec.catalogue import Catalogue

HEAVY = (
    "httpx",
    "pydantic",
    "yaml",
    "dataclasses",
    "typing",
    "shutil",
    "importlib.metadata",
    "zoom_component.component",
)


def test_json_output_has_a_row_for_every_action(cli: Cli) -> None:
    rows = json.loads(cli("list").out)
    assert [row["key"] for row in rows] == Catalogue().action_keys()
    assert {"key", "label", "description", "resource", "effect", "method", "path"} <= set(rows[0])


def test_actions_are_grouped_by_resource_on_a_terminal(cli: Cli) -> None:
    lines = cli("list", "--resource", "users", terminal=True).out.splitlines()
    assert "users" in lines[0]
    assert any(line.split()[:2] == ["createUser", "create"] for line in lines)
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize("word", ["invit", "INVITATION", "getMeetingInv"])
def test_a_word_is_searched_in_key_label_and_description(cli: Cli, word: str) -> None:
    assert "getMeetingInvitation" in [row["key"] for row in json.loads(cli("list", word).out)]


def test_an_effect_selects_actions(cli: Cli) -> None:
    rows = json.loads(cli("list", "--effect", "delete").out)
    assert "deleteUser" in [row["key"] for row in rows]
    assert {row["effect"] for row in rows} == {"delete"}


def test_an_unknown_resource_gets_a_suggestion(cli: Cli) -> None:
    result = cli("list", "--resource", "meeting")
    assert result.code == 2
    assert "did you mean meetings?" in result.err


def test_an_empty_list_is_reported_and_not_an_error(cli: Cli) -> None:
    result = cli("list", "zzz", terminal=True)
    assert (result.code, result.out) == (0, "")
    assert "No action matches" in result.err


def test_styles_are_only_used_on_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "\033[1m" in cli("list", terminal=True).out
    assert "\033" not in cli("list", "--json", terminal=True).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in cli("list", terminal=True).out


def test_a_further_folder_adds_its_actions(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("spec", "new", "action", "myAction", "--in", ".").code == 0
    assert "myAction" in cli("list", "--specs", ".").out
    assert "myAction" not in cli("list").out
    monkeypatch.setenv("ZOOM_COMPONENT_SPECS", ".")
    assert "myAction" in cli("list").out


def test_a_folder_without_specs_is_refused(cli: Cli) -> None:
    assert "expected a folder with actions/" in cli("list", "--specs", ".").err
    result = cli("list", "--specs", "nowhere")
    assert result.code == 2
    assert "is not a folder" in result.err


def test_invalid_files_are_mentioned(cli: Cli) -> None:
    Path("actions/x").mkdir(parents=True)
    Path("actions/x/odd.yaml").write_text("key: odd\n")
    result = cli("list", "--specs", ".")
    assert result.code == 0
    assert "getUser" in result.out
    assert "`zoom-component spec check` lists them" in result.err


def test_list_imports_no_heavy_modules() -> None:
    code = (
        "import sys; from zoom_component.cli.main import main; main(['list']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # compiles the specs once
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
