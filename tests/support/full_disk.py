"""Let writes fail as on a full disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["limit_file_size"]


@contextmanager
def limit_file_size(size: int) -> Iterator[None]:
    """Let every write beyond `size` bytes of a file fail during the block. Python ignores the signal for it."""
    assert sys.platform != "win32"
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
