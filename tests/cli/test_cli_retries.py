"""Test that a person at a terminal sees why a command waits, and that nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.cli.lines import Cli

from zoom_component.cli.console import Console
from zoom_sandbox import Sandbox

At = tuple[str, ...]
CALL = ("run", "getUser", "-i", "userId=me")
LINE = "GET /users/me: 503, waiting 0.01 s, attempt 2 of 4"


@pytest.fixture(autouse=True)
def clear_faults(zoom: Sandbox) -> Iterator[None]:
    """Leave no fault in the sandbox, which the tests of this folder share."""
    yield
    zoom.clear_faults()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each wait be 0.01 seconds."""
    from zoom_component.client.request import retry

    monkeypatch.setattr(retry, "_compute_backoff", lambda attempt, policy, jitter: 0.01)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Console, "is_stderr_terminal", True)


@pytest.mark.usefixtures("short_waits", "terminal")
def test_a_wait_is_one_line_on_a_terminal(cli: Cli, at: At, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1, 2))
    result = cli(*CALL, *at)
    assert result.code == 0
    lines = [line.removeprefix("\r\033[K") for line in result.err.split("\n") if line]
    assert lines == [LINE, LINE.replace("2 of", "3 of")]
    assert set(json.loads(result.out)) == {"data"}


@pytest.mark.usefixtures("short_waits", "terminal")
def test_a_command_after_it_shows_its_own_waits_only(cli: Cli, at: At, zoom: Sandbox) -> None:
    for _ in range(2):
        zoom.clear_faults()
        zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1,))
        assert cli(*CALL, *at).err.count("waiting") == 1


@pytest.mark.usefixtures("short_waits")
def test_nothing_is_shown_where_stderr_is_no_terminal(cli: Cli, at: At, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1,))
    assert cli(*CALL, *at).err == ""


@pytest.mark.usefixtures("short_waits")
def test_the_count_of_requests_is_a_detail(cli: Cli, at: At, zoom: Sandbox) -> None:
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1,))
    assert cli(*CALL, *at, "-v").err == "sent 2 requests, 1 of them again\n"
    zoom.add_fault("GET", "/users/{userId}", status=503)
    failed = cli(*CALL, *at, "-v", "--json")
    assert "requests: 4, sent again: 3" in failed.err
    assert json.loads(failed.out)["error"]["attempts"] == {"requests": 4, "retries": 3}


@pytest.mark.usefixtures("short_waits", "terminal")
@pytest.mark.parametrize("many", ["1", "4"])
def test_a_line_of_a_batch_has_its_attempts_if_something_was_sent_again(
    cli: Cli, at: At, zoom: Sandbox, many: str
) -> None:
    zoom.add_fault("GET", "/users/{userId}", status=503, calls=(1,))
    calls = '{"id": 1, "action": "getUser", "inputs": {"userId": "me"}}\n{"id": 2, "action": "listUsers"}\n'
    result = cli("run", "--batch", "-", "--concurrency", many, *at, stdin=calls)
    first, second = (json.loads(line) for line in result.out.splitlines())
    assert first["attempts"] == {"requests": 2, "retries": 1}
    assert set(second) == {"id", "data"}
    assert LINE in result.err
