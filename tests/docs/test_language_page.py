"""Test spec/README.md: it has every key of the language, and every example of it is valid."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.tools.export.pages import Block, parse_blocks, parse_tables, render_cell

from zoom_component import Component
from zoom_component.paths import find_spec_files
from zoom_component.spec.builder import build_specs
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.examples import list_examples, run_example
from zoom_component.tools.export.language_page import (
    LANGUAGE_MODELS,
    fill_language_page,
    list_literals,
    list_value_meanings,
    model_keys,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "spec/README.md").read_text(encoding="utf-8")
BLOCKS = list(parse_blocks(PAGE))
REQUEST = "{method: GET, path: /groups}"
ACTION = f"key: listTeams\nlabel: List Teams\ndescription: List the groups\neffect: create\nrequest: {REQUEST}\n"


def parse_key_tables() -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table of keys, by model."""
    matches = re.findall(r"<!-- keys: (\w+) -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    return {name: next(parse_tables(text)) for name, text in matches}


def parse_value_tables() -> dict[tuple[str, str], list[str]]:
    """Return the values of each table of values, by model and key."""
    matches = re.findall(r"<!-- values: (\w+) (\w+) -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    return {(name, key): [render_cell(row["Value"]) for row in next(parse_tables(text))] for name, key, text in matches}


KEY_TABLES = parse_key_tables()
ROWS = [
    (name, render_cell(row["Key"]), render_cell(row["Example"])) for name, rows in KEY_TABLES.items() for row in rows
]
EXAMPLES = {(name, key): example for name, key, example in ROWS}


def test_every_model_is_on_the_page() -> None:
    assert sorted(KEY_TABLES) == sorted(LANGUAGE_MODELS)


@pytest.mark.parametrize("name", LANGUAGE_MODELS)
def test_the_page_has_exactly_the_keys_of_a_model(name: str) -> None:
    assert [render_cell(row["Key"]) for row in KEY_TABLES[name]] == list(model_keys(name))
    assert all(row["Meaning"].endswith(".") for row in KEY_TABLES[name])


@pytest.mark.parametrize(("name", "key", "example"), ROWS, ids=[f"{name}.{key}" for name, key, _ in ROWS])
def test_the_example_of_a_key_is_valid(name: str, key: str, example: str) -> None:
    assert example.startswith(f"{key}: ")
    required = [each for each, info in model_keys(name).items() if info.is_required() and each != key]
    document = parse_yaml("\n".join([*(EXAMPLES[name, each] for each in required), example]) + "\n", f"{name}.yaml")
    validate_document(document, LANGUAGE_MODELS[name])
    assert [str(each) for each in document.diagnostics] == []
    assert document.value[key] is not None


@pytest.mark.parametrize(("name", "key"), parse_value_tables())
def test_every_value_of_a_closed_list_is_on_the_page(name: str, key: str) -> None:
    assert parse_value_tables()[name, key] == list_literals(name, key) == list(list_value_meanings(name, key))


def test_every_list_of_meanings_is_on_the_page() -> None:
    explained = {(name, key) for name in LANGUAGE_MODELS for key in model_keys(name) if list_value_meanings(name, key)}
    assert set(parse_value_tables()) == explained


def write_block(block: Block, root: Path) -> None:
    """Write a block as the file that it is, or as a file around the part that it is."""
    path, text = block.words.get("file", "actions/teams/part.yaml"), block.text
    if "in" in block.words:
        # No operation has this path, so that any key can be shown.
        url = "/teams/{userId}" if "userId" in text else "/teams"
        head = ACTION.replace("listTeams", "part").replace(REQUEST, f'{{method: POST, path: "{url}"}}')
        inputs = "".join(f"  {line}\n" for line in text.splitlines())
        text = head + (text if block.words["in"] == "action" else f"inputs:\n{inputs}")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("at", range(len(BLOCKS)), ids=lambda at: next(iter(BLOCKS[at].words.values()), str(at)))
def test_every_block_of_the_page_has_no_problems(at: int, tmp_path: Path) -> None:
    # Other blocks use these: shared inputs, and the action of the poll.
    for name in ("actions/_inputs.yaml", "actions/groups/listGroups.yaml"):
        block: Any = next(block for block in BLOCKS if block.words.get("file") == name)
        write_block(block, tmp_path)
    write_block(BLOCKS[at], tmp_path)
    assert [str(each) for each in build_specs(find_spec_files(tmp_path)).diagnostics] == []


def test_the_examples_of_the_first_action_send_their_requests(tmp_path: Path) -> None:
    block = next(block for block in BLOCKS if block.words.get("file") == "actions/groups/listGroups.yaml")
    write_block(block, tmp_path)
    component = Component.load(tmp_path)
    examples = list(list_examples(component, "listGroups"))
    assert examples
    for example in examples:
        outcome = run_example(component, example, tmp_path / block.words["file"])
        assert [line for failure in outcome.failures for line in failure.format_lines()] == []


def test_the_tables_are_filled_from_the_models() -> None:
    assert fill_language_page(PAGE) == PAGE
    emptied = re.sub(r"(<!-- (?:keys|values): [^>]+ -->\n).*?(<!-- end -->)", r"\1\2", PAGE, flags=re.DOTALL)
    assert emptied != PAGE
    assert fill_language_page(emptied) == PAGE


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown model InputsModel; expected one of .*InputModel"):
        fill_language_page("<!-- keys: InputsModel -->\n<!-- end -->\n")
