"""spec/README.md: every word of the language and no other, and every example of it read and held against the models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.tools.export.pages import Block, blocks, shown, tables

from zoom_component.spec.builder import build_specs
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.spec_files import find_spec_files
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.tools.export.language_page import fill_language_page
from zoom_component.tools.export.value_wording import VALUES
from zoom_component.tools.export.wording import EXAMPLES, MEANINGS
from zoom_component.tools.export.words import MODELS, literals, words

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "spec/README.md").read_text(encoding="utf-8")
BLOCKS = list(blocks(PAGE))
REQUEST = "{method: GET, path: /groups}"
ACTION = f"key: listTeams\nlabel: List Teams\ndescription: List the groups\neffect: create\nrequest: {REQUEST}\n"
# The smallest mapping of each model that is whole, to which one word is added.
WHOLE: dict[str, str] = {
    "ActionFile": ACTION,
    "RequestFile": "method: GET\npath: /groups\n",
    "InputFile": "label: Topic\n",
    "EachFile": "sends: string\n",
    "ToolkitFile": "listed: true\n",
    "ToolFile": "rateLimit: LIGHT\n",
    "RuleFile": "inputs: [topic]\naccepts: {}\nmessage: Never.\n",
    "PagesFile": "items: groups\n",
    "SunsetFile": "instead: listTeams\n",
    "MergeFile": "read: /groups\ngroups: [settings]\n",
    "DailyFile": "name: groups\nlimit: 1\nper: [topic]\n",
    "ExampleFile": f"inputs: {{}}\nsends: {REQUEST}\n",
    "SentFile": "method: GET\npath: /groups\n",
    "SharedInputsFile": "inputs: {}\n",
    "ConnectionFile": "key: app\nlabel: App\ndescription: An app\ngrant: account_credentials\ninputs: {}\n",
    "TriggerFile": "key: hook\nlabel: Hook\ndescription: A hook\n",
    "FieldFile": "type: string\n",
    "PollFile": "action: listGroups\n",
    "GivenFile": "setting: userId\n",
    "SpanFile": "first: from\nlast: to\ndays: 30\n",
    "ItemsFile": "identity: [id]\n",
    "SnapshotFile": "compare: [topic]\n",
    "ListFile": "by: id\n",
    "ChangesFile": "field: changed\ntells: names\n",
    "TypeFile": "event: changed\n",
    "DataSourceFile": "key: pick\nlabel: Pick\ndescription: A list\naction: listGroups\n"
    'lists: [{items: groups, value: [id], label: ["{name}"]}]\n',
    "ListedFile": 'items: groups\nvalue: [id]\nlabel: ["{name}"]\n',
    "ShownFile": "cut: 3\n",
    "SearchFile": "input: searchKey\n",
}


def tabled() -> dict[str, list[dict[str, str]]]:
    """The rows of each table of words, by model."""
    found = re.findall(r"<!-- words: (\w+) -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    return {name: next(tables(text)) for name, text in found}


def valued() -> dict[tuple[str, str], list[str]]:
    """The values of each table of values, by model and word."""
    found = re.findall(r"<!-- values: (\w+) (\w+) -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    return {(name, word): [shown(row["Value"]) for row in next(tables(text))] for name, word, text in found}


TABLED = tabled()
ROWS = [(name, shown(row["Word"]), shown(row["Example"])) for name, rows in TABLED.items() for row in rows]


def test_every_model_is_on_the_page() -> None:
    assert sorted(TABLED) == sorted(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_every_word_of_a_model_is_on_the_page_and_no_other(name: str) -> None:
    assert [shown(row["Word"]) for row in TABLED[name]] == words(name)
    assert all(row["Meaning"].endswith(".") for row in TABLED[name])


@pytest.mark.parametrize("name", MODELS)
def test_no_example_or_meaning_is_kept_for_a_word_that_is_no_more(name: str) -> None:
    assert set(EXAMPLES[name]) == set(words(name))
    assert set(MEANINGS.get(name, ())) <= set(words(name))


@pytest.mark.parametrize(("name", "word", "example"), ROWS, ids=[f"{name}.{word}" for name, word, _ in ROWS])
def test_the_smallest_example_is_read_and_held(name: str, word: str, example: str) -> None:
    assert example.startswith(f"{word}: ")
    kept = [line for line in WHOLE[name].splitlines() if not line.startswith(f"{word}:")]
    located = parse_yaml("\n".join([*kept, example]) + "\n", f"{name}.yaml")
    validate_document(located, MODELS[name])
    assert [str(fault) for fault in located.diagnostics] == []
    assert located.value[word] is not None


@pytest.mark.parametrize(("name", "word"), valued())
def test_every_value_of_a_closed_list_is_on_the_page(name: str, word: str) -> None:
    assert valued()[name, word] == literals(name, word)


def test_the_closed_lists_that_need_words_have_them() -> None:
    assert {word for _, word in valued()} == set(VALUES)
    assert ("InputFile", "sends") in valued()


def whole(block: Block, root: Path) -> None:
    """Writes a block as the file that it is, or as a file around the part that it is."""
    path, text = block.words.get("file", "actions/teams/part.yaml"), block.text
    if "in" in block.words:
        # No facts stand behind this path, so that any word may be shown on it.
        where = "/teams/{userId}" if "userId" in text else "/teams"
        head = ACTION.replace("listTeams", "part").replace(REQUEST, f'{{method: POST, path: "{where}"}}')
        inputs = "".join(f"  {line}\n" for line in text.splitlines())
        text = head + (text if block.words["in"] == "action" else f"inputs:\n{inputs}")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("at", range(len(BLOCKS)), ids=lambda at: next(iter(BLOCKS[at].words.values()), str(at)))
def test_every_block_of_the_page_passes_the_checker(at: int, tmp_path: Path) -> None:
    # What the others use: shared inputs, and the action that is polled.
    for name in ("actions/_inputs.yaml", "actions/groups/listGroups.yaml"):
        known: Any = next(block for block in BLOCKS if block.words.get("file") == name)
        whole(known, tmp_path)
    whole(BLOCKS[at], tmp_path)
    built = build_specs(find_spec_files(tmp_path))
    assert [str(fault) for fault in built.diagnostics] == []


def test_the_tables_are_made_of_the_models() -> None:
    assert fill_language_page(PAGE) == PAGE
    emptied = re.sub(r"(<!-- (?:words|values): [^>]+ -->\n).*?(<!-- end -->)", r"\1\2", PAGE, flags=re.DOTALL)
    assert emptied != PAGE
    assert fill_language_page(emptied) == PAGE


def test_a_marker_that_names_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no model 'InputsFile'; there are .*InputFile"):
        fill_language_page("<!-- words: InputsFile -->\n<!-- end -->\n")
