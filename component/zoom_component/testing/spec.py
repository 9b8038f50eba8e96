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
from zoom_component.spec.faults import Fault, suggest
from zoom_component.spec.schemas import schema_faults
from zoom_component.spec.words import hold
from zoom_component.spec.yaml12 import Located, Pointer, read
from zoom_component.testing.model import SpecFile
from zoom_component.testing.paths import Astray, names_in, open_references, steps
from zoom_component.testing.playing import mistakes
from zoom_facts import event_names
from zoom_sandbox.fault_words import fault_mistakes

__all__ = ["SUFFIX", "Spec", "Step", "load", "moment"]

SUFFIX = ".test.yaml"
_PART = Mapping[str, Any]


class Step(NamedTuple):
    """One step: `number` counts from 0, `run` is the action's key ("" where something else is done)."""

    number: int
    name: str | None
    run: str
    words: _PART

    @property
    def label(self) -> str:
        return self.name or self.what

    @property
    def what(self) -> str:
        """What is done: the key of the action or the trigger, or `play`."""
        return self.run or self.words.get("poll") or "play"

    @property
    def expect(self) -> _PART:
        return dict(self.words.get("expect") or {})


class Spec(NamedTuple):
    """A test spec: `path` as it is shown, `zoom` how the embedded Zoom begins, and the places of all of it."""

    path: str
    name: str
    zoom: _PART
    steps: tuple[Step, ...]
    located: Located

    def line(self, *pointer: str | int) -> int:
        """The line at which a part stands, or what is around it."""
        return self.located.place(pointer, at_key=True)[0]


def load(path: Path, keys: Sequence[str], shown: str | None = None, polls: Sequence[str] | None = None) -> Spec:
    """Reads a test spec. `keys` are the actions that there are, `polls` the triggers (None: they are not looked at).

    Raises SpecError with every fault, `path:line:col`.
    """
    shown = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
        located = read(text, shown)
        located.faults[:] = [_with_remedy(fault, text) for fault in located.faults]
    except (OSError, UnicodeDecodeError) as error:
        located = Located(shown)
        located.fault((), f"the file cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}")
    if not located.faults and hold(located, SpecFile):
        _examine(located, keys, polls)
    if located.faults:
        faults = [str(fault) for fault in sorted(located.faults)]
        raise SpecError(f"the test spec cannot be used: {faults[0]}", faults=faults)
    value = located.value
    found = tuple(
        Step(number, step.get("name"), step.get("run") or "", step) for number, step in enumerate(value["steps"])
    )
    return Spec(shown, value["name"], value.get("zoom") or {}, found, located)


def _with_remedy(fault: Fault, text: str) -> Fault:
    """A fault of YAML, with what is most often the reason for it in a test spec."""
    line = text.splitlines()[fault.line - 1 : fault.line]
    if fault.message.startswith("not YAML") and any(re.search(r"[:\[,{]\s*\$\{", each) for each in line):
        return replace(fault, message=f'{fault.message}; put a reference in quotes, as in "${{made.id}}"')
    return fault


