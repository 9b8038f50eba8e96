"""Test that whatever holds a lock, a thread, a socket or a database is safe after a fork, or has a reason not to be."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

COMPONENT = Path(__file__).parents[2] / "component"
# Calls that make what a forked child must not use.
MAKERS = {
    "Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Barrier", "Thread", "ThreadPoolExecutor", "Queue",
    "SimpleQueue", "cached_property", "new_event_loop", "sqlite3.connect", "psycopg.connect", "socket.socketpair",
    "httpx.Client", "httpx.AsyncClient",
}  # fmt: skip
LOCKS = {"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Barrier", "Queue", "SimpleQueue"}
REASONS = {
    "zoom_component/cli/": "a command does not fork",
    "zoom_component/client/connections/redirect_server.py": "it lives for one consent of the command line",
    "zoom_component/client/network/connection_pool.py": "a driver replaces its pool in a child",
    "zoom_component/events/inbox/sqlite_file.py": "forks are excluded until SqliteConnections has the connection",
    "zoom_component/testing/suite.py": "its threads live for one run of test specs",
    "zoom_sandbox/http_server.py": "its thread serves the parent; children send requests to it",
    "zoom_sandbox/websocket_events.py": "its queues belong to the loop of the parent's server",
}


@cache
def find_makers(folder: Path) -> dict[str, list[str]]:
    """Return the modules that make such things and do not reset them, with the lines or the attributes."""
    makers: dict[str, list[str]] = {}
    for file in sorted(folder.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if not any(maker in text for maker in MAKERS):
            continue
        nodes = list(ast.walk(ast.parse(text)))
        lines = [f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)}" for node in nodes if _is_maker(node)]
        if "forked_processes" in text or "register_at_fork" in text:
            lines = [line for node in nodes if isinstance(node, ast.ClassDef) for line in _list_lasting_locks(node)]
        if lines:
            makers[file.relative_to(folder).as_posix()] = lines
    return makers


def _is_maker(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "cached_property" for alias in node.names)
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    is_filter = name == "Condition" and bool(node.args)  # a condition of a filter has arguments
    return (name in MAKERS or name.rpartition(".")[2] in MAKERS) and not is_filter


def _list_lasting_locks(node: ast.ClassDef) -> list[str]:
    """Return the attributes of a class that hold locks and that it does not replace after a fork."""
    methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
    replaced = {name for each in methods if each.name == "reset_after_fork" for name, _ in _list_assigned(each)}
    is_base_in_charge = any(ast.unparse(base) == "DatabaseUser" for base in node.bases)
    inherited = {"self._database_lock"} if is_base_in_charge else set()
    made = {name for each in methods for name, value in _list_assigned(each) if _is_lock(value)}
    return [f"{node.name}: {name}" for name in sorted(made - replaced - inherited)]


def _list_assigned(function: ast.FunctionDef) -> list[tuple[str, ast.expr]]:
    """Return the names that a function assigns, with their values."""
    pairs: list[tuple[str, ast.expr]] = []
    for node in ast.walk(function):
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs.append((ast.unparse(node.target), node.value))
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            value = node.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs += [(ast.unparse(name), each) for name, each in zip(target.elts, value.elts, strict=True)]
            else:
                pairs.append((ast.unparse(target), value))
    return pairs


def _is_lock(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in LOCKS


def test_whatever_belongs_to_a_process_is_reset_in_its_children() -> None:
    makers = find_makers(COMPONENT)
    assert {file: lines for file, lines in makers.items() if not file.startswith(tuple(REASONS))} == {}


@pytest.mark.parametrize("place", REASONS)
def test_each_reason_is_needed(place: str) -> None:
    assert [file for file in find_makers(COMPONENT) if file.startswith(place)] != []


@pytest.mark.parametrize(
    "text",
    [
        "self._lock = threading.Lock()",
        "from functools import cached_property",
        "sqlite3.connect(path)",
        "import forked_processes\nclass A:\n    def __init__(self):\n        self._lock = Lock()",
        "import forked_processes\nclass A:\n    def f(self):\n        self.a, self.b = Lock(), 1\n"
        "    def reset_after_fork(self):\n        self.b = 2",
    ],
)
def test_the_rule_can_fail(tmp_path: Path, text: str) -> None:
    (tmp_path / "new.py").write_text(f"{text}\n", encoding="utf-8")
    assert find_makers(tmp_path).keys() == {"new.py"}
