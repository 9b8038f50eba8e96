"""listeners.yaml read strictly: every fault at once, as file:line:column, with the right words beside it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zoom_facts as facts
from zoom_component.errors import SpecError
from zoom_component.events.listeners.durations import parse_duration
from zoom_component.events.listeners.handler_kinds import HANDLER_KINDS, HandlerContext
from zoom_component.events.listeners.listener import Listener, RetrySchedule
from zoom_component.events.listeners.model import ListenersModel
from zoom_component.events.webhook import Filter, parse_located_filter
from zoom_component.events.webhook.filter_parser import FILTER_KEYS
from zoom_component.spec.diagnostics import join_choices
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.yaml12 import Pointer, YamlDocument, parse_yaml

if TYPE_CHECKING:
    from zoom_component.component import Component

__all__ = ["load_listeners", "parse_listeners"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MAX_TIMEOUT, _MAX_DELAY = 86_400.0, 30 * 86_400.0


def load_listeners(
    path: Path | str, component: Component | None = None, environ: Mapping[str, str] | None = None
) -> list[Listener]:
    """The listeners of a file. Raises SpecError with every fault, `path:line:col`.

    Functions are looked for beside the file, too, and programs run in its folder. `component` holds the actions that
    may be run; the packaged ones where none is given.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SpecError(f"{path} cannot be read: {why.lower()}", diagnostics=[f"{path}:1:1: {why.lower()}"]) from None
    folder = path.resolve().parent
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return parse_listeners(text, str(path), folder, component, environ)


def parse_listeners(
    text: str,
    display_path: str,
    folder: Path,
    component: Component | None = None,
    environ: Mapping[str, str] | None = None,
) -> list[Listener]:
    """The same from a text; `shown` is how the file is named in a fault."""
    located = parse_yaml(text, display_path)
    found: list[Listener] = []
    if not located.diagnostics:
        validate_document(located, ListenersModel)
        named = located.value.get("listeners") if isinstance(located.value, Mapping) else None
        for name, words in named.items() if isinstance(named, Mapping) else ():
            if not _NAME.fullmatch(name):
                told = "letters, digits, and _ . - within, as in crm or crm.live; 64 of them at most"
                located.add(("listeners", name), f"{name[:80]!r} is no name; accepted: {told}", at_key=True)
            if isinstance(words, Mapping):
                reader = _Reader(located, ("listeners", name), words)
                place = HandlerContext(reader, folder, component, os.environ if environ is None else environ)
                found += reader.listener(name, place)
    if located.diagnostics:
        faults = [str(fault) for fault in sorted(set(located.diagnostics))]
        raise SpecError(f"the listeners cannot be used: {faults[0]}", diagnostics=faults)
    return found


class _Reader:
    """One listener as it stands in the file."""

    def __init__(self, located: YamlDocument, pointer: Pointer, words: Mapping[str, Any]) -> None:
        self._located = located
        self._pointer = pointer
        self.fields = words
        self.filter = Filter()

    def listener(self, name: str, place: HandlerContext) -> list[Listener]:
        """The listener, in a list; nothing where it has a fault."""
        before = len(self._located.diagnostics)
        self.filter = self._filter()
        timeout = self._span(("timeout",), 30.0, 0.1, _MAX_TIMEOUT)
        retry = self._retry()
        runner = self._kind(place)
        if runner is None or len(self._located.diagnostics) > before:
            return []
        ordered, most = bool(self.fields.get("ordered", False)), self.fields.get("concurrency", 4)
        if isinstance(most, bool) or not isinstance(most, int):
            return []
        return [Listener(name, runner, self.filter, ordered, retry, timeout, most)]

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Tell a fault at a part of this listener."""
        self._located.add((*self._pointer, *pointer), message, at_key=at_key)

    def _filter(self) -> Filter:
        words = {word: self.fields[word] for word in FILTER_KEYS if word in self.fields}
        return parse_located_filter(words, self._located, self._pointer, facts)

    def _kind(self, place: HandlerContext) -> Any:
        said = [word for word in HANDLER_KINDS if word in self.fields]
        if len(said) != 1:
            come = f"{join_choices(said).replace(' or ', ' and ')} stand beside each other" if said else "it says none"
            self.add((), f"{come}; a listener has one of {join_choices(HANDLER_KINDS)}", at_key=True)
            return None
        kind = HANDLER_KINDS[said[0]]
        for word, owner in ((word, owner) for owner, each in HANDLER_KINDS.items() for word in each.keys):
            if owner != said[0] and word in self.fields:
                self.add((word,), f"the word {word!r} belongs to {owner}; this listener has {said[0]}", at_key=True)
        return kind.read(self.fields[said[0]], place)

    def _retry(self) -> RetrySchedule:
        words = self.fields.get("retry")
        if not isinstance(words, Mapping):
            return RetrySchedule()
        usual = RetrySchedule()
        first = self._span(("retry", "first"), usual.first_delay, 0.01, _MAX_DELAY)
        longest = self._span(("retry", "longest"), max(usual.max_delay, first), 0.01, _MAX_DELAY)
        if longest < first:
            self.add(("retry", "longest"), "the longest wait is shorter than the first")
        attempts, factor = words.get("attempts", usual.max_attempts), words.get("factor", usual.factor)
        return RetrySchedule(attempts, first, factor, longest)

    def _span(self, pointer: tuple[str, ...], usual: float, least: float, most: float) -> float:
        value: Any = self.fields
        for step in pointer:
            if step not in value:
                return usual
            value = value[step]
        try:
            found = parse_duration(value)
        except ValueError as problem:
            self.add(pointer, f"{pointer[-1]}: {problem}")
            return usual
        if not least <= found <= most:
            self.add(pointer, f"{pointer[-1]}: came {value}; accepted: from {least:g} to {most:g} seconds")
        return found
