"""Copy the checkout for one worker, and run tests against the copy."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from changes import Change
from cosmic_ray.testing import run_tests
from cosmic_ray.work_item import TestOutcome

ROOT = Path(__file__).parents[2]
PACKAGE = Path("component/zoom_component")
_PYTEST = "-m pytest -x -q --no-header -p no:cacheprovider -p no:randomly -p no:xdist"


class CheckoutCopy:
    """Hold a copy of the files that Git knows, as they are now."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python = folder, python
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in listing.stdout.splitlines():
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def run(self, tests: list[str], timeout: float) -> tuple[bool, str]:
        """Run tests in the copy; return whether all passed, and what was printed."""
        environment = f"env -C {shlex.quote(str(self.folder))} PYTHONPATH={shlex.quote(str(self.folder / 'component'))}"
        command = f"{environment} {shlex.quote(str(self.python))} {_PYTEST} {' '.join(tests)}"
        outcome, output = run_tests(command, timeout)
        if outcome is TestOutcome.INCOMPETENT:
            sys.exit(f"The tests cannot be run: {output}")
        return outcome is TestOutcome.SURVIVED, output

    def survives(self, change: Change, tests: list[str], timeout: float) -> bool:
        """Return whether all tests pass although the change was made; the nearest tests are run first."""
        module = self.folder / change.module
        source = module.read_text(encoding="utf-8")
        module.write_text(change.apply(source), encoding="utf-8")
        try:
            near = self._find_nearest(change.module, tests)
            return (not near or self.run(near, timeout)[0]) and self.run(tests, timeout)[0]
        finally:
            module.write_text(source, encoding="utf-8")

    def _find_nearest(self, module: Path, tests: list[str]) -> list[str]:
        folders = [self.folder / test for test in tests]
        files = [path for folder in folders for path in folder.rglob(f"test_*{module.stem.strip('_')}*.py")]
        return [str(path.relative_to(self.folder)) for path in files]


def find_python() -> Path:
    """Return the interpreter of the checkout's environment, or the one that the environment variable names."""
    return Path(os.environ.get("PROJECT_PYTHON", ROOT / ".venv/bin/python"))
