"""Test forks while another thread imports a module."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.forked import run_in_child
from zoom_component import forked_imports, forked_processes

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

# The module tells that its import has begun, and goes on when it may.
_MODULE = """
from tests.test_forked_imports import ImportSteps
value = ImportSteps.value
ImportSteps.is_begun.set()
ImportSteps.may_end.wait({seconds})
is_whole = True
"""


class ImportSteps:
    """Share what happens with the module that is imported."""

    is_begun = threading.Event()
    may_end = threading.Event()
    value = "first"


@pytest.fixture
def importing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Provide the name of a module that another thread imports, for 0.1 seconds or until the test ends."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(ImportSteps, "value", "first")
    monkeypatch.setattr(forked_imports, "_endless", set())
    ImportSteps.is_begun.clear()
    ImportSteps.may_end.clear()
    name = f"imported_slowly_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(_MODULE.format(seconds=20), encoding="utf-8")
    thread = threading.Thread(target=importlib.import_module, args=(name,))
    thread.start()
    assert ImportSteps.is_begun.wait(20)
    yield name
    ImportSteps.may_end.set()
    thread.join()
    sys.modules.pop(name, None)


def read_module(name: str) -> list[str]:
    module = importlib.import_module(name)
    return [module.value, "whole" if hasattr(module, "is_whole") else "partial"]


def test_a_fork_waits_for_the_import_of_another_thread(importing: str) -> None:
    threading.Timer(0.1, ImportSteps.may_end.set).start()
    assert run_in_child(lambda: read_module(importing)) == ["first", "whole"]


def test_a_module_whose_import_does_not_end_is_used_as_it_is(importing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program may run for hours while its module is imported; it must not be started again in each child."""
    monkeypatch.setattr(forked_imports, "MAX_WAIT", 0.02)
    ImportSteps.value = "second"
    assert run_in_child(lambda: read_module(importing)) == ["first", "partial"]
    monkeypatch.setattr(forked_imports, "MAX_WAIT", 60.0)  # and the next fork does not wait for it again
    assert run_in_child(lambda: read_module(importing)) == ["first", "partial"]


def test_a_child_imports_again_what_a_thread_began_at_the_last_moment(
    importing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked_processes, "wait_for_imports", lambda: None)
    ImportSteps.value = "second"

    def import_in_child() -> list[str]:
        ImportSteps.may_end.set()
        return read_module(importing)

    assert run_in_child(import_in_child) == ["second", "whole"]


def test_the_imports_of_the_forking_thread_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    name = f"forking_{tmp_path.name}"
    text = "from tests.support.forked import run_in_child\nchild = run_in_child(lambda: [__name__])\n"
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    assert importlib.import_module(name).child == [name]
    del sys.modules[name]
