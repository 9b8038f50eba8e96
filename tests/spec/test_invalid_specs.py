"""The catalogue of bad files: each says at its head what `check` has to say about it, place by place."""

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


def home_of(path: Path, text: str) -> str:
    kind = re.search(r"^# kind: (\w+)$", text, re.MULTILINE)
    name = kind.group(1) if kind else "actions"
    return "actions/things/_inputs.yaml" if name == "shared" else HOMES[name].format(path.stem)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fault_is_told_with_its_place_and_the_right_word(path: Path) -> None:
    content = path.read_bytes()
    text = content.decode("utf-8", "replace")
    expected = re.findall(r"^# expect: (.+)$", text, re.MULTILINE)
    assert expected, f"{path.name} says nothing about what is wrong with it"

    name = home_of(path, text)
    found = compile_files({"actions/_inputs.yaml": (FOLDER / "_shared.yaml").read_bytes(), name: content})

    assert [f"{fault.line}:{fault.column}: {fault.message}" for fault in found.diagnostics] == expected
    assert all(fault.path.endswith(name) for fault in found.diagnostics)
    assert not found.actions
    assert not found.connections
    assert not found.triggers
    assert not found.sources


def test_the_catalogue_covers_the_languages_own_words() -> None:
    said = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in FILES)
    for sentence in (
        "stands twice", "not known here", "is missing", "not UTF-8", "not YAML", "a tab", "leading zero", "aliases",
        "anchors", "tags", "a second begins here", "keys are text", "is not a choice", "exclude each other",
        "does not page", "the file is called", "no shared input", "no input is called", "no input goes to",
        "takes no query", "the body of", "the operation wants", "not a JSON Schema", "not a regular expression",
    ):  # fmt: skip
        assert sentence in said, f"no bad file shows: {sentence}"


def test_a_faulty_file_leaves_the_others_standing() -> None:
    good = "key: good\nlabel: Good\ndescription: Fine\neffect: read\nrequest: {method: GET, path: /things}\n"
    found = compile_files({"actions/things/good.yaml": good, "actions/things/bad.yaml": "key: [\n"})
    assert set(found.actions) == {"good"}
    assert set(found.invalid) == {"bad"}


def test_faults_of_several_files_come_in_the_order_of_files_and_lines() -> None:
    found = compile_files({"actions/a/two.yaml": "key: two\n", "actions/a/one.yaml": "zzz: 1\nyyy: 2\n"})
    places = [(Path(fault.path).name, fault.line) for fault in found.diagnostics]
    assert places == sorted(places)
    assert {name for name, _ in places} == {"one.yaml", "two.yaml"}


def test_one_key_is_one_action_in_all_folders() -> None:
    text = "key: twin\nlabel: Twin\ndescription: One\neffect: read\nrequest: {method: GET, path: /things}\n"
    found = compile_files({"actions/a/twin.yaml": text, "actions/b/twin.yaml": text})
    assert [fault.message for fault in found.diagnostics] == ["the key twin is taken by actions/a/twin.yaml"]


def test_a_file_that_cannot_be_read_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    from zoom_component.spec.builder import build_specs
    from zoom_component.spec.spec_files import SpecFileInfo

    source = SpecFileInfo(tmp_path, "actions/a/gone.yaml", "action", 1, 1)
    assert "cannot be read" in str(build_specs([source]).diagnostics[0])
