"""Check that requirements.lock pins each dependency of pyproject.toml, so that `make setup` installs it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

# Optional at run time; no test needs it, and `make lock` leaves it out.
UNLOCKED_EXTRAS = {"keyring"}
ROOT = Path(__file__).resolve().parents[2]


def normalize_name(requirement: str) -> str:
    """Return the package of a requirement as PEP 503 normalizes it: `types-PyYAML>=6` as types-pyyaml."""
    name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_each_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    groups = [project["dependencies"], *(extras[name] for name in extras.keys() - UNLOCKED_EXTRAS)]
    needed = {normalize_name(each) for group in groups for each in group}
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {normalize_name(line) for line in lines if re.match(r"[A-Za-z0-9].*==", line)}
    missing = sorted(needed - locked)
    assert not missing, f"requirements.lock does not have {', '.join(missing)}; run: make lock"
