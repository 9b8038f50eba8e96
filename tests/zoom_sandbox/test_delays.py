"""Test delays without a socket: the caller's own `sleep`, and the timeout that ends the wait."""

from __future__ import annotations

import httpx
import pytest

from zoom_sandbox import ManualClock, Sandbox


def create_client(sandbox: Sandbox, clock: ManualClock) -> httpx.Client:
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    transport = sandbox.create_transport(sleep=clock.advance)
    return httpx.Client(transport=transport, base_url="http://zoom.test/v2", headers=headers, timeout=30)


def test_a_delay_moves_the_clock_and_the_answer_arrives(sandbox: Sandbox, clock: ManualClock) -> None:
    sandbox.add_fault(delay=20)
    before = clock()
    with create_client(sandbox, clock) as client:
        assert client.get("/users/me").status_code == 200
    assert clock() - before == 20


def test_a_delay_longer_than_the_timeout_is_a_timeout(sandbox: Sandbox, clock: ManualClock) -> None:
    fault = sandbox.add_fault(delay=3600)
    before = clock()
    with create_client(sandbox, clock) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get("/users/me")
        assert clock() - before == 30
        sandbox.engine.faults.remove(fault)
        assert client.get("/users/me").status_code == 200
