"""Test `spec diff` and `spec drift`: text for a changelog, JSON for programs, and exit codes."""

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
    """Create a spec folder in two versions."""
    old = write_files(tmp_path / "old", {"actions/things/doThing.yaml": OLD})
    new = write_files(tmp_path / "new", {"actions/things/doThing.yaml": NEW})
    return str(old), str(new)


def test_a_breaking_change_exits_with_1(cli: Cli, folders: tuple[str, str]) -> None:
    result = cli("spec", "diff", *folders)
    assert result.code == 1
    assert result.out.splitlines() == [
        "### Breaking", "", "- `doThing`: the input `name` is now required.", "",
        "### Added", "", "- `doThing`: the input `more` was added.", "",
    ]  # fmt: skip
    output = json.loads(cli("spec", "diff", *folders, "--json").out)
    assert output["breaking"] == [{"part": "doThing", "message": "the input `name` is now required."}]
    assert (len(output["additive"]), output["other"]) == (1, [])


def test_additions_exit_with_20_and_no_changes_with_0(cli: Cli, folders: tuple[str, str]) -> None:
    old, new = folders
    result = cli("spec", "diff", new, old, "--breaking")
    assert (result.code, "`more` was removed" in result.out) == (1, True)
    Path(new, "actions/things/doThing.yaml").write_text(OLD + "  more: {label: More, target: body}\n", encoding="utf-8")
    result = cli("spec", "diff", old, new, "--breaking")
    assert (result.code, result.out) == (20, "")
    assert "No breaking changes." in result.err
    result = cli("spec", "diff", old, old)
    assert (result.code, result.out) == (0, "")
    assert "No changes." in result.err


def test_releases_are_compared_as_manifests(cli: Cli, folders: tuple[str, str]) -> None:
    for name, folder in zip(("old.json", "new.json"), folders, strict=True):
        assert cli("export", "manifest", "--specs", folder, "--out", name).code == 0
    result = cli("spec", "diff", "old.json", "new.json")
    assert result.code == 1
    assert "the input `name` is now required." in result.out


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("missing.json", None, 'cannot read "missing.json": no such file'),
        ("odd.json", "[]", "is not a manifest; `zoom-component export manifest --out FILE` writes one"),
        ("new.json", '{"format": 9, "actions": {}}', "expected a manifest of the format 2, got 9"),
        (".", None, "expected a folder that contains actions, triggers, sources or connections"),
    ],
)
def test_an_invalid_version_is_refused(cli: Cli, name: str, text: str | None, expected: str) -> None:
    if text is not None:
        Path(name).write_text(text, encoding="utf-8")
    result = cli("spec", "diff", name, name)
    assert result.code == 2
    assert expected in result.err


def test_invalid_specs_are_reported(cli: Cli, folders: tuple[str, str]) -> None:
    Path(folders[0], "actions/things/doThing.yaml").write_text("key: 1\n", encoding="utf-8")
    result = cli("spec", "diff", *folders)
    assert result.code == 3
    assert "doThing.yaml:1:" in result.err


def test_drift_reports_operations_and_changes(cli: Cli) -> None:
    paths = {"/users/{userId}/meetings": {"get": {"parameters": [], "deprecated": True}}}
    Path("openapi.json").write_text(json.dumps({"openapi": "3.0.0", "paths": paths}), encoding="utf-8")
    result = cli("spec", "drift", "openapi.json")
    assert result.code == 1
    assert "- `listMeetings`: the query parameter from of the input `from` was removed." in result.out
    assert "1 operation read; completely compared products: none." in result.err
    output = json.loads(cli("spec", "drift", "openapi.json", "--json").out)
    assert output["operations"] == 1
    assert {"part": "listMeetings", "message": "its operation is now deprecated."} in output["other"]
    assert cli("spec", "drift", "missing.yaml").code == 2
