"""Change decisive code at random places, one change at a time, and count the changes that no test notices.

Run by `make mutants`, or with options:  .venv/mutants/bin/python bench/mutants --area inbox --sample 40 --seed 7
The run fails when an area has less than 95 % of its changes noticed. A change that cannot be noticed, because the
program does the same with it, is listed in equivalent.yaml with its reason, and another one is chosen instead.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import yaml
from changes import Change, list_changes
from copies import PACKAGE, ROOT, CheckoutCopy, find_python

_TARGET = 95
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Area:
    """Describe one row of the table."""

    name: str
    modules: list[str]
    tests: list[str]


def main() -> int:
    """Run the sample of each area; return 1 when an area misses the target."""
    arguments = _parse_arguments()
    areas = [Area(name, **value) for name, value in yaml.safe_load((_HERE / "areas.yaml").read_text()).items()]
    chosen = [area for area in areas if not arguments.area or area.name in arguments.area]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: SimpleQueue[CheckoutCopy] = SimpleQueue()
        for number in range(arguments.workers):
            copies.put(CheckoutCopy(Path(folder) / str(number), find_python()))
        scores = [_run_area(area, arguments, copies) for area in chosen]
    return int(any(score < _TARGET for score in scores))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", action="append", help="an area of areas.yaml; all areas without it")
    parser.add_argument("--sample", type=int, default=20, help="changes in each area (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="another seed chooses other changes (default 1)")
    parser.add_argument("--workers", type=int, default=2, help="copies of the checkout at work at once (default 2)")
    parser.add_argument("--list", action="store_true", help="print the changes; run nothing")
    return parser.parse_args()


def _run_area(area: Area, arguments: argparse.Namespace, copies: SimpleQueue[CheckoutCopy]) -> float:
    changes = choose_changes(area, arguments.sample, arguments.seed)
    if arguments.list:
        print("\n".join(_format_diff(change) for change in changes))
        return 100.0
    timeout = _measure_baseline(area, copies)

    def run(change: Change) -> bool:
        copy = copies.get()
        try:
            return copy.survives(change, area.tests, timeout)
        finally:
            copies.put(copy)

    survivors = []
    with ThreadPoolExecutor(arguments.workers) as pool:
        for done, (change, survived) in enumerate(zip(changes, pool.map(run, changes), strict=True), 1):
            if survived:
                survivors.append(change)
                print(_format_diff(change), flush=True)
            if sys.stderr.isatty():
                print(f"\r{area.name}: {done} of {len(changes)}", end="", file=sys.stderr, flush=True)
    score = 100 * (len(changes) - len(survivors)) / len(changes)
    print(f"{area.name:<12} {len(changes):>4} changes, {len(survivors):>3} unnoticed: {score:.0f} %", flush=True)
    return score


def _measure_baseline(area: Area, copies: SimpleQueue[CheckoutCopy]) -> float:
    copy, start = copies.get(), time.monotonic()
    passed, output = copy.run(area.tests, 1800)
    copies.put(copy)
    if not passed:
        sys.exit(f"{area.name}: expected the tests to pass without a change\n{output}")
    return 3 * (time.monotonic() - start) + 30


def choose_changes(area: Area, sample: int, seed: int) -> list[Change]:
    """Return the sample of an area; the same seed chooses the same changes of the same sources."""
    choices = random.Random(f"{seed} {area.name}")
    files = sorted(path for module in area.modules for path in (ROOT / PACKAGE / module).rglob("*.py"))
    changes = [change for path in files for change in list_changes(path.relative_to(ROOT), choices)]
    choices.shuffle(changes)
    equivalent = _read_equivalent()
    return list(itertools.islice((change for change in changes if _is_noticeable(change, equivalent)), sample))


def _is_noticeable(change: Change, equivalent: set[tuple[str, str, str]]) -> bool:
    try:
        lines = _get_lines(change)
    except AttributeError:  # Cosmic Ray cannot replace an exception with a dotted name.
        return False
    return (str(change.module.relative_to(PACKAGE)), *lines) not in equivalent


def _read_equivalent() -> set[tuple[str, str, str]]:
    rows = yaml.safe_load((_HERE / "equivalent.yaml").read_text()) or []
    return {(row["module"], row["line"], row["becomes"]) for row in rows}


def _get_lines(change: Change) -> tuple[str, str]:
    lines = [line for line in _diff(change) if line[0] in "+-" and not line.startswith(("+++", "---"))]
    removed, added = ("\n".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return removed, added


def _format_diff(change: Change) -> str:
    return "\n".join(_diff(change))


def _diff(change: Change) -> list[str]:
    source = (ROOT / change.module).read_text(encoding="utf-8")
    before, after = source.splitlines(), change.apply(source).splitlines()
    return list(difflib.unified_diff(before, after, str(change.module), change.operator, n=2, lineterm=""))


if __name__ == "__main__":
    sys.exit(main())
