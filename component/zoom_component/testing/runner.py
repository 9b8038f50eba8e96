"""Run a test spec: its steps in order, until one does not meet its expectations."""

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
    """Hold the requests that a step sent, and the events that it caused or emitted (None if unknown)."""

    requests: Sequence[RecordedExchange]
    events: Sequence[Mapping[str, Any]] | None


def run_spec(spec: TestSpec, backend: SpecBackend) -> SpecResult:
    """Run a spec and return its result. Errors of Zoom and of the spec become failures of the result."""
    if reason := backend.explain_unsupported(spec):
        return SpecResult(spec.name, spec.path, spec.get_line("name"), 0.0, skipped=reason)
    started = time.perf_counter()
    failures: tuple[SpecFailure, ...] = ()
    try:
        with backend.open_session(spec) as backend_session, SpecPollers(backend_session.session) as pollers:
            failures = _run_steps(spec, backend_session, pollers)
    except (UnusedExchanges, UnrecordedRequest) as error:
        failures = failures or (SpecFailure(spec.path, spec.get_line("steps"), spec.name, str(error)),)
    except ValueError as error:  # a fault at a path that no operation has
        failures = (SpecFailure(spec.path, spec.get_line("sandbox"), spec.name, str(error)),)
    return SpecResult(spec.name, spec.path, spec.get_line("name"), time.perf_counter() - started, failures)


def _run_steps(spec: TestSpec, backend: BackendSession, pollers: SpecPollers) -> tuple[SpecFailure, ...]:
    values: dict[str, Any] = {}
    for step in spec.steps:
        before = len(backend.exchanges)
        mismatches = list(_run_step(step, backend, pollers, values))
        if mismatches:
            requests = tuple(line for exchange in backend.exchanges[before:] for line in exchange.describe())
            # The first failure lists the requests; the others would only repeat them.
            requests_by_failure = [requests or ("no request was sent",), *[()] * len(mismatches)]
            pairs = zip(mismatches, requests_by_failure, strict=False)
            return tuple(_build_failure(spec, step, mismatch, lines) for mismatch, lines in pairs)
    return ()


def _run_step(step: Step, backend: BackendSession, pollers: SpecPollers, values: dict[str, Any]) -> Iterator[Mismatch]:
    """Run a step, add its result to `values`, and yield each unmet expectation."""
    try:
        inputs = resolve_references(step.fields.get("inputs") or {}, values)
        activities = resolve_references(step.fields.get("simulate") or [], values)
    except InvalidPath as error:
        yield Mismatch(("inputs",), str(error))
        return
    backend.advance(step.fields.get("advance") or 0.0)
    faults = backend.set_faults(step.fields.get("faults") or []) or ()
    requests_before, events_before = len(backend.exchanges), len(backend.events or ())
    for number, activity in enumerate(activities):
        try:
            backend.simulate(activity)
        except ValueError as error:
            yield Mismatch(("simulate", number), str(error))
            return
    data, component_error, emitted = _call_step(step, backend, pollers, inputs)
    if component_error is None and step.name:
        values[step.name] = data
    published = None if backend.events is None else backend.events[events_before:]
    effects = StepEffects(backend.exchanges[requests_before:], published if emitted is None else emitted)
    yield from _compare_step(step, values, data, component_error, effects)
    for number, fault in enumerate(faults):
        if not fault.hits and fault.probability >= 1:
            message = "this fault hit no call of the step; check its method, path and calls"
            yield Mismatch(("faults", number), message)


def _call_step(
    step: Step, backend: BackendSession, pollers: SpecPollers, inputs: Mapping[str, Any]
) -> tuple[Any, ComponentError | None, Sequence[Mapping[str, Any]] | None]:
    """Return the result or the error of a step, and the events that it emitted if it polls."""
    trigger, fields = step.fields.get("poll"), step.fields
    try:
        if trigger is not None:
            emit_first, restart = bool(fields.get("emitFirst")), bool(fields.get("restart"))
            data, emitted = pollers.poll(trigger, inputs, emit_first=emit_first, restart=restart)
            return data, None, emitted
        if not step.run:
            return None, None, None
        result = backend.session.run(
            step.run, inputs, page_size=fields.get("pageSize"), merge=bool(fields.get("merge"))
        )
    except ComponentError as error:
        return None, error, None if trigger is None else ()
    return result.data, None, None


def _compare_step(
    step: Step, values: dict[str, Any], data: Any, error: ComponentError | None, effects: StepEffects
) -> Iterator[Mismatch]:
    expected_error = step.expect.get("error")
    if error is not None and expected_error is None:
        yield _describe_unexpected_error(error, step)
        return
    if error is None:
        try:
            values.update({name: get_value(data, path) for name, path in (step.fields.get("capture") or {}).items()})
        except InvalidPath as invalid:
            yield Mismatch(("capture",), str(invalid))
            return
    try:
        expect = resolve_references(step.expect, values)
    except InvalidPath as invalid:
        yield Mismatch(("expect",), str(invalid))
        return
    if error is not None:
        yield from compare_error(expect["error"], error)
    elif expected_error is not None:
        yield Mismatch(("error",), f"expected {expected_error.get('kind', 'an error')}, but the step succeeded")
    else:
        yield from compare_result(expect, data)
    yield from _compare_effects(expect, effects)


def _compare_effects(expect: Mapping[str, Any], effects: StepEffects) -> Iterator[Mismatch]:
    if expect.get("requests") is not None:
        yield from compare_requests(
            expect["requests"], [each for each in effects.requests if not each.is_token_request]
        )
    if expect.get("tokenRequests") is not None:
        yield from compare_tokens(expect["tokenRequests"], [each for each in effects.requests if each.is_token_request])
    if expect.get("events") is not None and effects.events is not None:
        yield from compare_events(expect["events"], effects.events)


def _build_failure(spec: TestSpec, step: Step, mismatch: Mismatch, requests: tuple[str, ...]) -> SpecFailure:
    pointer: tuple[str | int, ...] = ("steps", step.number)
    if mismatch.pointer:
        is_of_step = mismatch.pointer[0] in ("inputs", "simulate", "faults", "capture", "expect")
        pointer = (*pointer, *(mismatch.pointer if is_of_step else ("expect", *mismatch.pointer)))
    line = spec.get_line(*pointer)
    label = step.label if step.label == step.subject else f"{step.label} ({step.subject})"
    return SpecFailure(spec.path, line, f"step {step.number + 1}, {label}", mismatch.message, mismatch.diff, requests)


def _describe_unexpected_error(error: ComponentError, step: Step) -> Mismatch:
    """Return the failure of a step that should have succeeded, at the invalid input if there is one."""
    if not isinstance(error, InputError):
        return Mismatch((), f"the step failed with {error.kind}: {error.message}", _format_details(error))
    inputs = step.fields.get("inputs") or {}
    pointer = next((("inputs", problem.input) for problem in error.problems if problem.input in inputs), ())
    if len(error.problems) == 1:
        return Mismatch(pointer, f"the step failed with {error.kind}: {error.message}")
    lines = tuple(f"{problem.input}: {problem.message}" for problem in error.problems)
    return Mismatch(pointer, f"the step failed with {error.kind}: {len(lines)} inputs are invalid", lines)


def _format_details(error: ComponentError) -> tuple[str, ...]:
    details = error.as_json()
    return tuple(f"{key}: {details[key]}" for key in ("status", "code") if details.get(key) is not None)
