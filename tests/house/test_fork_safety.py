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
REASONS = {
    "zoom_component/cli/": "a command does not fork",
    "zoom_component/client/connections/redirect_server.py": "it lives for one consent of the command line",
    "zoom_component/client/connections/token_endpoint.py": "a client lives for one request",
    "zoom_component/testing/suite.py": "its threads live for one run of test specs",
    "zoom_sandbox/http_server.py": "its thread serves the parent; children send requests to it",
    "zoom_sandbox/websocket_events.py": "its queues belong to the loop of the parent's server",
}


@cache
def find_makers(folder: Path) -> dict[str, list[str]]:
    """Return the modules that make such things, with the lines, without those that register what they make."""
    makers: dict[str, list[str]] = {}
    for file in sorted(folder.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if not any(maker in text for maker in MAKERS):
            continue
        lines = [f"{node.lineno}: {ast.unparse(node)}" for node in ast.walk(ast.parse(text)) if _is_maker(node)]
        if lines and "forked_processes" not in text and "register_at_fork" not in text:
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


def test_whatever_belongs_to_a_process_is_reset_in_its_children() -> None:
    makers = find_makers(COMPONENT)
    assert {file: lines for file, lines in makers.items() if not file.startswith(tuple(REASONS))} == {}


@pytest.mark.parametrize("place", REASONS)
def test_each_reason_is_needed(place: str) -> None:
    assert [file for file in find_makers(COMPONENT) if file.startswith(place)] != []


@pytest.mark.parametrize(
    "line", ["self._lock = threading.Lock()", "from functools import cached_property", "sqlite3.connect(path)"]
)
def test_the_rule_can_fail(tmp_path: Path, line: str) -> None:
    (tmp_path / "new.py").write_text(f"{line}\n", encoding="utf-8")
    assert find_makers(tmp_path).keys() == {"new.py"}
