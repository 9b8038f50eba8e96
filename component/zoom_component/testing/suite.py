"""Everything that is to be run: found below paths, chosen by words, put in order, and run, several at a time."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import NamedTuple

from zoom_component.client.actions import Actions
from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.paths import get_bundle_dir
from zoom_component.testing.backends import SpecBackend
from zoom_component.testing.examples import Example, list_examples, run_example
from zoom_component.testing.results import SpecResult
from zoom_component.testing.runner import run_spec
from zoom_component.testing.spec_files import SPEC_SUFFIX, TestSpec, load_spec

__all__ = ["SuiteCase", "filter_cases", "find_cases", "run_cases", "shuffle_cases"]

_SKIPPED = ("node_modules", "__pycache__", "build", "dist")


class SuiteCase(NamedTuple):
    """One thing to run: a name to choose it by, and how to run it on a stage."""

    name: str
    run: Callable[[SpecBackend], SpecResult]


def find_cases(actions: Actions, paths: Sequence[Path], roots: Sequence[Path]) -> list[SuiteCase]:
    """The examples and test specs below the paths; below none, every example and what lies in the current folder.

    `roots` are the folders that hold actions/. Raises SpecError with the faults of every file, and InputError for a
    path at which nothing can be run.
    """
    tops = list(paths) or [Path()]
    files = [file for top in tops for file in _find_spec_files(top)]
    examples = list(_find_examples(actions, paths, [get_bundle_dir(), *roots]))
    for path in paths:
        if not any(_is_below(file, path) for file in files) and not any(_is_below(home, path) for home, _ in examples):
            why = f"below {str(path)!r} there is neither a *{SPEC_SUFFIX} nor an action with examples"
            raise InputError([Problem("PATH", why if path.exists() else f"there is nothing at {str(path)!r}")])
    cases = [_build_example_case(actions, home, example) for home, example in examples]
    return [*cases, *_load_spec_cases(actions, dict.fromkeys(files))]


def filter_cases(cases: Sequence[SuiteCase], text: str) -> list[SuiteCase]:
    """The cases with a word in their names; letters count alike, large or small."""
    return [case for case in cases if text.lower() in case.name.lower()]


def shuffle_cases(cases: Sequence[SuiteCase], seed: int | None) -> list[SuiteCase]:
    """The cases in an order that the seed makes; as they are without one."""
    mixed = list(cases)
    if seed is not None:
        random.Random(seed).shuffle(mixed)
    return mixed


def run_cases(
    cases: Sequence[SuiteCase], backend: SpecBackend, *, workers: int = 1, fail_fast: bool = False
) -> Iterator[SpecResult]:
    """Runs the cases and hands the outcomes on, in their order; `first_only` ends with the first failure."""
    ended = Event()

    def run(case: SuiteCase) -> SpecResult | None:
        if ended.is_set():
            return None
        outcome = case.run(backend)
        if fail_fast and outcome.status == "failed":
            ended.set()
        return outcome

    if workers == 1:
        yield from (outcome for outcome in map(run, cases) if outcome is not None)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from (outcome for outcome in pool.map(run, cases) if outcome is not None)


def _load_spec_cases(actions: Actions, files: Sequence[Path] | dict[Path, None]) -> list[SuiteCase]:
    keys, triggers = actions.catalogue.action_keys(), actions.catalogue.trigger_keys()
    cases, faults = [], list[str]()
    for file in files:
        try:
            cases.append(_build_spec_case(load_spec(file, keys, _relative_path(file), triggers)))
        except SpecError as error:
            faults += error.diagnostics
    if faults:
        raise SpecError(f"there are faults in the test specs; first: {faults[0]}", diagnostics=faults)
    return cases


def _build_spec_case(spec: TestSpec) -> SuiteCase:
    return SuiteCase(f"{spec.path}: {spec.name}", lambda stage: run_spec(spec, stage))


def _build_example_case(actions: Actions, home: Path, example: Example) -> SuiteCase:
    return SuiteCase(f"{home}: {example.name}", lambda stage: run_example(actions, example, home))


def _find_examples(actions: Actions, paths: Sequence[Path], roots: Sequence[Path]) -> Iterator[tuple[Path, Example]]:
    """Each example with its action's file."""
    for key in actions.catalogue.action_keys():
        name = actions.get_action(key).file
        file = next((root / name for root in reversed(roots) if (root / name).is_file()), Path(name))
        if not paths or any(_is_below(file, path) for path in paths):
            yield from ((_to_relative_path(file), example) for example in list_examples(actions, key))


def _find_spec_files(top: Path) -> Iterator[Path]:
    """The test specs that a path is or holds, in order."""
    if top.is_file() and top.name.endswith(SPEC_SUFFIX):
        yield top
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _SKIPPED)
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(SPEC_SUFFIX))


def _is_below(file: Path, top: Path) -> bool:
    whole, above = file.resolve(), top.resolve()
    return whole == above or above in whole.parents


def _to_relative_path(file: Path) -> Path:
    return Path(_relative_path(file))


def _relative_path(file: Path) -> str:
    near = os.path.relpath(file)
    return str(file) if near.startswith(os.pardir) else near
