"""A world for each test: an embedded Zoom, a clock that stands, an inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.polling_setup import PollingSetup, open_polling_setup


@pytest.fixture
def there(tmp_path: Path) -> Iterator[PollingSetup]:
    with open_polling_setup(tmp_path) as made:
        yield made
