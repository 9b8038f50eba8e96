"""Share a fixture with the tests of renewing connections."""

from __future__ import annotations

from tests.client.connections.broker_setup import _world  # noqa: F401
