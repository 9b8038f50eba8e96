"""An account on a still clock, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.support.contract import CONTRACT
from tests.support.receiver import check_event

from zoom_sandbox import Sandbox, StillClock
from zoom_sandbox.announce import Announcer

NOW = 1_773_140_400  # 2026-03-10T11:00:00Z


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
def sandbox(clock: StillClock) -> Sandbox:
    """An account whose every event is held against the facts, too."""
    opened = Sandbox(clock=clock)
    opened.zoom.world.part(Announcer).listen(check_event)
    return opened


@pytest.fixture
def played() -> set[tuple[str, str]]:
    """The operations, as (method, template), that this test had an answer from."""
    return CONTRACT.answered


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client with a token, without a socket."""
    headers = {"authorization": f"Bearer {sandbox.token()}"}
    with httpx.Client(transport=sandbox.transport(), base_url="http://zoom.test/v2", headers=headers) as opened:
        yield opened
