"""Provide the pytest plugin: fixtures for a sandbox, and test specs (*.test.yaml, *.test.json) as test items.

Every pytest run in an environment with this package loads it, so it imports only pytest until it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from zoom_component.testing.spec_names import is_test_spec

if TYPE_CHECKING:
    from zoom_component import Component
    from zoom_component.client.connections.connection import Connection
    from zoom_component.testing.spec_files import TestSpec
    from zoom_sandbox import Sandbox

__all__ = ["SpecFile", "SpecItem", "get_component", "zoom_component", "zoom_connection", "zoom_sandbox"]

SPECS_VARIABLE = "ZOOM_COMPONENT_SPECS"

pytest.register_assert_rewrite("zoom_component.testing.conformance")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting `zoom_specs`: folders that contain more actions/."""
    parser.addini("zoom_specs", "more folders that contain actions/, for the Zoom component", type="paths", default=[])


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> SpecFile | None:
    """Collect a test spec as a file with one test."""
    return SpecFile.from_parent(parent, path=file_path) if is_test_spec(file_path) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the argument `zoom_action` once for the key of every action."""
    if "zoom_action" in metafunc.fixturenames:
        metafunc.parametrize("zoom_action", get_component(metafunc.config).catalogue.action_keys())


@pytest.fixture(scope="session")
def zoom_component(pytestconfig: pytest.Config) -> Component:
    """Return the component, with the folders of `zoom_specs` and ZOOM_COMPONENT_SPECS."""
    return get_component(pytestconfig)


@pytest.fixture
def zoom_sandbox() -> Iterator[Sandbox]:
    """Provide a new sandbox over HTTP on this machine."""
    from zoom_sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def zoom_connection(zoom_component: Component, zoom_sandbox: Sandbox) -> Connection:
    """Return a connection to `zoom_sandbox`, for `zoom_component.connect`."""
    return zoom_component.resolve_connection(token=zoom_sandbox.issue_token(), base_url=zoom_sandbox.api_url)


def get_component(config: pytest.Config) -> Component:
    """Return the component of a test run, loaded once."""
    import os

    from zoom_component import Component

    if _KEY not in config.stash:
        folders = [Path(part) for part in os.environ.get(SPECS_VARIABLE, "").split(os.pathsep) if part]
        config.stash[_KEY] = Component.load(*config.getini("zoom_specs"), *folders)
    return config.stash[_KEY]


_KEY: pytest.StashKey[Component] = pytest.StashKey()


class SpecFile(pytest.File):
    """Represent a test spec as a file of pytest."""

    def collect(self) -> Iterator[SpecItem]:
        """Yield the only test. An invalid spec fails the collection with all its problems."""
        from zoom_component.errors import SpecError
        from zoom_component.testing.spec_files import load_spec

        catalogue = get_component(self.config).catalogue
        try:
            display_path = _relative_path(self.path, self.config.rootpath)
            spec = load_spec(self.path, catalogue.action_keys(), display_path, catalogue.trigger_keys())
        except SpecError as error:
            raise self.CollectError("\n".join(error.diagnostics)) from None
        yield SpecItem.from_parent(self, name=spec.name, spec=spec)


class SpecItem(pytest.Item):
    """Represent a test spec as a test of pytest, which runs on a new sandbox."""

    def __init__(self, *, spec: TestSpec, **options: Any) -> None:
        super().__init__(**options)
        self._spec = spec

    def runtest(self) -> None:
        """Run the spec."""
        from zoom_component.testing.backends import SandboxBackend
        from zoom_component.testing.runner import run_spec

        result = run_spec(self._spec, SandboxBackend(get_component(self.config)))
        if result.failures:
            raise SpecFailedError([line for failure in result.failures for line in failure.format_lines()])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the failure without a traceback."""
        if isinstance(excinfo.value, SpecFailedError):
            return "\n".join(excinfo.value.lines)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place of the spec."""
        return self.path, self._spec.get_line("name") - 1, self.name


class SpecFailedError(Exception):
    """Report a failed spec; `lines` describe its failures."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


def _relative_path(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
