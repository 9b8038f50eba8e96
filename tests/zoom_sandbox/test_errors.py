"""Test the error catalogs of the sandbox: every entry is valid and used, and every template gets its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from string import Formatter

import pytest

import zoom_sandbox
from zoom_facts import find_operation
from zoom_sandbox.errors import api_error, field_error, load_errors, validation_error

RESOURCES = Path(zoom_sandbox.__file__).parent / "resources"
CATALOGS = sorted(path.parent.name for path in RESOURCES.glob("*/errors.yaml"))
ENTRIES = sorted(f"{resource}.{name}" for resource in CATALOGS for name in load_errors(resource))
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-zA-Z]+")
_MAKERS = {"error", "api_error", "field_error"}


@lru_cache(maxsize=1)
def list_modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in RESOURCES.rglob("*.py")}


def list_calls() -> Iterator[tuple[str, str, set[str]]]:
    """Return the calls that make an error by a literal name: position, name, names of the values."""
    for path, tree in list_modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or _get_called_name(node) not in _MAKERS or not node.args:
                continue
            if isinstance(node.args[0], ast.Constant):
                where = f"{path.relative_to(RESOURCES)}:{node.lineno}"
                yield where, str(node.args[0].value), {str(each.arg) for each in node.keywords}


def find_names_in_code() -> set[str]:
    """Return every text in the code that looks like the name of an error, also where it is passed on."""
    texts = {
        node.value
        for tree in list_modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME.fullmatch(node.value)
    }
    return {text for text in texts if text.partition(".")[0] in CATALOGS}


def list_template_fields(name: str) -> set[str]:
    resource, _, key = name.partition(".")
    template = load_errors(resource)[key]
    texts = [template.message, *template.fields, *template.fields.values()]
    return {str(field) for text in texts for _, field, _, _ in Formatter().parse(text) if field is not None}


def _get_called_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_there_are_catalogs() -> None:
    assert len(CATALOGS) >= 15
    assert len(ENTRIES) >= 100


def test_every_entry_is_used() -> None:
    assert sorted(set(ENTRIES) - find_names_in_code()) == []


def test_every_use_gives_the_values_of_its_templates() -> None:
    wrong = [
        f"{where}: {name} needs {sorted(list_template_fields(name))}, got {sorted(values)}"
        for where, name, values in list_calls()
        if name not in ENTRIES or list_template_fields(name) != values
    ]
    assert wrong == []


def test_a_name_that_is_passed_on_has_no_template_fields() -> None:
    literal = {name for _, name, _ in list_calls()}
    assert [name for name in ENTRIES if name not in literal and list_template_fields(name)] == []


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_has_a_message_and_possible_codes(name: str) -> None:
    error = api_error(name, **dict.fromkeys(list_template_fields(name), "x"))
    assert error.message
    assert 400 <= error.status < 600
    assert error.code > 0
    assert all(field and message for field, message in error.fields)


def test_an_operation_answers_a_code_that_it_lists() -> None:
    create = find_operation("POST", "/users/{userId}/meetings")
    read = find_operation("GET", "/users/{userId}")
    assert create is not None
    assert read is not None
    assert (
        api_error("users.userNotFound", read, user="x").status,
        api_error("users.userNotFound", read, user="x").code,
    ) == (404, 1001)
    # This operation does not list the error, but every operation may answer 400/200.
    assert api_error("users.adminStatusFixed", create).code == 200


def test_fields_of_several_entries_come_in_one_error() -> None:
    error = validation_error(field_error("polls.answersMissing", index=0), field_error("polls.answersMissing", index=2))
    assert error.to_response().status == 400
    assert [field for field, _ in error.fields] == ["questions[0].answers", "questions[2].answers"]


def test_a_missing_value_is_an_error_of_the_code() -> None:
    with pytest.raises(KeyError):
        api_error("chat.channelNotFound")
