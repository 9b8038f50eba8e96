"""`diff` and `drift`: words for a changelog, JSON for programs, and exit codes for pipelines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.lines import Cli
from tests.support.specs import complete_action_text, write_files

OLD = complete_action_text("inputs:\n  name: {label: Name, target: body}")
NEW = complete_action_text(
    "inputs:\n  name: {label: Name, required: true, target: body}\n  more: {label: More, target: body}"
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    """The specs of a folder before and after."""
    old = write_files(tmp_path / "old", {"actions/things/doThing.yaml": OLD})
    new = write_files(tmp_path / "new", {"actions/things/doThing.yaml": NEW})
    return str(old), str(new)


def test_what_breaks_callers_ends_in_one(cli: Cli, folders: tuple[str, str]) -> None:
    said = cli("diff", *folders)
    assert said.code == 1
    assert said.out.splitlines() == [
        "### Breaking", "", "- `doThing`: the input `name` is required now.", "",
        "### Added", "", "- `doThing`: there is an input `more`.", "",
    ]  # fmt: skip
    told = json.loads(cli("diff", *folders, "--json").out)
    assert told["breaking"] == [{"part": "doThing", "says": "the input `name` is required now."}]
    assert (len(told["additive"]), told["other"]) == (1, [])


def test_what_is_only_new_ends_in_twenty_and_nothing_in_nought(cli: Cli, folders: tuple[str, str]) -> None:
    old, new = folders
    said = cli("diff", new, old, "--breaking")
    assert (said.code, "`more` is gone" in said.out) == (1, True)
    Path(new, "actions/things/doThing.yaml").write_text(OLD + "  more: {label: More, target: body}\n", encoding="utf-8")
    said = cli("diff", old, new, "--breaking")
    assert (said.code, said.out) == (20, "")
    assert "Nothing that breaks callers." in said.err
    said = cli("diff", old, old)
    assert (said.code, said.out) == (0, "")
    assert "Nothing changed." in said.err


def test_releases_are_compared_as_manifests(cli: Cli, folders: tuple[str, str]) -> None:
    for name, folder in zip(("old.json", "new.json"), folders, strict=True):
        assert cli("export", "manifest", "--specs", folder, "--out", name).code == 0
    said = cli("diff", "old.json", "new.json")
    assert said.code == 1
    assert "the input `name` is required now." in said.out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("missing.json", None, "cannot be read: no such file"),
        ("odd.json", "[]", "is no manifest; `zoom-component export manifest --out FILE` writes one"),
        ("new.json", '{"format": 9, "actions": {}}', "has the format 9, and 1 is read here"),
        (".", None, "holds none of actions, triggers, sources, connections"),
    ],
)
def test_what_is_no_state_is_told(cli: Cli, name: str, text: str | None, told: str) -> None:
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    said = cli("diff", name, name)
    assert said.code == 2
    assert told in said.err


def test_faulty_specs_are_told(cli: Cli, folders: tuple[str, str]) -> None:
    Path(folders[0], "actions/things/doThing.yaml").write_text("key: 1\n", encoding="utf-8")
    said = cli("diff", *folders)
    assert said.code == 3
    assert "doThing.yaml:1:" in said.err


def test_drift_tells_what_was_read_and_what_it_means(cli: Cli) -> None:
    paths = {"/users/{userId}/meetings": {"get": {"parameters": [], "deprecated": True}}}
    Path("openapi.json").write_text(json.dumps({"openapi": "3.0.0", "paths": paths}), encoding="utf-8")
    said = cli("drift", "openapi.json")
    assert said.code == 1
    assert "- `listMeetings`: `from` is sent to query from, which is gone." in said.out
    assert "1 operations read; compared in whole: no product." in said.err
    told = json.loads(cli("drift", "openapi.json", "--json").out)
    assert told["operations"] == 1
    assert {"part": "listMeetings", "says": "its operation is deprecated now."} in told["other"]
    assert cli("drift", "missing.yaml").code == 2
