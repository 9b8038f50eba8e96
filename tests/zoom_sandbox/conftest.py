"""Provide an account with a manual clock, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.support.contract import CONTRACT
from tests.support.webhook_receiver import check_event

from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.events import EventPublisher

NOW = 1_773_140_400  # 2026-03-10T11:00:00Z


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def sandbox(clock: ManualClock) -> Sandbox:
    """Return an account whose events are all checked against the facts."""
    sandbox = Sandbox(clock=clock)
    sandbox.engine.account.store(EventPublisher).add_listener(check_event)
    return sandbox


@pytest.fixture
def played() -> set[tuple[str, str]]:
    """Return the operations, as (method, template), that succeeded in this test."""
    return CONTRACT.succeeded_operations


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Return a client with a token, without a socket."""
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    with httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        yield client
