"""The measures of the house: short files, short functions, rooms that open with their law, names that speak."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from zoom_component.places import PACKAGE

TESTS = Path(__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("*.py"))
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 300, 400, 40
# In small letters "base" is a term of the field: the base address of an API.
FORBIDDEN_NAME = re.compile(r"(?:Manager|Helper|Utils?|Base)(?=[A-Z]|\Z)|(?:\A|_)(?:manager|helpers?|utils?)(?:_|\Z)")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else TESTS.parent))


each_module = pytest.mark.parametrize("path", MODULES, ids=name_of)
each_file = pytest.mark.parametrize("path", [*MODULES, *TEST_FILES], ids=name_of)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def length(node: Function) -> int:
    """Lines of a function without its decorators and its docstring."""
    assert node.end_lineno is not None
    first = node.body[0]
    said = 0
    if ast.get_docstring(node) is not None:
        assert first.end_lineno is not None
        said = first.end_lineno - first.lineno + 1
    return node.end_lineno - node.lineno + 1 - said


@each_file
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= (LONGEST_TEST if path.name.startswith("test_") else LONGEST_FILE)


@each_file
def test_a_function_fits_the_eye(path: Path) -> None:
    assert {node.name: length(node) for node in functions(path) if length(node) > LONGEST_FUNCTION} == {}


@each_module
def test_a_module_says_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(tree_of(path))
    assert said
    assert len(said.split()) >= 4


@each_module
def test_public_names_are_documented(path: Path) -> None:
    tree = tree_of(path)
    public = {
        element.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
        for element in (node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [])
        if isinstance(element, ast.Constant)
    }
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name in public
        and not ast.get_docstring(node)
    ]
    assert silent == []


def named(path: Path) -> Iterator[str]:
    """Every name that a module gives: its own, and those of its classes and functions."""
    yield path.stem
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


@each_module
def test_names_say_what_things_are(path: Path) -> None:
    assert [name for name in named(path) if FORBIDDEN_NAME.search(name)] == []


@each_file
def test_nothing_is_left_for_later(path: Path) -> None:
    assert UNFINISHED.findall(path.read_text(encoding="utf-8")) == []


@each_module
def test_every_function_says_what_it_returns(path: Path) -> None:
    assert [node.name for node in functions(path) if node.returns is None] == []


def test_the_measures_measure(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("def f() -> None:\n" + "    '''One\n    two.'''\n" + "    x = 1\n" * 41)
    assert [length(node) for node in functions(long)] == [42]
    for name in ("ThingManager", "BaseThing", "ThingUtils", "string_utils", "HelperThing"):
        assert FORBIDDEN_NAME.search(name)
    for name in ("Basement", "based_on", "base_url", "read_base", "Utility", "Meeting"):
        assert not FORBIDDEN_NAME.search(name)
    assert UNFINISHED.search("# TO" + "DO: later")
