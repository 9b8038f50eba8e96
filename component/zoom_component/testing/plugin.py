"""The pytest plugin: fixtures for a Zoom of a test's own, and test specs (*.test.yaml) collected as items.

It is loaded by every pytest on a machine that has the package: nothing but pytest is imported until it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from zoom_component import Component
    from zoom_component.client.connections.connection import Connection
    from zoom_component.testing.spec_files import TestSpec
    from zoom_sandbox import Sandbox

__all__ = ["SpecFile", "SpecItem", "get_component", "zoom_component", "zoom_connection", "zoom_sandbox"]

SUFFIX = ".test.yaml"  # as harness.spec has it
SPECS_VARIABLE = "ZOOM_COMPONENT_SPECS"

pytest.register_assert_rewrite("zoom_component.testing.conformance")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`zoom_specs`: folders that hold actions/ beside the packaged ones."""
    parser.addini("zoom_specs", "further folders that hold actions/, for the Zoom component", type="paths", default=[])


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> SpecFile | None:
    """A test spec is a file of tests, with one in it."""
    return SpecFile.from_parent(parent, path=file_path) if file_path.name.endswith(SUFFIX) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `zoom_action` runs once for the key of every action."""
    if "zoom_action" in metafunc.fixturenames:
        metafunc.parametrize("zoom_action", get_component(metafunc.config).catalogue.action_keys())


@pytest.fixture(scope="session")
def zoom_component(pytestconfig: pytest.Config) -> Component:
    """The component, with the folders of `zoom_specs` and ZOOM_COMPONENT_SPECS."""
    return get_component(pytestconfig)


@pytest.fixture
def zoom_sandbox() -> Iterator[Sandbox]:
    """A Zoom of the test's own, over real HTTP on loopback."""
    from zoom_sandbox import Sandbox

    with Sandbox() as zoom:
        yield zoom


@pytest.fixture
def zoom_connection(zoom_component: Component, zoom_sandbox: Sandbox) -> Connection:
    """A connection to `zoom_sandbox`, for `zoom_component.connect`."""
    return zoom_component.resolve_connection(token=zoom_sandbox.issue_token(), base_url=zoom_sandbox.api_url)


def get_component(config: pytest.Config) -> Component:
    """The component of a test run, made once."""
    import os

    from zoom_component import Component

    if _KEY not in config.stash:
        named = [Path(part) for part in os.environ.get(SPECS_VARIABLE, "").split(os.pathsep) if part]
        config.stash[_KEY] = Component.load(*config.getini("zoom_specs"), *named)
    return config.stash[_KEY]


_KEY: pytest.StashKey[Component] = pytest.StashKey()


class SpecFile(pytest.File):
    """A test spec as pytest sees a file."""

    def collect(self) -> Iterator[SpecItem]:
        """Its one test. A faulty spec fails the collection with every fault and its place."""
        from zoom_component.errors import SpecError
        from zoom_component.testing.spec_files import load_spec

        catalogue = get_component(self.config).catalogue
        try:
            shown = _relative_path(self.path, self.config.rootpath)
            spec = load_spec(self.path, catalogue.action_keys(), shown, catalogue.trigger_keys())
        except SpecError as error:
            raise self.CollectError("\n".join(error.diagnostics)) from None
        yield SpecItem.from_parent(self, name=spec.name, spec=spec)


class SpecItem(pytest.Item):
    """A test spec as pytest sees a test: it runs against an embedded Zoom of its own."""

    def __init__(self, *, spec: TestSpec, **known: Any) -> None:
        super().__init__(**known)
        self._spec = spec

    def runtest(self) -> None:
        """Runs the spec."""
        from zoom_component.testing.backends import SandboxBackend
        from zoom_component.testing.runner import run_spec

        outcome = run_spec(self._spec, SandboxBackend(get_component(self.config)))
        if outcome.failures:
            raise SpecFailedError([line for failure in outcome.failures for line in failure.format_lines()])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected and what came, without a traceback."""
        if isinstance(excinfo.value, SpecFailedError):
            return "\n".join(excinfo.value.lines)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the spec stands."""
        return self.path, self._spec.get_line("name") - 1, self.name


class SpecFailedError(Exception):
    """A spec that came to something else; `lines` tell what."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


def _relative_path(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
