"""Each resource of the embedded Zoom is a folder, and all folders are split alike: routes, state, faults."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zoom_component.paths import PACKAGE

RESOURCES = PACKAGE.parent / "zoom_sandbox" / "resources"
MAKERS = {"Refusal", "refuse", "invalid", "invalid_token"}
DOORS = {"access", "asgi", "oauth", "serve", "server", "transport", "zoom"}
WITHOUT_ROUTES = {"conferences"}  # what meetings and webinars share

Sites = list[str]
Law = Callable[[Path], Sites]


def folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name != "__pycache__")


def loose(root: Path) -> Sites:
    """What lies in the room beside its `__init__` and is no package, or is one that does more than say what it is."""
    files = [path.name for path in root.glob("*.py") if path.name != "__init__.py"]
    heads = [folder / "__init__.py" for folder in folders(root)]
    return files + [str(head.relative_to(root)) for head in heads if not head.is_file() or len(parsed(head).body) > 1]


def unrouted(root: Path) -> Sites:
    """Folders without routes, and those without that have some."""
    there = {folder.name for folder in folders(root) if any(role(root, path) == "routes" for path in modules(folder))}
    return sorted(({folder.name for folder in folders(root)} - there) ^ WITHOUT_ROUTES)


def misplaced_plays(root: Path) -> Sites:
    """Functions that play or serve, outside `routes`; and routes that play and serve nothing."""
    found = []
    for path in every_module(root):
        marked = [node.name for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef) and plays(node)]
        if role(root, path) != "routes":
            found += [f"{path.relative_to(root)}: {name}" for name in marked]
        elif not marked and path.name != "__init__.py":
            found.append(f"{path.relative_to(root)} plays nothing")
    return found


def misplaced_refusals(root: Path) -> Sites:
    """Refusals, or pairs of a status and a code, that are made outside `faults`; and `faults` that make none."""
    found = []
    for path in every_module(root):
        made = [node for node in ast.walk(parsed(path)) if is_refusal(node)]
        if role(root, path) != "faults":
            found += [f"{path.relative_to(root)}: {ast.unparse(node)}" for node in made]
        elif not made:
            found.append(f"{path.relative_to(root)} makes no refusal")
    return found


def misplaced_parts(root: Path) -> Sites:
    """Classes that calls ask the world for as its parts, and that are not defined in `state`."""
    trees = {path: parsed(path) for path in every_module(root)}
    asked = {
        node.args[0].id
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node) == "part" and node.args and isinstance(node.args[0], ast.Name)
    }
    return [
        f"{path.relative_to(root)}: {node.name}"
        for path, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name in asked and role(root, path) != "state"
    ]


def imported_routes(root: Path) -> Sites:
    """Modules that import another's routes."""
    return [
        f"{path.relative_to(root)}: {ast.unparse(node)}"
        for path in every_module(root)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        and (".routes" in f"{node.module}." or any(each.name == "routes" for each in node.names))
        and "resources" in str(node.module)
    ]


def known_doors(root: Path) -> Sites:
    """Modules that know of bearer tokens, or of doors."""
    return [
        f"{path.relative_to(root)}: {ast.unparse(node)}"
        for path in every_module(root)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and str(node.module).rpartition("sandbox.")[2] in DOORS
    ]


def modules(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.rglob("*.py")))


def every_module(root: Path) -> Iterator[Path]:
    return (path for folder in folders(root) for path in modules(folder))


def role(root: Path, path: Path) -> str:
    """What a module is in its resource: `routes` for `chat/routes.py` and for all in `chat/routes/`."""
    return path.relative_to(root).with_suffix("").parts[1]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def plays(function: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Call) and name_of(mark) in ("plays", "serves") for mark in function.decorator_list)


def is_refusal(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return name_of(node) in MAKERS
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        return False
    status, code = (each.value if isinstance(each, ast.Constant) else None for each in node.elts)
    return isinstance(status, int) and isinstance(code, int) and 400 <= status < 600


LAWS: list[Law] = [
    loose,
    unrouted,
    misplaced_plays,
    misplaced_refusals,
    misplaced_parts,
    imported_routes,
    known_doors,
]


@pytest.mark.parametrize("law", LAWS)
def test_resources_are_split_alike(law: Law) -> None:
    assert law(RESOURCES) == []


@pytest.mark.parametrize(
    ("law", "path", "text", "told"),
    [
        (loose, "stray.py", "", "stray.py"),
        (loose, "groups/__init__.py", '"""Groups."""\nfrom zoom import x\n', "groups/__init__.py"),
        (unrouted, "empty/__init__.py", '"""Nothing."""\n', "empty"),
        (unrouted, "conferences/routes.py", "", "conferences"),
        (misplaced_plays, "groups/more.py", '@plays("GET", "/x")\ndef x(call): ...\n', "groups/more.py: x"),
        (misplaced_plays, "groups/state.py", '@serves("/x")\ndef x(call): ...\n', "groups/state.py: x"),
        (misplaced_plays, "chat/routes/more.py", "x = 1\n", "chat/routes/more.py plays nothing"),
        (
            misplaced_refusals,
            "groups/routes.py",
            "raise invalid(('a', 'b'))\n",
            "groups/routes.py: invalid(('a', 'b'))",
        ),
        (misplaced_refusals, "groups/state.py", "raise call.refuse('No.')\n", "groups/state.py: call.refuse('No.')"),
        (misplaced_refusals, "groups/more.py", "_UNKNOWN = (404, 4130)\n", "groups/more.py: (404, 4130)"),
        (misplaced_refusals, "groups/faults.py", "x = 1\n", "groups/faults.py makes no refusal"),
        (misplaced_parts, "groups/more.py", "class Users: ...\n", "groups/more.py: Users"),
        (imported_routes, "groups/more.py", "from sandbox.resources.chat.routes import x\n", ""),
        (imported_routes, "groups/more.py", "from sandbox.resources.users import routes\n", ""),
        (known_doors, "groups/more.py", "from zoom_sandbox.oauth import OAuth\n", ""),
    ],
)
def test_a_resource_that_is_split_otherwise_is_told(tmp_path: Path, law: Law, path: str, text: str, told: str) -> None:
    root = tmp_path / "resources"
    for name in ("chat", "conferences", "groups", "users"):
        shutil.copytree(RESOURCES / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text)
    (found,) = law(root)
    assert found == (told or f"{path}: {text.strip()}")