def moment(text: str) -> float:
    """Epoch seconds of a date-time; without an offset it is UTC. Raises ValueError for another text."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _examine(located: Located, keys: Sequence[str], polls: Sequence[str] | None) -> None:
    """What the models cannot see: keys, names, paths, schemas and moments."""
    document = located.value
    clock = (document.get("zoom") or {}).get("clock")
    if clock is not None and not _is_moment(clock):
        located.fault(("zoom", "clock"), f"clock: came {clock!r}; accepted: a moment such as 2026-03-10T11:00:00Z")
    _examine_faults(located, ("zoom", "faults"), (document.get("zoom") or {}).get("faults"))
    known: list[str] = []
    for number, step in enumerate(document["steps"]):
        here: Pointer = ("steps", number)
        _examine_doing(located, here, step, keys, polls)
        _examine_faults(located, (*here, "faults"), step.get("faults"))
        _examine_references(located, here, step, known)
        _examine_expectations(located, here, step.get("expect") or {})
        _examine_events(located, here, step)
        for name, path in (step.get("capture") or {}).items():
            _examine_path(located, (*here, "capture", name), path)
        for name in [*([step["name"]] if step.get("name") else []), *(step.get("capture") or {})]:
            if name in known:
                located.fault((*here, "name"), f"the name {name!r} is taken by an earlier step or capture")
            known.append(name)


def _examine_doing(
    located: Located, here: Pointer, step: _PART, keys: Sequence[str], polls: Sequence[str] | None
) -> None:
    doing = [word for word in ("run", "poll") if step.get(word) is not None]
    if len(doing) > 1:
        located.fault((*here, "poll"), "a step runs an action or polls a trigger, not both", at_key=True)
    elif not doing and not step.get("play"):
        located.fault(here, "the step does nothing: give run, poll or play")
    for word, what, known in (("run", "action", keys), ("poll", "trigger", polls)):
        if known is not None and step.get(word) is not None and step[word] not in known:
            told = suggest(step[word], known, most=100)
            located.fault((*here, word), f"there is no {what} {step[word]!r}; {told}")
    for number, act in enumerate(step.get("play") or ()):
        for sentence in mistakes(act):
            located.fault((*here, "play", number), sentence)


def _examine_references(located: Located, here: Pointer, step: _PART, known: list[str]) -> None:
    own = [step["name"]] if step.get("name") else []
    for word, names in (("inputs", known), ("play", known), ("expect", [*known, *own, *(step.get("capture") or {})])):
        for pointer, name in names_in(step.get(word) or {}, (*here, word)):
            if name not in names:
                near = suggest(name, names) if names else "no step before has a name or a capture"
                located.fault(pointer, f"there is no step and no capture {name!r} before; {near}")
        for pointer in open_references(step.get(word) or {}, (*here, word)):
            located.fault(pointer, "a ${ begins a reference, and no } ends it; $${ stands for the characters")


def _examine_expectations(located: Located, here: Pointer, expect: _PART) -> None:
    result = [word for word in ("result", "equals", "schema", "paths") if word in expect]
    if expect.get("error") is not None and result:
        located.fault((*here, "expect", result[0]), f"{result[0]} cannot stand beside error: one of the two happens")
    if "schema" in expect:
        for pointer, message in schema_faults(expect["schema"]):
            located.fault((*here, "expect", "schema", *pointer), message)
    kind = (expect.get("error") or {}).get("kind")
    if kind is not None and kind not in _kinds():
        located.fault(
            (*here, "expect", "error", "kind"), f"there is no kind of error {kind!r}; {suggest(kind, _kinds())}"
        )
    for path in expect.get("paths") or {}:
        _examine_path(located, (*here, "expect", "paths", path), path)


def _examine_events(located: Located, here: Pointer, step: _PART) -> None:
    """A poll emits events of its own name; everything else, those of Zoom."""
    poll = step.get("poll")
    who, known = ("Zoom", event_names()) if poll is None else ("the poll", [f"poll.{poll}"])
    for number, event in enumerate((step.get("expect") or {}).get("events") or ()):
        if event["event"] not in known:
            told = suggest(event["event"], known, most=12)
            located.fault(
                (*here, "expect", "events", number, "event"), f"{who} has no event {event['event']!r}; {told}"
            )


def _kinds() -> list[str]:
    return [getattr(errors, name).kind for name in errors.__all__ if name not in ("ComponentError", "Problem")]


def _examine_faults(located: Located, here: Pointer, faults: Sequence[_PART] | None) -> None:
    for number, fault in enumerate(faults or ()):
        for word, sentence in fault_mistakes(fault):
            located.fault((*here, number, word) if word in fault else (*here, number), sentence)


def _examine_path(located: Located, pointer: Pointer, path: str) -> None:
    try:
        steps(path)
    except Astray as astray:
        located.fault(pointer, str(astray))


def _is_moment(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True
