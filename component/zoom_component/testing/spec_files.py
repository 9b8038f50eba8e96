"""A test spec as it is run, read from its file with every fault of it at once."""

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
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.rule_schemas import find_schema_problems
from zoom_component.spec.yaml12 import Pointer, YamlDocument, parse_yaml
from zoom_component.testing.model import TestSpecModel
from zoom_component.testing.references import InvalidPath, find_references, find_unclosed_references, parse_path
from zoom_component.testing.simulation import find_mistakes
from zoom_facts import list_event_names
from zoom_sandbox.fault_parsing import find_fault_problems

__all__ = ["SPEC_SUFFIX", "Step", "TestSpec", "load_spec", "parse_moment"]

SPEC_SUFFIX = ".test.yaml"
_PART = Mapping[str, Any]


class Step(NamedTuple):
    """One step: `number` counts from 0, `run` is the action's key ("" where something else is done)."""

    number: int
    name: str | None
    run: str
    fields: _PART

    @property
    def label(self) -> str:
        return self.name or self.subject

    @property
    def subject(self) -> str:
        """What is done: the key of the action or the trigger, or `play`."""
        return self.run or self.fields.get("poll") or "play"

    @property
    def expect(self) -> _PART:
        return dict(self.fields.get("expect") or {})


class TestSpec(NamedTuple):
    """A test spec: `path` as it is shown, `zoom` how the embedded Zoom begins, and the places of all of it."""

    path: str
    name: str
    sandbox: _PART
    steps: tuple[Step, ...]
    located: YamlDocument

    def get_line(self, *pointer: str | int) -> int:
        """The line at which a part stands, or what is around it."""
        return self.located.position(pointer, at_key=True)[0]


def load_spec(
    path: Path, action_keys: Sequence[str], display_path: str | None = None, trigger_keys: Sequence[str] | None = None
) -> TestSpec:
    """Reads a test spec. `keys` are the actions that there are, `polls` the triggers (None: they are not looked at).

    Raises SpecError with every fault, `path:line:col`.
    """
    display_path = display_path or str(path)
    try:
        text = path.read_text(encoding="utf-8")
        located = parse_yaml(text, display_path)
        located.diagnostics[:] = [_add_remedy(fault, text) for fault in located.diagnostics]
    except (OSError, UnicodeDecodeError) as error:
        located = YamlDocument(display_path)
        located.add((), f"the file cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}")
    if not located.diagnostics and validate_document(located, TestSpecModel):
        _check(located, action_keys, trigger_keys)
    if located.diagnostics:
        faults = [str(fault) for fault in sorted(located.diagnostics)]
        raise SpecError(f"the test spec cannot be used: {faults[0]}", diagnostics=faults)
    value = located.value
    found = tuple(
        Step(number, step.get("name"), step.get("run") or "", step) for number, step in enumerate(value["steps"])
    )
    return TestSpec(display_path, value["name"], value.get("zoom") or {}, found, located)


def _add_remedy(fault: Diagnostic, text: str) -> Diagnostic:
    """A fault of YAML, with what is most often the reason for it in a test spec."""
    line = text.splitlines()[fault.line - 1 : fault.line]
    if fault.message.startswith("not YAML") and any(re.search(r"[:\[,{]\s*\$\{", each) for each in line):
        return replace(fault, message=f'{fault.message}; put a reference in quotes, as in "${{made.id}}"')
    return fault


