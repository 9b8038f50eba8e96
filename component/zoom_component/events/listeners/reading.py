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
from zoom_component.events.listeners.kinds import KINDS, Place
from zoom_component.events.listeners.listeners import Listener, Retry
from zoom_component.events.listeners.model import ListenersFile
from zoom_component.events.listeners.spans import seconds
from zoom_component.events.webhook import Filter, read_filter
from zoom_component.events.webhook.filter_words import WORDS
from zoom_component.spec.faults import one_of
from zoom_component.spec.words import hold
from zoom_component.spec.yaml12 import Located, Pointer, read

if TYPE_CHECKING:
    from zoom_component.component import Component

__all__ = ["load_listeners", "read_listeners"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LONGEST_TIMEOUT, _LONGEST_WAIT = 86_400.0, 30 * 86_400.0


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
        raise SpecError(f"{path} cannot be read: {why.lower()}", faults=[f"{path}:1:1: {why.lower()}"]) from None
    folder = path.resolve().parent
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return read_listeners(text, str(path), folder, component, environ)


def read_listeners(
    text: str, shown: str, folder: Path, component: Component | None = None, environ: Mapping[str, str] | None = None
) -> list[Listener]:
    """The same from a text; `shown` is how the file is named in a fault."""
    located = read(text, shown)
    found: list[Listener] = []
    if not located.faults:
        hold(located, ListenersFile)
        named = located.value.get("listeners") if isinstance(located.value, Mapping) else None
        for name, words in named.items() if isinstance(named, Mapping) else ():
            if not _NAME.fullmatch(name):
                told = "letters, digits, and _ . - within, as in crm or crm.live; 64 of them at most"
                located.fault(("listeners", name), f"{name[:80]!r} is no name; accepted: {told}", at_key=True)
            if isinstance(words, Mapping):
                reader = _Reader(located, ("listeners", name), words)
                place = Place(reader, folder, component, os.environ if environ is None else environ)
                found += reader.listener(name, place)
    if located.faults:
        faults = [str(fault) for fault in sorted(set(located.faults))]
        raise SpecError(f"the listeners cannot be used: {faults[0]}", faults=faults)
    return found


class _Reader:
    """One listener as it stands in the file."""

    def __init__(self, located: Located, pointer: Pointer, words: Mapping[str, Any]) -> None:
        self._located = located
        self._pointer = pointer
        self.words = words
        self.filter = Filter()

    def listener(self, name: str, place: Place) -> list[Listener]:
        """The listener, in a list; nothing where it has a fault."""
        before = len(self._located.faults)
        self.filter = self._filter()
        timeout = self._span(("timeout",), 30.0, 0.1, _LONGEST_TIMEOUT)
        retry = self._retry()
        runner = self._kind(place)
        if runner is None or len(self._located.faults) > before:
            return []
        ordered, most = bool(self.words.get("ordered", False)), self.words.get("concurrency", 4)
        if isinstance(most, bool) or not isinstance(most, int):
            return []
        return [Listener(name, runner, self.filter, ordered, retry, timeout, most)]

    def fault(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Tell a fault at a part of this listener."""
        self._located.fault((*self._pointer, *pointer), message, at_key=at_key)

    def _filter(self) -> Filter:
        words = {word: self.words[word] for word in WORDS if word in self.words}
        return read_filter(words, self._located, self._pointer, facts)

    def _kind(self, place: Place) -> Any:
        said = [word for word in KINDS if word in self.words]
        if len(said) != 1:
            come = f"{one_of(said).replace(' or ', ' and ')} stand beside each other" if said else "it says none"
            self.fault((), f"{come}; a listener has one of {one_of(KINDS)}", at_key=True)
            return None
        kind = KINDS[said[0]]
        for word, owner in ((word, owner) for owner, each in KINDS.items() for word in each.words):
            if owner != said[0] and word in self.words:
                self.fault((word,), f"the word {word!r} belongs to {owner}; this listener has {said[0]}", at_key=True)
        return kind.read(self.words[said[0]], place)

    def _retry(self) -> Retry:
        words = self.words.get("retry")
        if not isinstance(words, Mapping):
            return Retry()
        usual = Retry()
        first = self._span(("retry", "first"), usual.first, 0.01, _LONGEST_WAIT)
        longest = self._span(("retry", "longest"), max(usual.longest, first), 0.01, _LONGEST_WAIT)
        if longest < first:
            self.fault(("retry", "longest"), "the longest wait is shorter than the first")
        attempts, factor = words.get("attempts", usual.attempts), words.get("factor", usual.factor)
        return Retry(attempts, first, factor, longest)

    def _span(self, pointer: tuple[str, ...], usual: float, least: float, most: float) -> float:
        value: Any = self.words
        for step in pointer:
            if step not in value:
                return usual
            value = value[step]
        try:
            found = seconds(value)
        except ValueError as problem:
            self.fault(pointer, f"{pointer[-1]}: {problem}")
            return usual
        if not least <= found <= most:
            self.fault(pointer, f"{pointer[-1]}: came {value}; accepted: from {least:g} to {most:g} seconds")
        return found
