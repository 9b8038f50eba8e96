"""Measure the language of the code base: docstrings, names of functions and classes, and words to avoid.

`python -m tests.house.vocabulary` prints the figures that the tests in this folder hold.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
RULES: dict[str, Any] = yaml.safe_load((HERE / "vocabulary.yaml").read_text(encoding="utf-8"))
VERBS = frozenset((HERE / "verbs.txt").read_text(encoding="utf-8").split())

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Place(NamedTuple):
    """Hold one thing that was measured: the file, its line, and the text in question."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Docstrings(NamedTuple):
    """Count the docstrings, and list those that do not begin with an imperative verb."""

    total: int
    others: list[Place]

    @property
    def share(self) -> float:
        """Return the share of docstrings that begin with an imperative verb, from 0 to 1."""
        return 1 - len(self.others) / self.total


def list_modules(*folders: str) -> list[Path]:
    """Return every Python file below the folders of the checkout, in a fixed order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def measure_docstrings(*folders: str) -> Docstrings:
    """Return how many docstrings the folders have, and those that are not orders."""
    total, others = 0, []
    for path in list_modules(*folders):
        for node in ast.walk(_parse(path)):
            if isinstance(node, Documented) and (text := ast.get_docstring(node)):
                total += 1
                word = re.split(r"[^\w'-]", text, maxsplit=1)[0].lower()
                if word not in VERBS:
                    line = getattr(node, "lineno", 1)
                    others.append(Place(_format_path(path), line, text.splitlines()[0]))
    return Docstrings(total, others)


def find_repeated_classes(*folders: str) -> dict[str, list[str]]:
    """Return each public class name that more than one module defines, with the modules."""
    homes: dict[str, list[str]] = {}
    for path in list_modules(*folders):
        for node in _parse(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(_format_path(path))
    return {name: files for name, files in homes.items() if len(files) > 1}


def find_participles(*folders: str) -> tuple[int, list[Place]]:
    """Return the number of functions below the folders, and those that are named by a participle."""
    total, found = 0, []
    participles = set(RULES["participles"])
    for path in list_modules(*folders):
        for node in ast.walk(_parse(path)):
            if isinstance(node, Function) and not node.name.startswith("__"):
                total += 1
                name = node.name.strip("_")
                if name in participles or name.split("_")[0] in participles:
                    found.append(Place(_format_path(path), node.lineno, node.name))
    return total, found


def find_words() -> list[Place]:
    """Return every use of a word that has a better one, outside the allowed places."""
    found: list[Place] = []
    for path in list_modules("component"):
        found += _find_in(_list_names(path), "names", path)
        found += _find_in(_list_texts(path), "text", path)
    pages = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "spec" / "README.md"})
    for page in pages:
        lines = page.read_text(encoding="utf-8").splitlines()
        found += _find_in(((at, line) for at, line in enumerate(lines, 1)), "docs", page)
    return found


def _find_in(texts: Iterator[tuple[int, str]], kind: str, path: Path) -> Iterator[Place]:
    patterns = [(_compile(row["word"], kind), row["use"]) for row in RULES["words"] if kind in row["in"]]
    name = _format_path(path)
    allowed = [
        re.compile(row["match"], re.IGNORECASE) for row in RULES["allowed"] if name.startswith(row.get("where", ""))
    ]
    for line, text in texts:
        for pattern, use in patterns:
            for match in pattern.finditer(text):
                spans = [span.span() for rule in allowed for span in rule.finditer(text)]
                if not any(start <= match.start() and match.end() <= end for start, end in spans):
                    yield Place(name, line, f"{match.group()!r} ({kind}); write {use}: {text.strip()[:90]}")


def _compile(word: str, kind: str) -> re.Pattern[str]:
    edge = "(?<![a-z]){}(?![a-z])" if kind == "names" else r"(?<![\w-])(?:{})(?![\w-])"
    return re.compile(edge.replace("{}", f"(?:{word})"), re.IGNORECASE)


def _list_names(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each name that the file defines, in snake case."""
    yield 1, path.stem
    for node in ast.walk(_parse(path)):
        if isinstance(node, Function | ast.ClassDef):
            yield node.lineno, _to_snake_case(node.name)
        elif isinstance(node, ast.arg):
            yield node.lineno, _to_snake_case(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, _to_snake_case(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, _to_snake_case(node.id)


def _list_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each docstring, comment and string constant of the file."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for at, line in enumerate(node.value.splitlines()):
                yield node.lineno + at, line
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _to_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _format_path(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def main() -> int:
    """Print the figures; with `--all`, also each place that a figure counts. Return 1 if a house test would fail."""
    docstrings = measure_docstrings("component", "tests")
    total, participles = find_participles("component")
    repeated, words = find_repeated_classes("component"), find_words()
    print(f"docstrings that begin with an imperative verb: {docstrings.share:.1%} of {docstrings.total}")
    print(f"functions named by a participle: {len(participles)} of {total}")
    print(f"public class names defined twice: {len(repeated)}")
    print(f"words to avoid, outside the allowed places: {len(words)}")
    if "--all" in sys.argv:
        for place in (*docstrings.others, *participles, *words):
            print(place)
        for name, files in repeated.items():
            print(name, *files)
    is_good = docstrings.share >= 0.9 and len(participles) < total / 100 and not repeated and not words
    if not is_good and "--all" not in sys.argv:
        print("List the places with: python -m tests.house.vocabulary --all")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
