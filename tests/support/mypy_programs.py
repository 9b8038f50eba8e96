"""Check small programs with mypy: one without errors, and one whose errors it has to find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def check_programs(folder: Path, good: str, bad: str) -> None:
    """Fail unless mypy finds no error in `good`, and in `bad` one in exactly the lines that end with `# E`."""
    (folder / "good.py").write_text(good, encoding="utf-8")
    (folder / "bad.py").write_text(bad, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(folder / "cache")]
    run = subprocess.run(
        [*command, str(folder / "good.py"), str(folder / "bad.py")],
        cwd=folder, env={"MYPYPATH": str(ROOT / "component"), "PATH": ""}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    errors = [line for line in run.stdout.splitlines() if ": error:" in line]
    assert {line.split(":")[0].rpartition("/")[2] for line in errors} == {"bad.py"}, run.stdout + run.stderr
    expected = {number for number, line in enumerate(bad.splitlines(), 1) if line.endswith("# E")}
    assert {int(line.split(":")[1]) for line in errors} == expected, run.stdout