def parse_moment(text: str) -> float:
    """Epoch seconds of a date-time; without an offset it is UTC. Raises ValueError for another text."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _check(located: YamlDocument, keys: Sequence[str], polls: Sequence[str] | None) -> None:
    """What the models cannot see: keys, names, paths, schemas and moments."""
    document = located.value
    clock = (document.get("zoom") or {}).get("clock")
    if clock is not None and not _is_moment(clock):
        located.add(("zoom", "clock"), f"clock: came {clock!r}; accepted: a moment such as 2026-03-10T11:00:00Z")
    _check_faults(located, ("zoom", "faults"), (document.get("zoom") or {}).get("faults"))
    known: list[str] = []
    for number, step in enumerate(document["steps"]):
        here: Pointer = ("steps", number)
        _check_subject(located, here, step, keys, polls)
        _check_faults(located, (*here, "faults"), step.get("faults"))
        _check_references(located, here, step, known)
        _check_expectations(located, here, step.get("expect") or {})
        _check_events(located, here, step)
        for name, path in (step.get("capture") or {}).items():
            _check_path(located, (*here, "capture", name), path)
        for name in [*([step["name"]] if step.get("name") else []), *(step.get("capture") or {})]:
            if name in known:
                located.add((*here, "name"), f"the name {name!r} is taken by an earlier step or capture")
            known.append(name)


def _check_subject(
    located: YamlDocument, here: Pointer, step: _PART, keys: Sequence[str], polls: Sequence[str] | None
) -> None:
    doing = [word for word in ("run", "poll") if step.get(word) is not None]
    if len(doing) > 1:
        located.add((*here, "poll"), "a step runs an action or polls a trigger, not both", at_key=True)
    elif not doing and not step.get("play"):
        located.add(here, "the step does nothing: give run, poll or play")
    for word, what, known in (("run", "action", keys), ("poll", "trigger", polls)):
        if known is not None and step.get(word) is not None and step[word] not in known:
            told = suggest(step[word], known, limit=100)
            located.add((*here, word), f"there is no {what} {step[word]!r}; {told}")
    for number, act in enumerate(step.get("play") or ()):
        for sentence in find_mistakes(act):
            located.add((*here, "play", number), sentence)


def _check_references(located: YamlDocument, here: Pointer, step: _PART, known: list[str]) -> None:
    own = [step["name"]] if step.get("name") else []
    for word, names in (("inputs", known), ("play", known), ("expect", [*known, *own, *(step.get("capture") or {})])):
        for pointer, name in find_references(step.get(word) or {}, (*here, word)):
            if name not in names:
                near = suggest(name, names) if names else "no step before has a name or a capture"
                located.add(pointer, f"there is no step and no capture {name!r} before; {near}")
        for pointer in find_unclosed_references(step.get(word) or {}, (*here, word)):
            located.add(pointer, "a ${ begins a reference, and no } ends it; $${ stands for the characters")


def _check_expectations(located: YamlDocument, here: Pointer, expect: _PART) -> None:
    result = [word for word in ("result", "equals", "schema", "paths") if word in expect]
    if expect.get("error") is not None and result:
        located.add((*here, "expect", result[0]), f"{result[0]} cannot stand beside error: one of the two happens")
    if "schema" in expect:
        for pointer, message in find_schema_problems(expect["schema"]):
            located.add((*here, "expect", "schema", *pointer), message)
    kind = (expect.get("error") or {}).get("kind")
    if kind is not None and kind not in _list_error_kinds():
        located.add(
            (*here, "expect", "error", "kind"),
            f"there is no kind of error {kind!r}; {suggest(kind, _list_error_kinds())}",
        )
    for path in expect.get("paths") or {}:
        _check_path(located, (*here, "expect", "paths", path), path)


def _check_events(located: YamlDocument, here: Pointer, step: _PART) -> None:
    """A poll emits events of its own name; everything else, those of Zoom."""
    poll = step.get("poll")
    who, known = ("Zoom", list_event_names()) if poll is None else ("the poll", [f"poll.{poll}"])
    for number, event in enumerate((step.get("expect") or {}).get("events") or ()):
        if event["event"] not in known:
            told = suggest(event["event"], known, limit=12)
            located.add((*here, "expect", "events", number, "event"), f"{who} has no event {event['event']!r}; {told}")


def _list_error_kinds() -> list[str]:
    return [getattr(errors, name).kind for name in errors.__all__ if name not in ("ComponentError", "Problem")]


def _check_faults(located: YamlDocument, here: Pointer, faults: Sequence[_PART] | None) -> None:
    for number, fault in enumerate(faults or ()):
        for word, sentence in find_fault_problems(fault):
            located.add((*here, number, word) if word in fault else (*here, number), sentence)


def _check_path(located: YamlDocument, pointer: Pointer, path: str) -> None:
    try:
        parse_path(path)
    except InvalidPath as astray:
        located.add(pointer, str(astray))


def _is_moment(text: str) -> bool:
    try:
        parse_moment(text)
    except ValueError:
        return False
    return True
