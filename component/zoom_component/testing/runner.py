"""One test spec at work: its steps one after the other, until one is not as expected."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.errors import ComponentError, InputError
from zoom_component.testing.backends import BackendSession, SpecBackend
from zoom_component.testing.exchanges import RecordedExchange
from zoom_component.testing.expectations import (
    Mismatch,
    compare_error,
    compare_events,
    compare_requests,
    compare_result,
    compare_tokens,
)
from zoom_component.testing.pollers import SpecPollers
from zoom_component.testing.recording import UnrecordedRequest, UnusedExchanges
from zoom_component.testing.references import InvalidPath, get_value, resolve_references
from zoom_component.testing.results import SpecFailure, SpecResult
from zoom_component.testing.spec_files import Step, TestSpec

__all__ = ["run_spec"]


class StepEffects(NamedTuple):
    """What a step brought about: the requests that were sent, and the events announced or emitted, if known."""

    requests: Sequence[RecordedExchange]
    events: Sequence[Mapping[str, Any]] | None


def run_spec(spec: TestSpec, backend: SpecBackend) -> SpecResult:
    """Runs a spec. Never raises for what Zoom or the spec does: that is the outcome's failures."""
    if why := backend.explain_unsupported(spec):
        return SpecResult(spec.name, spec.path, spec.get_line("name"), 0.0, skipped=why)
    began = time.perf_counter()
    failures: tuple[SpecFailure, ...] = ()
    try:
        with backend.open_session(spec) as opened, SpecPollers(opened.session) as pollers:
            failures = _run_steps(spec, opened, pollers)
    except (UnusedExchanges, UnrecordedRequest) as other:
        failures = failures or (SpecFailure(spec.path, spec.get_line("steps"), spec.name, str(other)),)
    except ValueError as wrong:  # a fault at a path that no operation has
        failures = (SpecFailure(spec.path, spec.get_line("zoom"), spec.name, str(wrong)),)
    return SpecResult(spec.name, spec.path, spec.get_line("name"), time.perf_counter() - began, failures)


def _run_steps(spec: TestSpec, opened: BackendSession, pollers: SpecPollers) -> tuple[SpecFailure, ...]:
    known: dict[str, Any] = {}
    for step in spec.steps:
        before = len(opened.exchanges)
        mismatches = list(_run_step(step, opened, pollers, known))
        if mismatches:
            sent = tuple(line for exchange in opened.exchanges[before:] for line in exchange.describe())
            told = [sent or ("nothing was sent",), *[()] * len(mismatches)]  # once is enough
            return tuple(_build_failure(spec, step, *each) for each in zip(mismatches, told, strict=False))
    return ()


def _run_step(step: Step, opened: BackendSession, pollers: SpecPollers, known: dict[str, Any]) -> Iterator[Mismatch]:
    """Runs a step; what it came to goes into `known`. Yields what was not as expected."""
    try:
        inputs, acts = (
            resolve_references(step.fields.get("inputs") or {}, known),
            resolve_references(step.fields.get("play") or [], known),
        )
    except InvalidPath as astray:
        yield Mismatch(("inputs",), str(astray))
        return
    opened.advance(step.fields.get("advance") or 0.0)
    faults = opened.set_faults(step.fields.get("faults") or []) or ()
    before, heard = len(opened.exchanges), len(opened.events or ())
    for number, act in enumerate(acts):
        try:
            opened.simulate(act)
        except ValueError as wrong:
            yield Mismatch(("play", number), str(wrong))
            return
    data, error, emitted = _call_step(step, opened, pollers, inputs)
    if error is None:
        known.update({step.name: data} if step.name else {})
    announced = None if opened.events is None else opened.events[heard:]
    caused = StepEffects(opened.exchanges[before:], announced if emitted is None else emitted)
    yield from _compare_step(step, known, data, error, caused)
    for number, fault in enumerate(faults):
        if not fault.hits and fault.probability >= 1:
            yield Mismatch(("faults", number), "this fault hit no call of the step; `on` and `calls` say which it hits")


