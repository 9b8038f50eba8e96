"""Test the diagnostics of invalid files. Each file has the expected diagnostics in its comments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.specs import compile_files

FOLDER = Path(__file__).parent.parent / "specs" / "invalid"
HOMES = {
    "actions": "actions/things/{}.yaml",
    "connections": "connections/{}.yaml",
    "sources": "sources/{}.yaml",
    "triggers": "triggers/{}.yaml",
}
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "_shared")


def find_folder(path: Path, text: str) -> str:
    kind = re.search(r"^# kind: (\w+)$", text, re.MULTILINE)
    name = kind.group(1) if kind else "actions"
    return "actions/things/_inputs.yaml" if name == "shared" else HOMES[name].format(path.stem)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_problem_is_reported_with_its_position_and_a_suggestion(path: Path) -> None:
    content = path.read_bytes()
    text = content.decode("utf-8", "replace")
    expected = re.findall(r"^# expect: (.+)$", text, re.MULTILINE)
    assert expected, f"{path.name} has no `# expect:` comment"

    name = find_folder(path, text)
    found = compile_files({"actions/_inputs.yaml": (FOLDER / "_shared.yaml").read_bytes(), name: content})

    assert [f"{each.line}:{each.column}: {each.message}" for each in found.diagnostics] == expected
    assert all(each.path.endswith(name) for each in found.diagnostics)
    assert not found.actions
    assert not found.connections
    assert not found.triggers
    assert not found.sources


def test_the_files_cover_every_kind_of_problem() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in FILES)
    for sentence in (
        "duplicate key", "unknown key", "missing key", "not UTF-8", "not YAML", "a tab", "leading zero", "aliases",
        "anchors", "tags", "a second one begins here", "expected text as a key", "default: expected",
        "both a default", "have no pagination", "name of the file", "unknown shared input", "unknown input",
        "no input has the target", "has no query parameter", "the body of", "the operation takes",
        "not a JSON Schema", "not a regular expression", "it is now called",
    ):  # fmt: skip
        assert sentence in texts, f"no invalid file shows: {sentence}"


def test_an_invalid_file_does_not_affect_the_others() -> None:
    good = "key: good\nlabel: Good\ndescription: Fine\neffect: read\nrequest: {method: GET, path: /things}\n"
    found = compile_files({"actions/things/good.yaml": good, "actions/things/bad.yaml": "key: [\n"})
    assert set(found.actions) == {"good"}
    assert set(found.invalid) == {"bad"}


def test_problems_are_sorted_by_file_and_line() -> None:
    found = compile_files({"actions/a/two.yaml": "key: two\n", "actions/a/one.yaml": "zzz: 1\nyyy: 2\n"})
    places = [(Path(each.path).name, each.line) for each in found.diagnostics]
    assert places == sorted(places)
    assert {name for name, _ in places} == {"one.yaml", "two.yaml"}


def test_a_key_is_unique_in_all_folders() -> None:
    text = "key: twin\nlabel: Twin\ndescription: One\neffect: read\nrequest: {method: GET, path: /things}\n"
    found = compile_files({"actions/a/twin.yaml": text, "actions/b/twin.yaml": text})
    assert [each.message for each in found.diagnostics] == [
        'duplicate key "twin"; it is already in actions/a/twin.yaml'
    ]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    from zoom_component.paths import SpecFileInfo
    from zoom_component.spec.builder import build_specs

    source = SpecFileInfo(tmp_path, "actions/a/gone.yaml", "action", 1, 1)
    assert "cannot read the file" in str(build_specs([source]).diagnostics[0])
