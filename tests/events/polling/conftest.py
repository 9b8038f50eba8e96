"""Provide a sandbox with a manual clock and an inbox for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.polling_setup import PollingSetup, open_polling_setup


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[PollingSetup]:
    with open_polling_setup(tmp_path) as made:
        yield made
