"""Check that tests use a real sandbox, and that a module that replaces Zoom by hand has the reason in its docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MARKER = "No sandbox: "
REPLACEMENTS = {
    "HTTPServer",
    "LoopbackServer",
    "MockTransport",
    "Reply",
    "ThreadingHTTPServer",
    "accept",
    "build_reply",
}
NOT_ZOOM = {"support/webhook_receiver.py"}  # it receives what a sandbox sends


def find_replacements(root: Path) -> dict[str, str]:
    """Return the docstring of each module that replaces Zoom by hand, by path."""
    modules = {path.relative_to(root).as_posix(): parse(path) for path in sorted(root.rglob("*.py"))}
    return {
        name: ast.get_docstring(tree) or ""
        for name, tree in modules.items()
        if name not in NOT_ZOOM and any(map(replaces_zoom, ast.walk(tree)))
    }


def replaces_zoom(node: ast.AST) -> bool:
    """Return whether the node imports respx, makes a canned reply, or makes a server or a transport by hand."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "respx"
    if isinstance(node, ast.Import):
        return any(each.name == "respx" for each in node.names)
    if isinstance(node, ast.ClassDef):
        return any(name in REPLACEMENTS for base in node.bases for name in list_names(base))
    if not isinstance(node, ast.Call):
        return False
    return ast.unparse(node.func) == "httpx.Response" or next(list_names(node.func), "") in REPLACEMENTS


def list_names(node: ast.AST) -> Iterator[str]:
    """Yield the last name of an expression such as `httpx.MockTransport`; nothing for other expressions."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Name):
        yield node.id


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_a_replaced_sandbox_has_its_reason() -> None:
    docstrings = find_replacements(TESTS)
    assert len(docstrings) > 8
    assert [name for name, text in docstrings.items() if MARKER not in text] == []


def test_the_marker_is_used_only_where_zoom_is_replaced() -> None:
    marked = {
        path.relative_to(TESTS).as_posix()
        for path in TESTS.rglob("*.py")
        if MARKER in (ast.get_docstring(parse(path)) or "")
    }
    assert marked == set(find_replacements(TESTS))


@pytest.mark.parametrize(
    "text",
    [
        "import respx\n",
        "from respx import MockRouter\n",
        "from http.server import HTTPServer\nclass Zoom(HTTPServer): ...\n",
        "import httpx\nclient = httpx.Client(transport=httpx.MockTransport(print))\n",
        "import httpx\nanswer = httpx.Response(200)\n",
        "from zoom_component.messages import Reply\nanswer = Reply(200, {}, b'')\n",
        "import socket\nsocket.socket().accept()\n",
    ],
)
def test_a_replacement_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "test_by_hand.py").write_text(f'"""Test something."""\n{text}')
    (tmp_path / "test_sandbox.py").write_text("from zoom_sandbox import Sandbox\nwith Sandbox(): ...\n")
    assert find_replacements(tmp_path) == {"test_by_hand.py": "Test something."}
