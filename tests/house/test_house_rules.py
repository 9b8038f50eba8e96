"""The measures of the house: short files, short functions, rooms that open with their law, names that speak."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from zoom_component.paths import PACKAGE

TESTS = Path(__file__).parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
FILES = [*MODULES, *sorted(TESTS.rglob("*.py"))]
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 300, 400, 40
# In small letters "base" is a term of the field: the base address of an API.
FORBIDDEN_NAME = re.compile(r"(?:Manager|Helper|Utils?|Base)(?=[A-Z]|\Z)|(?:\A|_)(?:manager|helpers?|utils?)(?:_|\Z)")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else TESTS.parent))


def offenders(paths: Iterable[Path], rule: Callable[[Path], object]) -> dict[str, object]:
    """Each file that breaks a rule, with what the rule has against it. One test a rule: a file is not a case."""
    return {name_of(path): found for path in paths if (found := rule(path))}


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


def too_long(path: Path) -> int:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return lines if lines > (LONGEST_TEST if path.name.startswith("test_") else LONGEST_FILE) else 0


def long_functions(path: Path) -> dict[str, int]:
    return {node.name: length(node) for node in functions(path) if length(node) > LONGEST_FUNCTION}


def silent_module(path: Path) -> bool:
    return len((ast.get_docstring(tree_of(path)) or "").split()) < 4


def silent_names(path: Path) -> list[str]:
    """Public names without a docstring."""
    tree = tree_of(path)
    public = {
        element.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
        for element in (node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [])
        if isinstance(element, ast.Constant)
    }
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name in public
        and not ast.get_docstring(node)
    ]


def test_a_file_is_read_in_one_sitting() -> None:
    assert offenders(FILES, too_long) == {}


def test_a_function_fits_the_eye() -> None:
    assert offenders(FILES, long_functions) == {}


def test_a_module_says_what_it_is_for() -> None:
    assert offenders(MODULES, silent_module) == {}


def test_public_names_are_documented() -> None:
    assert offenders(MODULES, silent_names) == {}


def named(path: Path) -> Iterator[str]:
    """Every name that a module gives: its own, and those of its classes and functions."""
    yield path.stem
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_names_say_what_things_are() -> None:
    assert offenders(MODULES, lambda path: [name for name in named(path) if FORBIDDEN_NAME.search(name)]) == {}


def test_nothing_is_left_for_later() -> None:
    assert offenders(FILES, lambda path: UNFINISHED.findall(path.read_text(encoding="utf-8"))) == {}


def test_every_function_says_what_it_returns() -> None:
    assert offenders(MODULES, lambda path: [node.name for node in functions(path) if node.returns is None]) == {}


def test_the_measures_measure(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("def f() -> None:\n" + "    '''One\n    two.'''\n" + "    x = 1\n" * 41)
    assert [length(node) for node in functions(long)] == [42]
    for name in ("ThingManager", "BaseThing", "ThingUtils", "string_utils", "HelperThing"):
        assert FORBIDDEN_NAME.search(name)
    for name in ("Basement", "based_on", "base_url", "read_base", "Utility", "Meeting"):
        assert not FORBIDDEN_NAME.search(name)
    assert UNFINISHED.search("# TO" + "DO: later")
    short = tmp_path / "short.py"
    short.write_text('"""Says little."""\n__all__ = ["f"]\n\n\ndef f():\n    return 1\n')
    assert (silent_module(short), silent_names(short), too_long(short)) == (True, ["f"], 0)
    assert long_functions(long) == {"f": 42}
