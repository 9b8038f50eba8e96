"""Set once for every test: nothing outside the test's own folders is read or written, and nothing is random twice."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import respx
from hypothesis import settings

from tests.support.contract import CONTRACT

pytest_plugins = ["tests.support.databases"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background has its children ignore Ctrl-C, and theirs after them: those that a
    # test interrupts would go on for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("house", deadline=None, derandomize=True, database=None, max_examples=120)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    """Every answer of every embedded Zoom, in whatever test, is held against the facts."""
    with CONTRACT.watch():
        return (yield)


def pytest_runtest_setup() -> None:
    CONTRACT.succeeded_operations.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    result = yield
    CONTRACT.fail_on_violations()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    result = yield
    CONTRACT.fail_on_violations()
    return result


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state and a cache folder of the test run's own; no proxy and no connection out of the environment."""
    home = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(home / "state"))
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(home / "cache"))
    return home


@pytest.fixture
def wires() -> Iterator[respx.MockRouter]:
    """Mocked connections. The wires use transports without a client, so respx stands below those."""
    with respx.mock(assert_all_called=False) as router:
        yield router
