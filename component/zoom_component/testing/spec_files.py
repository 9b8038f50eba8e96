"""Load a test spec from its file, and report all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component import errors
from zoom_component.errors import SpecError
from zoom_component.spec.diagnostics import Diagnostic, suggest
from zoom_component.spec.document import Pointer, SpecDocument
from zoom_component.spec.document_reader import read_document
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.rule_schemas import find_schema_problems
from zoom_component.testing.model import TestSpecModel
from zoom_component.testing.references import InvalidPath, find_references, find_unclosed_references, parse_path
from zoom_component.testing.simulation import find_mistakes
from zoom_facts import list_event_names
from zoom_sandbox.fault_parsing import find_fault_problems

__all__ = ["Step", "TestSpec", "load_spec", "parse_moment"]

_Fields = Mapping[str, Any]


class Step(NamedTuple):
    """Hold one step: `number` counts from 0, `run` is the action's key, "" if it runs none."""

    number: int
    name: str | None
    run: str
    fields: _Fields

    @property
    def label(self) -> str:
        """Return the step's name, else its subject."""
        return self.name or self.subject

    @property
    def subject(self) -> str:
        """Return the key of the action or trigger, or "simulate"."""
        return self.run or self.fields.get("poll") or "simulate"

    @property
    def expect(self) -> _Fields:
        """Return the expectations."""
        return dict(self.fields.get("expect") or {})


class TestSpec(NamedTuple):
    """Hold a test spec.

    `path` is the path as it is printed, `sandbox` the initial state. `document` knows the positions of all parts.
    """

    path: str
    name: str
    sandbox: _Fields
    steps: tuple[Step, ...]
    document: SpecDocument

    def get_line(self, *pointer: str | int) -> int:
        """Return the line of a part of the file, or of the nearest part that contains it."""
        return self.document.position(pointer, at_key=True)[0]


def load_spec(
    path: Path, action_keys: Sequence[str], display_path: str | None = None, trigger_keys: Sequence[str] | None = None
) -> TestSpec:
    """Load a test spec. `trigger_keys` of None means that triggers are not checked.

    Raise SpecError with every problem as `path:line:col`.
    """
    display_path = display_path or str(path)
    document = read_document(path, display_path)
    document.diagnostics[:] = [_add_remedy(each, path) for each in document.diagnostics]
    if not document.diagnostics and validate_document(document, TestSpecModel):
        _check(document, action_keys, trigger_keys)
    if document.diagnostics:
        problems = [str(each) for each in sorted(document.diagnostics)]
        raise SpecError(f"the test spec is invalid: {problems[0]}", diagnostics=problems)
    value = document.value
    steps = tuple(
        Step(number, step.get("name"), step.get("run") or "", step) for number, step in enumerate(value["steps"])
    )
    return TestSpec(display_path, value["name"], value.get("sandbox") or {}, steps, document)


def _add_remedy(diagnostic: Diagnostic, path: Path) -> Diagnostic:
    """Return a YAML problem, with a hint if its likely cause is an unquoted reference."""
    if not diagnostic.message.startswith("not YAML"):
        return diagnostic
    line = path.read_text(encoding="utf-8").splitlines()[diagnostic.line - 1 : diagnostic.line]
    if any(re.search(r"[:\[,{]\s*\$\{", each) for each in line):
        return replace(diagnostic, message=f'{diagnostic.message}; put references in quotes: "${{made.id}}"')
    return diagnostic


