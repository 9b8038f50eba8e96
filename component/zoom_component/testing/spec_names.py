"""Recognize test specs by their names. It imports nothing heavy: every pytest run asks it about every file."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["SPEC_SUFFIX", "SPEC_SUFFIXES", "is_test_spec"]

SPEC_SUFFIX = ".test.yaml"
SPEC_SUFFIXES = (SPEC_SUFFIX, ".test.yml", ".test.json")
_OWN_KEY = re.compile(rb'"(?:steps?|run|poll|simulate|expect|sandbox)"\s*:')
_MAX_BYTES = 1_000_000


def is_test_spec(path: Path) -> bool:
    """Return whether a file is a test spec. In JSON it has a key of one: tsconfig.test.json is another tool's file."""
    if not path.name.endswith(SPEC_SUFFIXES):
        return False
    if not path.name.endswith(".json"):
        return True
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES)
    except OSError:
        return True  # loading it reports the problem
    return _OWN_KEY.search(content.replace(b"\0", b"")) is not None  # UTF-16 has a zero byte for each letter
