"""Check that all resources of the sandbox have the same parts: routes, state and errors.yaml."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import zoom_sandbox

RESOURCES = Path(zoom_sandbox.__file__).parent / "resources"
ERROR_MAKERS = {"ApiError", "choose_error", "invalid_token_error"}
INTERFACES = {"dispatch", "engine", "file_access", "asgi", "http_server", "oauth", "sandbox", "transport"}
WITHOUT_ROUTES = {"conferences"}  # shared by meetings and webinars
DECORATORS = ("handles", "handles_downloads")

Violations = list[str]
Rule = Callable[[Path], Violations]


def list_packages(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name != "__pycache__")


def find_stray_files(root: Path) -> Violations:
    """Return files beside the packages, and packages whose `__init__` has more than a docstring."""
    files = [path.name for path in root.glob("*.py") if path.name != "__init__.py"]
    heads = [package / "__init__.py" for package in list_packages(root)]
    return files + [str(head.relative_to(root)) for head in heads if not head.is_file() or len(parse(head).body) > 1]


def find_missing_routes(root: Path) -> Violations:
    """Return packages without routes, and packages that should have none but do."""
    with_routes = {
        package.name
        for package in list_packages(root)
        if any(get_part(root, path) == "routes" for path in list_modules(package))
    }
    return sorted(({package.name for package in list_packages(root)} - with_routes) ^ WITHOUT_ROUTES)


def find_misplaced_handlers(root: Path) -> Violations:
    """Return handlers outside `routes`, and modules of `routes` without a handler."""
    violations = []
    for path in list_all_modules(root):
        handlers = [
            node.name for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef) and is_handler(node)
        ]
        if get_part(root, path) != "routes":
            violations += [f"{path.relative_to(root)}: {name}" for name in handlers]
        elif not handlers and path.name != "__init__.py":
            violations.append(f"{path.relative_to(root)} has no handler")
    return violations


def find_unmerged_routes(root: Path) -> Violations:
    """Return modules of `routes` whose operations are not merged: in the package of routes, then in all resources."""
    violations = []
    for path in (path for path in list_all_modules(root) if get_part(root, path) == "routes"):
        parent = path.parent.parent if path.name == "__init__.py" else path.parent
        merger = parent / "__init__.py" if parent.name == "routes" else root / "__init__.py"
        name = path.parent if path.name == "__init__.py" else path.with_suffix("")
        if format_dotted_name(root, name) not in list_imported_names(merger):
            violations.append(f"{path.relative_to(root)} is not merged")
    return violations


def find_errors_in_code(root: Path) -> Violations:
    """Return errors, messages of errors, and pairs of a status and a code in Python: they belong in errors.yaml."""
    return [
        f"{path.relative_to(root)}: {ast.unparse(node)}"
        for path in list_all_modules(root)
        for node in ast.walk(parse(path))
        if is_error(node)
    ]


def find_misplaced_stores(root: Path) -> Violations:
    """Return classes that are used as stores of the account, and are not defined in `state`."""
    trees = {path: parse(path) for path in list_all_modules(root)}
    stores = {
        node.args[0].id
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and get_called_name(node) == "store"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    return [
        f"{path.relative_to(root)}: {node.name}"
        for path, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name in stores and get_part(root, path) != "state"
    ]


def find_imported_routes(root: Path) -> Violations:
    """Return imports of routes, except where a package of routes merges its own modules."""
    return [
        f"{path.relative_to(root)}: {ast.unparse(node)}"
        for path in list_all_modules(root)
        if path.parts[-2:] != ("routes", "__init__.py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom)
        and (".routes" in f"{node.module}." or any(each.name == "routes" for each in node.names))
        and "resources" in str(node.module)
    ]


def find_imported_interfaces(root: Path) -> Violations:
    """Return imports of what only interfaces and bearer tokens need."""
    return [
        f"{path.relative_to(root)}: {ast.unparse(node)}"
        for path in list_all_modules(root)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom) and str(node.module).rpartition("sandbox.")[2] in INTERFACES
    ]


def list_modules(package: Path) -> Iterator[Path]:
    return iter(sorted(package.rglob("*.py")))


def list_all_modules(root: Path) -> Iterator[Path]:
    return (path for package in list_packages(root) for path in list_modules(package))


def get_part(root: Path, path: Path) -> str:
    """Return the part of its resource that a module is: `routes` for `chat/routes.py` and all in `chat/routes/`."""
    return path.relative_to(root).with_suffix("").parts[1]


def format_dotted_name(root: Path, path: Path) -> str:
    return ".".join(("zoom_sandbox", "resources", *path.relative_to(root).parts))


def list_imported_names(path: Path) -> set[str]:
    imports = (node for node in ast.walk(parse(path)) if isinstance(node, ast.ImportFrom))
    return {f"{node.module}.{each.name}" for node in imports for each in node.names}


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def get_called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_handler(function: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Call) and get_called_name(each) in DECORATORS for each in function.decorator_list)


def is_error(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        if get_called_name(node) == "validation_error":
            return any(isinstance(each, ast.Tuple | ast.Constant) for each in node.args) or bool(node.keywords)
        return get_called_name(node) in ERROR_MAKERS
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        return False
    status, code = (each.value if isinstance(each, ast.Constant) else None for each in node.elts)
    return isinstance(status, int) and isinstance(code, int) and 400 <= status < 600


RULES: list[Rule] = [
    find_stray_files,
    find_missing_routes,
    find_misplaced_handlers,
    find_unmerged_routes,
    find_errors_in_code,
    find_misplaced_stores,
    find_imported_routes,
    find_imported_interfaces,
]


@pytest.mark.parametrize("rule", RULES)
def test_resources_have_the_same_parts(rule: Rule) -> None:
    assert rule(RESOURCES) == []


@pytest.mark.parametrize(
    ("rule", "path", "text", "violation"),
    [
        (find_stray_files, "stray.py", "", "stray.py"),
        (find_stray_files, "groups/__init__.py", '"""Groups."""\nfrom zoom import x\n', "groups/__init__.py"),
        (find_missing_routes, "empty/__init__.py", '"""Nothing."""\n', "empty"),
        (find_missing_routes, "conferences/routes.py", "", "conferences"),
        (
            find_misplaced_handlers,
            "groups/more.py",
            '@operations.handles("GET", "/x")\ndef x(call): ...\n',
            "groups/more.py: x",
        ),
        (
            find_misplaced_handlers,
            "groups/state.py",
            '@operations.handles_downloads("/x")\ndef x(call): ...\n',
            "groups/state.py: x",
        ),
        (find_misplaced_handlers, "chat/routes/more.py", "x = 1\n", "chat/routes/more.py has no handler"),
        (find_unmerged_routes, "chat/routes/more.py", "x = 1\n", "chat/routes/more.py is not merged"),
        (find_unmerged_routes, "conferences/routes.py", "x = 1\n", "conferences/routes.py is not merged"),
        (
            find_errors_in_code,
            "groups/routes.py",
            "raise validation_error(('a', 'b'))\n",
            "groups/routes.py: validation_error(('a', 'b'))",
        ),
        (
            find_errors_in_code,
            "groups/state.py",
            "raise choose_error(operation, 'No.')\n",
            "groups/state.py: choose_error(operation, 'No.')",
        ),
        (find_errors_in_code, "groups/more.py", "_UNKNOWN = (404, 4130)\n", "groups/more.py: (404, 4130)"),
        (find_misplaced_stores, "groups/more.py", "class Users: ...\n", "groups/more.py: Users"),
        (find_imported_routes, "groups/more.py", "from sandbox.resources.chat.routes import x\n", ""),
        (find_imported_routes, "groups/more.py", "from sandbox.resources.users import routes\n", ""),
        (find_imported_interfaces, "groups/more.py", "from zoom_sandbox.oauth import OAuth\n", ""),
    ],
)
def test_a_violation_of_a_rule_is_reported(tmp_path: Path, rule: Rule, path: str, text: str, violation: str) -> None:
    root = tmp_path / "resources"
    root.mkdir()
    shutil.copy(RESOURCES / "__init__.py", root)
    for name in ("chat", "conferences", "groups", "users"):
        shutil.copytree(RESOURCES / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text)
    assert rule(root) == [violation or f"{path}: {text.strip()}"]
