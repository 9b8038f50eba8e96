"""Test the content of the generated pages, and that unchanged pages are not written again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.tools.export.pages import find_section, parse_blocks, parse_tables, render_cell

from zoom_component import errors
from zoom_component.errors import SpecError
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.definition import build_definition
from zoom_component.tools.export.docs import EVENTS_MARK, GENERATED_MARK, build_pages, write_pages
from zoom_facts import iter_operations, list_event_names, list_event_summaries
from zoom_sandbox.coverage import published_events, stateful_operations

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT: Mapping[str, Any] = json.loads((ROOT / "tests/zoom_facts/component.json").read_text(encoding="utf-8"))
PAGES = build_pages(ROOT, stateful_operations(), published_events())
EXPORTED = build_definition(Catalogue())
DOCUMENTED = [facts for facts in DOCUMENT["actions"] if facts["inputs"]]
ACTION = """\
key: listTeams
label: List Teams
description: List the groups
effect: read
request: {method: GET, path: /groups}
"""


def format_first_cell(facts: Mapping[str, Any]) -> str:
    """Return the first cell of an input's row, as the component document shows it."""
    required = " / Required" if facts["required"] else ""
    hidden = " Hidden Field" if facts["hidden"] else ""
    collection = f" {facts['collection'].title()}" if facts["collection"] else ""
    return f"{facts['label']} {facts['type']}{required}{hidden}{collection} {facts['key']}"


def write_action(root: Path, text: str = ACTION) -> Path:
    """Write a folder with one action."""
    path = root / "actions" / "teams" / "listTeams.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", PAGES)
def test_every_generated_file_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path], "run: zoom-component spec docs"


def test_no_obsolete_file_is_left() -> None:
    assert write_pages(ROOT, True, stateful_operations=stateful_operations(), announced_events=published_events()) == []


def test_the_coverage_page_has_every_operation_once() -> None:
    rows = [row for table in list(parse_tables(PAGES["docs/sandbox-coverage.md"]))[1:] for row in table]
    rows_by_name = {render_cell(row["Operation"]): row["Answer"] for row in rows}
    assert len(rows) == len(rows_by_name) == len(list(iter_operations()))
    assert {name for name, how in rows_by_name.items() if how == "stateful"} == {
        " ".join(each) for each in stateful_operations()
    }


def test_the_events_page_has_every_event_once() -> None:
    rows = [row for table in list(parse_tables(PAGES["docs/events.md"]))[1:] for row in table]
    rows_by_name = {render_cell(row["Event"]): row for row in rows}
    assert len(rows) == len(rows_by_name) == 535
    assert set(rows_by_name) == set(list_event_names())
    assert {name for name, row in rows_by_name.items() if row["Schema"] == "known"} == {
        head.name for head in list_event_summaries() if head.has_schema
    }
    assert {name for name, row in rows_by_name.items() if row["Sandbox"] == "sends"} == published_events()


@pytest.mark.parametrize("facts", DOCUMENTED, ids=lambda facts: facts["key"])
def test_the_component_page_has_the_documents_tables(facts: Mapping[str, Any]) -> None:
    part = find_section(PAGES["docs/component.md"], f"### {facts['label']}")
    assert part.strip().splitlines()[0] == f"{facts['description']} | key: `{facts['key']}`"
    table, *advanced = parse_tables(part)
    assert len(advanced) == ("#### Advanced Inputs of" in part)
    rows = {render_cell(row["Input"]): row for row in table}
    for known in facts["inputs"]:
        if (facts["key"], known["key"]) == ("updateMeeting", "recurrence"):
            known = {**known, "required": False}
        row = rows[format_first_cell(known)]
        assert render_cell(row.get("Default", "")) == (known["default"] or "")
        assert render_cell(row.get("Example", "")) == (known["example"] or "")
        assert bool(row["Notes"]) == known["has_notes"]
    documented = [format_first_cell(known) for known in facts["inputs"] if known["key"] != "recurrence"]
    assert [name for name in rows if name in documented] == documented


@pytest.mark.parametrize("facts", DOCUMENTED, ids=lambda facts: facts["key"])
def test_the_component_page_has_the_documents_payloads(facts: Mapping[str, Any]) -> None:
    part = find_section(PAGES["docs/component.md"], f"### {facts['label']}")
    payloads = [json.loads(block.text) for block in parse_blocks(part)]
    assert payloads == ([] if facts["example_payload"] is None else [facts["example_payload"]])
    assert (f"#### Example Payload for {facts['label']}" in part) == bool(payloads)


