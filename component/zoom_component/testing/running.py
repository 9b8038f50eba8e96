"""One test spec at work: its steps one after the other, until one is not as expected."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.errors import ComponentError, InputError
from zoom_component.testing.exchanges import Exchange
from zoom_component.testing.expect import (
    Mismatch,
    compare_error,
    compare_events,
    compare_requests,
    compare_result,
    compare_tokens,
)
from zoom_component.testing.outcome import Failure, Outcome
from zoom_component.testing.paths import Astray, at, fill
from zoom_component.testing.polls import Pollers
from zoom_component.testing.recording import Leftover, Unrecorded
from zoom_component.testing.spec import Spec, Step
from zoom_component.testing.stages import Set, Stage

__all__ = ["run_spec"]


class Caused(NamedTuple):
    """What a step brought about: the requests that were sent, and the events announced or emitted, if known."""

    requests: Sequence[Exchange]
    events: Sequence[Mapping[str, Any]] | None


def run_spec(spec: Spec, stage: Stage) -> Outcome:
    """Runs a spec. Never raises for what Zoom or the spec does: that is the outcome's failures."""
    if why := stage.lacks(spec):
        return Outcome(spec.name, spec.path, spec.line("name"), 0.0, skipped=why)
    began = time.perf_counter()
    failures: tuple[Failure, ...] = ()
    try:
        with stage.open(spec) as opened, Pollers(opened.session) as pollers:
            failures = _steps(spec, opened, pollers)
    except (Leftover, Unrecorded) as other:
        failures = failures or (Failure(spec.path, spec.line("steps"), spec.name, str(other)),)
    except ValueError as wrong:  # a fault at a path that no operation has
        failures = (Failure(spec.path, spec.line("zoom"), spec.name, str(wrong)),)
    return Outcome(spec.name, spec.path, spec.line("name"), time.perf_counter() - began, failures)


def _steps(spec: Spec, opened: Set, pollers: Pollers) -> tuple[Failure, ...]:
    known: dict[str, Any] = {}
    for step in spec.steps:
        before = len(opened.exchanges)
        mismatches = list(_step(step, opened, pollers, known))
        if mismatches:
            sent = tuple(line for exchange in opened.exchanges[before:] for line in exchange.told())
            told = [sent or ("nothing was sent",), *[()] * len(mismatches)]  # once is enough
            return tuple(_failure(spec, step, *each) for each in zip(mismatches, told, strict=False))
    return ()


def _step(step: Step, opened: Set, pollers: Pollers, known: dict[str, Any]) -> Iterator[Mismatch]:
    """Runs a step; what it came to goes into `known`. Yields what was not as expected."""
    try:
        inputs, acts = fill(step.words.get("inputs") or {}, known), fill(step.words.get("play") or [], known)
    except Astray as astray:
        yield Mismatch(("inputs",), str(astray))
        return
    opened.advance(step.words.get("advance") or 0.0)
    faults = opened.faults(step.words.get("faults") or []) or ()
    before, heard = len(opened.exchanges), len(opened.events or ())
    for number, act in enumerate(acts):
        try:
            opened.play(act)
        except ValueError as wrong:
            yield Mismatch(("play", number), str(wrong))
            return
    data, error, emitted = _called(step, opened, pollers, inputs)
    if error is None:
        known.update({step.name: data} if step.name else {})
    announced = None if opened.events is None else opened.events[heard:]
    caused = Caused(opened.exchanges[before:], announced if emitted is None else emitted)
    yield from _judged(step, known, data, error, caused)
    for number, fault in enumerate(faults):
        if not fault.hits and fault.probability >= 1:
            yield Mismatch(("faults", number), "this fault hit no call of the step; `on` and `calls` say which it hits")


def _called(
    step: Step, opened: Set, pollers: Pollers, inputs: Mapping[str, Any]
) -> tuple[Any, ComponentError | None, Sequence[Mapping[str, Any]] | None]:
    """The result or the error of a step, and what it emitted where it polls."""
    poll, words = step.words.get("poll"), step.words
    try:
        if poll is not None:
            emit_first, restart = bool(words.get("emitFirst")), bool(words.get("restart"))
            data, emitted = pollers.poll(poll, inputs, emit_first=emit_first, restart=restart)
            return data, None, emitted
        if not step.run:
            return None, None, None
        result = opened.session.run(
            step.run, inputs, page_size=step.words.get("pageSize"), merge=bool(step.words.get("merge"))
        )
    except ComponentError as refused:
        return None, refused, None if poll is None else ()
    return result.data, None, None


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
        outside = mismatch.at[0] in ("inputs", "play", "faults", "capture", "expect")
        place = (*place, *(mismatch.at if outside else ("expect", *mismatch.at)))
    line = spec.line(*place)
    label = step.label if step.label == step.what else f"{step.label} ({step.what})"
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
