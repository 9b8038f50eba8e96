"""The fixture that the tests of the broker share."""

from __future__ import annotations

from tests.client.connections.broker_setup import _world  # noqa: F401