def test_a_table_has_only_columns_that_an_input_fills() -> None:
    part = find_section(PAGES["docs/component.md"], "### Webhook")
    (table,) = parse_tables(part)
    assert list(table[0]) == ["Input", "Notes", "Example"]
    assert render_cell(table[0]["Input"]) == "Zoom Webhook Secret Token string / Required webhookSecretToken"


def test_the_component_page_has_the_order_of_the_document() -> None:
    page = PAGES["docs/component.md"]
    heads = [line for line in page.splitlines() if line.startswith("#") and not line.startswith("####")]
    assert heads[:3] == ["# Zoom Component", "## Description", "## Connections"]
    assert heads[3:7] == ["### OAuth 2.0", "### Server to Server", "## Triggers", "### Webhook"]
    assert heads[7:] == ["## Actions", *(f"### {action['label']}" for action in EXPORTED["actions"])]
    assert "Component key: `zoom`" in page


def test_every_action_is_on_a_resource_page() -> None:
    for row in Catalogue().listing():
        part = find_section(PAGES[f"docs/actions/{row['resource']}.md"], f"## {row['label']}")
        assert f"key: `{row['key']}`" in part
        assert f"`{row['method']} {row['path']}`" in part or row["key"] == "rawRequest"
        assert f"zoom-component run {row['key']}" in part
        assert f'"{row["key"]}"' in part
        assert row["rate_limit"] is None or f"Rate limit label: {row['rate_limit']}" in part


def test_a_resource_page_has_scopes_choices_plans_and_codes() -> None:
    part = find_section(PAGES["docs/actions/meetings.md"], "## Create Meeting")
    for text in ("`meeting:write`", "`meeting:write:meeting`", "`1` Daily", "Rate limit label: LIGHT", "`not_found`"):
        assert text in part


def test_the_errors_page_has_every_kind_with_its_exit_code() -> None:
    tables = list(parse_tables(PAGES["docs/errors.md"]))
    [kinds] = [table for table in tables if "Exit code" in table[0]]
    [codes] = [table for table in tables if "Kind" in table[0] and table is not kinds]
    rows_by_name = {row["Kind"].strip("`"): int(row["Exit code"]) for row in kinds}
    classes = [getattr(errors, name) for name in errors.__all__ if name not in ("Problem", "ComponentError")]
    assert rows_by_name == {known.kind: known.exit_code for known in classes}
    known = json.loads((ROOT / "spec/zoom/errors.json").read_text(encoding="utf-8"))["codes"]
    assert [row["Kind"].strip("`") for row in codes] == [row["kind"] for row in known]


def test_pages_are_marked_as_generated() -> None:
    for path, text in PAGES.items():
        if path.startswith("docs/"):
            assert text.startswith((GENERATED_MARK, EVENTS_MARK))
            assert text.endswith("\n")
            assert "\n\n\n" not in text


def test_unchanged_pages_are_not_written_again(tmp_path: Path) -> None:
    write_action(tmp_path)
    first = write_pages(tmp_path)
    assert "docs/actions/teams.md" in first
    assert "spec/action.schema.json" in first
    assert write_pages(tmp_path) == []
    assert write_pages(tmp_path, check=True) == []


def test_a_check_returns_outdated_pages_and_writes_nothing(tmp_path: Path) -> None:
    path = write_action(tmp_path)
    assert write_pages(tmp_path, check=True)
    assert not (tmp_path / "docs").exists()
    write_pages(tmp_path)
    path.write_text(ACTION.replace("List the groups", "List every group"), encoding="utf-8")
    assert write_pages(tmp_path, check=True) == ["docs/actions/README.md", "docs/actions/teams.md", "docs/component.md"]


def test_the_page_of_a_removed_resource_is_deleted_and_a_handwritten_page_is_kept(tmp_path: Path) -> None:
    path = write_action(tmp_path)
    write_pages(tmp_path)
    by_hand = tmp_path / "docs" / "actions" / "notes.md"
    by_hand.write_text("# Notes\n", encoding="utf-8")
    path.unlink()
    assert "docs/actions/teams.md" in write_pages(tmp_path)
    assert not (tmp_path / "docs/actions/teams.md").exists()
    assert by_hand.exists()


def test_nothing_is_written_while_a_file_has_problems(tmp_path: Path) -> None:
    write_action(tmp_path, ACTION.replace("label:", "lable:"))
    with pytest.raises(SpecError) as caught:
        write_pages(tmp_path)
    assert any("did you mean label?" in problem for problem in caught.value.diagnostics)
    assert not (tmp_path / "docs").exists()