def parse_moment(text: str) -> float:
    """Return the epoch seconds of an ISO time, UTC if it has no offset. Raise ValueError for another text."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _check(document: SpecDocument, action_keys: Sequence[str], trigger_keys: Sequence[str] | None) -> None:
    """Check what the models cannot: keys, names, paths, schemas and times."""
    content = document.value
    sandbox = content.get("sandbox") or {}
    clock = sandbox.get("clock")
    if clock is not None and not _is_moment(clock):
        document.add(("sandbox", "clock"), f'clock: expected a time such as 2026-03-10T11:00:00Z, got "{clock}"')
    _check_faults(document, ("sandbox", "faults"), sandbox.get("faults"))
    known: list[str] = []
    for number, step in enumerate(content["steps"]):
        here: Pointer = ("steps", number)
        _check_subject(document, here, step, action_keys, trigger_keys)
        _check_faults(document, (*here, "faults"), step.get("faults"))
        _check_references(document, here, step, known)
        _check_expectations(document, here, step.get("expect") or {})
        _check_events(document, here, step)
        for name, path in (step.get("capture") or {}).items():
            _check_path(document, (*here, "capture", name), path)
        for name in [*([step["name"]] if step.get("name") else []), *(step.get("capture") or {})]:
            if name in known:
                document.add(
                    (*here, "name"), f'expected a new name, got "{name}", which an earlier step or capture has'
                )
            known.append(name)


def _check_subject(
    document: SpecDocument, here: Pointer, step: _Fields, action_keys: Sequence[str], trigger_keys: Sequence[str] | None
) -> None:
    subjects = [key for key in ("run", "poll") if step.get(key) is not None]
    if len(subjects) > 1:
        document.add((*here, "poll"), "expected either run or poll, got both", at_key=True)
    elif not subjects and not step.get("simulate"):
        document.add(here, "expected run, poll or simulate, got none of them")
    for key, kind, known in (("run", "action", action_keys), ("poll", "trigger", trigger_keys)):
        if known is not None and step.get(key) is not None and step[key] not in known:
            document.add((*here, key), f'unknown {kind} "{step[key]}"; {suggest(step[key], known, limit=100)}')
    for number, activity in enumerate(step.get("simulate") or ()):
        for message in find_mistakes(activity):
            document.add((*here, "simulate", number), message)


def _check_references(document: SpecDocument, here: Pointer, step: _Fields, known: list[str]) -> None:
    own = [step["name"]] if step.get("name") else []
    names_in_expect = [*known, *own, *(step.get("capture") or {})]
    for key, names in (("inputs", known), ("simulate", known), ("expect", names_in_expect)):
        for pointer, name in find_references(step.get(key) or {}, (*here, key)):
            if name not in names:
                remedy = suggest(name, names) if names else "no earlier step has a name or a capture"
                document.add(pointer, f'no earlier step or capture is named "{name}"; {remedy}')
        for pointer in find_unclosed_references(step.get(key) or {}, (*here, key)):
            document.add(
                pointer, "expected } after ${, which begins a reference; write $${ for the characters themselves"
            )


def _check_expectations(document: SpecDocument, here: Pointer, expect: _Fields) -> None:
    result = [key for key in ("result", "equals", "schema", "paths") if key in expect]
    if expect.get("error") is not None and result:
        document.add((*here, "expect", result[0]), f"expected either error or {result[0]}, got both")
    if "schema" in expect:
        for pointer, message in find_schema_problems(expect["schema"]):
            document.add((*here, "expect", "schema", *pointer), message)
    kind = (expect.get("error") or {}).get("kind")
    if kind is not None and kind not in _list_error_kinds():
        document.add(
            (*here, "expect", "error", "kind"),
            f'unknown error kind "{kind}"; {suggest(kind, _list_error_kinds())}',
        )
    for path in expect.get("paths") or {}:
        _check_path(document, (*here, "expect", "paths", path), path)


def _check_events(document: SpecDocument, here: Pointer, step: _Fields) -> None:
    """Check the names of expected events: a poll emits only its own, every other step causes Zoom's."""
    poll = step.get("poll")
    source, known = ("Zoom", list_event_names()) if poll is None else ("the poll", [f"poll.{poll}"])
    for number, event in enumerate((step.get("expect") or {}).get("events") or ()):
        if event["event"] not in known:
            message = f'{source} has no event "{event["event"]}"; {suggest(event["event"], known, limit=12)}'
            document.add((*here, "expect", "events", number, "event"), message)


def _list_error_kinds() -> list[str]:
    return [getattr(errors, name).kind for name in errors.__all__ if name not in ("ComponentError", "Problem")]


def _check_faults(document: SpecDocument, here: Pointer, faults: Sequence[_Fields] | None) -> None:
    for number, fault in enumerate(faults or ()):
        for field, message in find_fault_problems(fault):
            document.add((*here, number, field) if field in fault else (*here, number), message)


def _check_path(document: SpecDocument, pointer: Pointer, path: str) -> None:
    try:
        parse_path(path)
    except InvalidPath as error:
        document.add(pointer, str(error))


def _is_moment(text: str) -> bool:
    try:
        parse_moment(text)
    except ValueError:
        return False
    return True
