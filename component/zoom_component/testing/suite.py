"""Find the examples and test specs below paths, filter and order them, and run them in parallel."""

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
from zoom_component.testing.spec_files import TestSpec, load_spec
from zoom_component.testing.spec_names import SPEC_SUFFIX, SPEC_SUFFIXES, is_test_spec

__all__ = ["SuiteCase", "filter_cases", "find_cases", "run_cases", "shuffle_cases"]

_SKIPPED = ("node_modules", "__pycache__", "build", "dist")


class SuiteCase(NamedTuple):
    """Hold a name and the function that runs the case on a backend."""

    name: str
    run: Callable[[SpecBackend], SpecResult]


def find_cases(actions: Actions, paths: Sequence[Path], roots: Sequence[Path]) -> list[SuiteCase]:
    """Return the examples and test specs below the paths.

    Without paths, return every example and all specs of the current folder.

    `roots` are the folders that contain actions/. Raise SpecError with the problems of all files, and InputError for a
    path without any case.
    """
    folders = list(paths) or [Path()]
    files = [file for folder in folders for file in _find_spec_files(folder)]
    examples = list(_find_examples(actions, paths, [get_bundle_dir(), *roots]))
    for path in paths:
        if not any(_is_below(file, path) for file in files) and not any(_is_below(home, path) for home, _ in examples):
            expected = f"expected a folder with *{SPEC_SUFFIX} or *.test.json files or actions with examples"
            got = f'"{path}"' if path.exists() else f'"{path}", which does not exist'
            raise InputError([Problem("PATH", f"{expected}, got {got}")])
    cases = [_build_example_case(actions, home, example) for home, example in examples]
    return [*cases, *_load_spec_cases(actions, dict.fromkeys(files))]


def filter_cases(cases: Sequence[SuiteCase], text: str) -> list[SuiteCase]:
    """Return the cases whose names contain a text, ignoring case."""
    return [case for case in cases if text.lower() in case.name.lower()]


def shuffle_cases(cases: Sequence[SuiteCase], seed: int | None) -> list[SuiteCase]:
    """Return the cases in the random order of a seed; without one, in their own order."""
    shuffled = list(cases)
    if seed is not None:
        random.Random(seed).shuffle(shuffled)
    return shuffled


def run_cases(
    cases: Sequence[SuiteCase], backend: SpecBackend, *, workers: int = 1, fail_fast: bool = False
) -> Iterator[SpecResult]:
    """Run the cases and yield their results in order; `fail_fast` ends with the first failure."""
    is_ended = Event()

    def run(case: SuiteCase) -> SpecResult | None:
        if is_ended.is_set():
            return None
        result = case.run(backend)
        if fail_fast and result.status == "failed":
            is_ended.set()
        return result

    if workers == 1:
        yield from (result for result in map(run, cases) if result is not None)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from (result for result in pool.map(run, cases) if result is not None)


def _load_spec_cases(actions: Actions, files: Sequence[Path] | dict[Path, None]) -> list[SuiteCase]:
    keys, triggers = actions.catalogue.action_keys(), actions.catalogue.trigger_keys()
    cases, problems = [], list[str]()
    for file in files:
        try:
            cases.append(_build_spec_case(load_spec(file, keys, _relative_path(file), triggers)))
        except SpecError as error:
            problems += error.diagnostics
    if problems:
        raise SpecError(f"the test specs are invalid: {problems[0]}", diagnostics=problems)
    return cases


def _build_spec_case(spec: TestSpec) -> SuiteCase:
    return SuiteCase(f"{spec.path}: {spec.name}", lambda backend: run_spec(spec, backend))


def _build_example_case(actions: Actions, home: Path, example: Example) -> SuiteCase:
    return SuiteCase(f"{home}: {example.name}", lambda _: run_example(actions, example, home))


def _find_examples(actions: Actions, paths: Sequence[Path], roots: Sequence[Path]) -> Iterator[tuple[Path, Example]]:
    """Yield each example with the path of its action's file."""
    for key in actions.catalogue.action_keys():
        name = actions.get_action(key).file
        file = next((root / name for root in reversed(roots) if (root / name).is_file()), Path(name))
        if not paths or any(_is_below(file, path) for path in paths):
            yield from ((_to_relative_path(file), example) for example in list_examples(actions, key))


def _find_spec_files(top: Path) -> Iterator[Path]:
    """Yield the test specs at or below a path, in order."""
    if top.is_file() and top.name.endswith(SPEC_SUFFIXES):
        yield top
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _SKIPPED)
        yield from (path for path in (Path(folder, name) for name in sorted(names)) if is_test_spec(path))


def _is_below(file: Path, top: Path) -> bool:
    whole, above = file.resolve(), top.resolve()
    return whole == above or above in whole.parents


def _to_relative_path(file: Path) -> Path:
    return Path(_relative_path(file))


def _relative_path(file: Path) -> str:
    near = os.path.relpath(file)
    return str(file) if near.startswith(os.pardir) else near
