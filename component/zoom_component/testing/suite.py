"""Everything that is to be run: found below paths, chosen by words, put in order, and run, several at a time."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import NamedTuple

from zoom_component import places
from zoom_component.client.actions import Actions
from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.testing.examples import Example, examples_of, run_example
from zoom_component.testing.outcome import Outcome
from zoom_component.testing.running import run_spec
from zoom_component.testing.spec import SUFFIX, Spec, load
from zoom_component.testing.stages import Stage

__all__ = ["Case", "chosen", "found", "ordered", "run_all"]

_SKIPPED = ("node_modules", "__pycache__", "build", "dist")


class Case(NamedTuple):
    """One thing to run: a name to choose it by, and how to run it on a stage."""

    name: str
    run: Callable[[Stage], Outcome]


def found(actions: Actions, paths: Sequence[Path], roots: Sequence[Path]) -> list[Case]:
    """The examples and test specs below the paths; below none, every example and what lies in the current folder.

    `roots` are the folders that hold actions/. Raises SpecError with the faults of every file, and InputError for a
    path at which nothing can be run.
    """
    tops = list(paths) or [Path()]
    files = [file for top in tops for file in _files(top)]
    examples = list(_examples(actions, paths, [places.bundle(), *roots]))
    for path in paths:
        if not any(_below(file, path) for file in files) and not any(_below(home, path) for home, _ in examples):
            why = f"below {str(path)!r} there is neither a *{SUFFIX} nor an action with examples"
            raise InputError([Problem("PATH", why if path.exists() else f"there is nothing at {str(path)!r}")])
    cases = [_example_case(actions, home, example) for home, example in examples]
    return [*cases, *_spec_cases(actions, dict.fromkeys(files))]


def chosen(cases: Sequence[Case], word: str) -> list[Case]:
    """The cases with a word in their names; letters count alike, large or small."""
    return [case for case in cases if word.lower() in case.name.lower()]


def ordered(cases: Sequence[Case], seed: int | None) -> list[Case]:
    """The cases in an order that the seed makes; as they are without one."""
    mixed = list(cases)
    if seed is not None:
        random.Random(seed).shuffle(mixed)
    return mixed


def run_all(cases: Sequence[Case], stage: Stage, *, at_once: int = 1, first_only: bool = False) -> Iterator[Outcome]:
    """Runs the cases and hands the outcomes on, in their order; `first_only` ends with the first failure."""
    ended = Event()

    def run(case: Case) -> Outcome | None:
        if ended.is_set():
            return None
        outcome = case.run(stage)
        if first_only and outcome.status == "failed":
            ended.set()
        return outcome

    if at_once == 1:
        yield from (outcome for outcome in map(run, cases) if outcome is not None)
        return
    with ThreadPoolExecutor(at_once) as pool:
        yield from (outcome for outcome in pool.map(run, cases) if outcome is not None)


def _spec_cases(actions: Actions, files: Sequence[Path] | dict[Path, None]) -> list[Case]:
    keys, triggers = actions.catalogue.keys(), actions.catalogue.trigger_keys()
    cases, faults = [], list[str]()
    for file in files:
        try:
            cases.append(_spec_case(load(file, keys, _near(file), triggers)))
        except SpecError as error:
            faults += error.faults
    if faults:
        raise SpecError(f"there are faults in the test specs; first: {faults[0]}", faults=faults)
    return cases


def _spec_case(spec: Spec) -> Case:
    return Case(f"{spec.path}: {spec.name}", lambda stage: run_spec(spec, stage))


def _example_case(actions: Actions, home: Path, example: Example) -> Case:
    return Case(f"{home}: {example.name}", lambda stage: run_example(actions, example, home))


def _examples(actions: Actions, paths: Sequence[Path], roots: Sequence[Path]) -> Iterator[tuple[Path, Example]]:
    """Each example with its action's file."""
    for key in actions.catalogue.keys():  # noqa: SIM118 - a catalogue is no mapping
        name = actions.action(key).file
        file = next((root / name for root in reversed(roots) if (root / name).is_file()), Path(name))
        if not paths or any(_below(file, path) for path in paths):
            yield from ((_near_path(file), example) for example in examples_of(actions, key))


def _files(top: Path) -> Iterator[Path]:
    """The test specs that a path is or holds, in order."""
    if top.is_file() and top.name.endswith(SUFFIX):
        yield top
    for folder, inner, names in os.walk(top):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _SKIPPED)
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(SUFFIX))


def _below(file: Path, top: Path) -> bool:
    whole, above = file.resolve(), top.resolve()
    return whole == above or above in whole.parents


def _near_path(file: Path) -> Path:
    return Path(_near(file))


def _near(file: Path) -> str:
    near = os.path.relpath(file)
    return str(file) if near.startswith(os.pardir) else near
