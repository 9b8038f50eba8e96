"""Check the rules of code in CONTRIBUTING.md: short files and functions, docstrings, names, return types."""

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
# "base" in lower case is allowed, as in `base_url`.
FORBIDDEN_NAME = re.compile(r"(?:Manager|Helper|Utils?|Base)(?=[A-Z]|\Z)|(?:\A|_)(?:manager|helpers?|utils?)(?:_|\Z)")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def format_name(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else TESTS.parent))


def find_violations(paths: Iterable[Path], rule: Callable[[Path], object]) -> dict[str, object]:
    """Return what a rule finds in each file that breaks it, by the name of the file."""
    return {format_name(path): violation for path in paths if (violation := rule(path))}


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def list_functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parse(path)) if isinstance(node, Function))


def count_lines(node: Function) -> int:
    """Return the number of lines of a function, without its decorators and its docstring."""
    assert node.end_lineno is not None
    first = node.body[0]
    docstring_lines = 0
    if ast.get_docstring(node) is not None:
        assert first.end_lineno is not None
        docstring_lines = first.end_lineno - first.lineno + 1
    return node.end_lineno - node.lineno + 1 - docstring_lines


def find_excess_length(path: Path) -> int:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    return lines if lines > (LONGEST_TEST if path.name.startswith("test_") else LONGEST_FILE) else 0


def find_long_functions(path: Path) -> dict[str, int]:
    return {node.name: count_lines(node) for node in list_functions(path) if count_lines(node) > LONGEST_FUNCTION}


def has_short_docstring(path: Path) -> bool:
    return len((ast.get_docstring(parse(path)) or "").split()) < 4


def find_undocumented_names(path: Path) -> list[str]:
    """Return the names in `__all__` whose class or function has no docstring."""
    tree = parse(path)
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


def test_files_are_short() -> None:
    assert find_violations(FILES, find_excess_length) == {}


def test_functions_are_short() -> None:
    assert find_violations(FILES, find_long_functions) == {}


def test_modules_have_a_docstring() -> None:
    assert find_violations(MODULES, has_short_docstring) == {}


def test_public_names_are_documented() -> None:
    assert find_violations(MODULES, find_undocumented_names) == {}


def list_names(path: Path) -> Iterator[str]:
    """Yield the name of a module, and the names of its classes and list_functions."""
    yield path.stem
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_names_are_specific() -> None:
    assert (
        find_violations(MODULES, lambda path: [name for name in list_names(path) if FORBIDDEN_NAME.search(name)]) == {}
    )


def test_no_file_has_a_marker_of_unfinished_work() -> None:
    assert find_violations(FILES, lambda path: UNFINISHED.findall(path.read_text(encoding="utf-8"))) == {}


def test_functions_have_a_return_type() -> None:
    assert (
        find_violations(MODULES, lambda path: [node.name for node in list_functions(path) if node.returns is None])
        == {}
    )


def test_the_rules_can_fail(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("def f() -> None:\n" + "    '''One\n    two.'''\n" + "    x = 1\n" * 41)
    assert [count_lines(node) for node in list_functions(long)] == [42]
    for name in ("ThingManager", "BaseThing", "ThingUtils", "string_utils", "HelperThing"):
        assert FORBIDDEN_NAME.search(name)
    for name in ("Basement", "based_on", "base_url", "read_base", "Utility", "Meeting"):
        assert not FORBIDDEN_NAME.search(name)
    assert UNFINISHED.search("# TO" + "DO: later")
    short = tmp_path / "short.py"
    short.write_text('"""Too short."""\n__all__ = ["f"]\n\n\ndef f():\n    return 1\n')
    assert (has_short_docstring(short), find_undocumented_names(short), find_excess_length(short)) == (True, ["f"], 0)
    assert find_long_functions(long) == {"f": 42}