def _call_step(
    step: Step, opened: BackendSession, pollers: SpecPollers, inputs: Mapping[str, Any]
) -> tuple[Any, ComponentError | None, Sequence[Mapping[str, Any]] | None]:
    """The result or the error of a step, and what it emitted where it polls."""
    poll, words = step.fields.get("poll"), step.fields
    try:
        if poll is not None:
            emit_first, restart = bool(words.get("emitFirst")), bool(words.get("restart"))
            data, emitted = pollers.poll(poll, inputs, emit_first=emit_first, restart=restart)
            return data, None, emitted
        if not step.run:
            return None, None, None
        result = opened.session.run(
            step.run, inputs, page_size=step.fields.get("pageSize"), merge=bool(step.fields.get("merge"))
        )
    except ComponentError as refused:
        return None, refused, None if poll is None else ()
    return result.data, None, None


def _compare_step(
    step: Step, known: dict[str, Any], data: Any, error: ComponentError | None, caused: StepEffects
) -> Iterator[Mismatch]:
    wanted_error = step.expect.get("error")
    if error is not None and wanted_error is None:
        yield _describe_unexpected_error(error, step)
        return
    if error is None:
        try:
            known.update({name: get_value(data, path) for name, path in (step.fields.get("capture") or {}).items()})
        except InvalidPath as astray:
            yield Mismatch(("capture",), str(astray))
            return
    try:
        expect = resolve_references(step.expect, known)
    except InvalidPath as astray:
        yield Mismatch(("expect",), str(astray))
        return
    if error is not None:
        yield from compare_error(expect["error"], error)
    elif wanted_error is not None:
        yield Mismatch(("error",), f"it succeeded, and {wanted_error.get('kind', 'an error')} was expected")
    else:
        yield from compare_result(expect, data)
    if expect.get("requests") is not None:
        yield from compare_requests(expect["requests"], [each for each in caused.requests if not each.is_token_request])
    if expect.get("tokens") is not None:
        yield from compare_tokens(expect["tokens"], [each for each in caused.requests if each.is_token_request])
    if expect.get("events") is not None and caused.events is not None:
        yield from compare_events(expect["events"], caused.events)


def _build_failure(spec: TestSpec, step: Step, mismatch: Mismatch, sent: tuple[str, ...]) -> SpecFailure:
    place: tuple[str | int, ...] = ("steps", step.number)
    if mismatch.pointer:
        outside = mismatch.pointer[0] in ("inputs", "play", "faults", "capture", "expect")
        place = (*place, *(mismatch.pointer if outside else ("expect", *mismatch.pointer)))
    line = spec.get_line(*place)
    label = step.label if step.label == step.subject else f"{step.label} ({step.subject})"
    return SpecFailure(spec.path, line, f"step {step.number + 1}, {label}", mismatch.message, mismatch.diff, sent)


def _describe_unexpected_error(error: ComponentError, step: Step) -> Mismatch:
    """A failure that nobody expected, at the input that is to blame, if one is."""
    if not isinstance(error, InputError):
        return Mismatch((), f"it failed with {error.kind}: {error.message}", _format_details(error))
    inputs = step.fields.get("inputs") or {}
    place = next((("inputs", problem.input) for problem in error.problems if problem.input in inputs), ())
    if len(error.problems) == 1:
        return Mismatch(place, f"it failed with {error.kind}: {error.message}")
    lines = tuple(f"{problem.input}: {problem.message}" for problem in error.problems)
    return Mismatch(place, f"it failed with {error.kind}: {len(lines)} things are wrong with its inputs", lines)


def _format_details(error: ComponentError) -> tuple[str, ...]:
    told = error.as_json()
    return tuple(f"{word}: {told[word]}" for word in ("status", "code") if told.get(word) is not None)
