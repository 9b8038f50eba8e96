"""Set up every test: its own folders, repeatable random data, and responses checked against the facts."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.contract import CONTRACT

pytest_plugins = ["tests.support.databases"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background makes its children ignore Ctrl-C, and their children too. Those
    # that a test interrupts would never end.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How many examples a property gets; more find more, and take longer.
EXAMPLES = int(os.environ.get("ZOOM_TEST_EXAMPLES", "60"))
settings.register_profile("house", deadline=None, derandomize=True, database=None, max_examples=EXAMPLES)
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    """Compare each response of a sandbox, in every test, with the facts of its operation."""
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
def set_own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test run a state folder and a cache folder of its own, and return their parent."""
    home = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(home / "state"))
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(home / "cache"))
    return home


@pytest.fixture(autouse=True)
def ignore_network_of_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies and the certificate authorities of the machine away from each test."""
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "zoom_component_proxy")
    authorities = ("zoom_component_ca_file", "ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle", "curl_ca_bundle")
    for name in (*proxies, *authorities):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
