"""One test spec at work: its steps one after the other, until one is not as expected."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.errors import ComponentError, InputError
from zoom_component.harness.exchanges import Exchange
from zoom_component.harness.expect import (
    Mismatch,
    compare_error,
    compare_events,
    compare_requests,
    compare_result,
    compare_tokens,
)
from zoom_component.harness.outcome import Failure, Outcome
from zoom_component.harness.paths import Astray, at, fill
from zoom_component.harness.recording import Leftover, Unrecorded
from zoom_component.harness.spec import Spec, Step
from zoom_component.harness.stages import Set, Stage

__all__ = ["run_spec"]


class Caused(NamedTuple):
    """What a step brought about: the requests that were sent, and the events that were announced, if they are known."""

    requests: Sequence[Exchange]
    events: Sequence[Mapping[str, Any]] | None


def run_spec(spec: Spec, stage: Stage) -> Outcome:
    """Runs a spec. Never raises for what Zoom or the spec does: that is the outcome's failures."""
    if why := stage.lacks(spec):
        return Outcome(spec.name, spec.path, spec.line("name"), 0.0, skipped=why)
    began = time.perf_counter()
    failures: tuple[Failure, ...] = ()
    try:
        with stage.open(spec) as opened:
            failures = _steps(spec, opened)
    except (Leftover, Unrecorded) as other:
        failures = failures or (Failure(spec.path, spec.line("steps"), spec.name, str(other)),)
    except ValueError as wrong:  # a fault at a path that no operation has
        failures = (Failure(spec.path, spec.line("zoom"), spec.name, str(wrong)),)
    return Outcome(spec.name, spec.path, spec.line("name"), time.perf_counter() - began, failures)


def _steps(spec: Spec, opened: Set) -> tuple[Failure, ...]:
    known: dict[str, Any] = {}
    for step in spec.steps:
        before = len(opened.exchanges)
        mismatches = list(_step(step, opened, known))
        if mismatches:
            sent = tuple(line for exchange in opened.exchanges[before:] for line in exchange.told())
            told = [sent or ("nothing was sent",), *[()] * len(mismatches)]  # once is enough
            return tuple(_failure(spec, step, *each) for each in zip(mismatches, told, strict=False))
    return ()


def _step(step: Step, opened: Set, known: dict[str, Any]) -> Iterator[Mismatch]:
    """Runs a step; what it came to goes into `known`. Yields what was not as expected."""
    try:
        inputs = fill(step.words.get("inputs") or {}, known)
    except Astray as astray:
        yield Mismatch(("inputs",), str(astray))
        return
    opened.advance(step.words.get("advance") or 0.0)
    faults = opened.faults(step.words.get("faults") or []) or ()
    before, heard = len(opened.exchanges), len(opened.events or ())
    data, error = _called(step, opened, inputs)
    if error is None:
        known.update({step.name: data} if step.name else {})
    caused = Caused(opened.exchanges[before:], None if opened.events is None else opened.events[heard:])
    yield from _judged(step, known, data, error, caused)
    for number, fault in enumerate(faults):
        if not fault.hits and fault.probability >= 1:
            yield Mismatch(("faults", number), "this fault hit no call of the step; `on` and `calls` say which it hits")


def _called(step: Step, opened: Set, inputs: Mapping[str, Any]) -> tuple[Any, ComponentError | None]:
    try:
        result = opened.session.run(
            step.run, inputs, page_size=step.words.get("pageSize"), merge=bool(step.words.get("merge"))
        )
    except ComponentError as refused:
        return None, refused
    return result.data, None


def _judged(
    step: Step, known: dict[str, Any], data: Any, error: ComponentError | None, caused: Caused
) -> Iterator[Mismatch]:
    wanted_error = step.expect.get("error")
    if error is not None and wanted_error is None:
        yield _failed(error, step)
        return
    if error is None:
        try:
            known.update({name: at(data, path) for name, path in (step.words.get("capture") or {}).items()})
        except Astray as astray:
            yield Mismatch(("capture",), str(astray))
            return
    try:
        expect = fill(step.expect, known)
    except Astray as astray:
        yield Mismatch(("expect",), str(astray))
        return
    if error is not None:
        yield from compare_error(expect["error"], error)
    elif wanted_error is not None:
        yield Mismatch(("error",), f"it succeeded, and {wanted_error.get('kind', 'an error')} was expected")
    else:
        yield from compare_result(expect, data)
    if expect.get("requests") is not None:
        yield from compare_requests(expect["requests"], [each for each in caused.requests if not each.of_token])
    if expect.get("tokens") is not None:
        yield from compare_tokens(expect["tokens"], [each for each in caused.requests if each.of_token])
    if expect.get("events") is not None and caused.events is not None:
        yield from compare_events(expect["events"], caused.events)


def _failure(spec: Spec, step: Step, mismatch: Mismatch, sent: tuple[str, ...]) -> Failure:
    place: tuple[str | int, ...] = ("steps", step.number)
    if mismatch.at:
        outside = mismatch.at[0] in ("inputs", "faults", "capture", "expect")
        place = (*place, *(mismatch.at if outside else ("expect", *mismatch.at)))
    line = spec.line(*place)
    label = step.label if step.label == step.run else f"{step.label} ({step.run})"
    return Failure(spec.path, line, f"step {step.number + 1}, {label}", mismatch.message, mismatch.diff, sent)


def _failed(error: ComponentError, step: Step) -> Mismatch:
    """A failure that nobody expected, at the input that is to blame, if one is."""
    if not isinstance(error, InputError):
        return Mismatch((), f"it failed with {error.kind}: {error.message}", _details(error))
    inputs = step.words.get("inputs") or {}
    place = next((("inputs", problem.input) for problem in error.problems if problem.input in inputs), ())
    if len(error.problems) == 1:
        return Mismatch(place, f"it failed with {error.kind}: {error.message}")
    lines = tuple(f"{problem.input}: {problem.message}" for problem in error.problems)
    return Mismatch(place, f"it failed with {error.kind}: {len(lines)} things are wrong with its inputs", lines)


def _details(error: ComponentError) -> tuple[str, ...]:
    told = error.as_json()
    return tuple(f"{word}: {told[word]}" for word in ("status", "code") if told.get(word) is not None)
