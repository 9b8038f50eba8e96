"""Parse a listeners.yaml or listeners.json strictly, and report all its problems at once as file:line:column."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zoom_facts as facts
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import SpecError
from zoom_component.events.listeners.durations import parse_duration
from zoom_component.events.listeners.handler_kinds import HANDLER_KINDS, HandlerContext
from zoom_component.events.listeners.listener import EventHandler, Listener, RetrySchedule
from zoom_component.events.listeners.model import ListenersModel
from zoom_component.events.webhook import Filter, parse_located_filter
from zoom_component.events.webhook.filter_parser import FILTER_KEYS
from zoom_component.spec.diagnostics import join_choices
from zoom_component.spec.document import Pointer, SpecDocument
from zoom_component.spec.document_reader import parse_document
from zoom_component.spec.model_check import validate_document

if TYPE_CHECKING:
    from zoom_component.component import Component

__all__ = ["load_listeners", "parse_listeners"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MAX_TIMEOUT, _MAX_DELAY = 86_400.0, 30 * 86_400.0


def load_listeners(
    path: Path | str, component: Component | None = None, environ: Mapping[str, str] | None = None,
    *, network: NetworkSettings | None = None,
) -> list[Listener]:  # fmt: skip
    """Return the listeners of a file. Raise SpecError with every problem as `path:line:col`.

    Functions are also imported from the file's folder, and programs run in it. `component` holds the actions that
    listeners may run. `network` names a proxy and certificate authorities for forwards and for runs.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        raise SpecError(f"cannot read {path}: {reason}", diagnostics=[f"{path}:1:1: {reason}"]) from None
    folder = path.resolve().parent
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return parse_listeners(text, str(path), folder, component, environ, network=network)


def parse_listeners(
    text: str,
    display_path: str,
    folder: Path,
    component: Component | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    network: NetworkSettings | None = None,
) -> list[Listener]:
    """Return the listeners of a YAML text; problems name the file by `display_path`. If that ends in .json, of JSON."""
    document = parse_document(text, display_path)
    listeners: list[Listener] = []
    if not document.diagnostics:
        validate_document(document, ListenersModel)
        by_name = document.value.get("listeners") if isinstance(document.value, Mapping) else None
        for name, fields in by_name.items() if isinstance(by_name, Mapping) else ():
            if not _NAME.fullmatch(name):
                expected = "a name of up to 64 letters, digits and _ . -, such as crm or crm.live"
                document.add(("listeners", name), f'expected {expected}, got "{name[:80]}"', at_key=True)
            if isinstance(fields, Mapping):
                parser = _ListenerParser(document, ("listeners", name), fields)
                context = HandlerContext(
                    parser, folder, component, os.environ if environ is None else environ, network or NetworkSettings()
                )
                listeners += parser.parse(name, context)
    if document.diagnostics:
        problems = [str(each) for each in sorted(set(document.diagnostics))]
        raise SpecError(f"the listeners file is invalid: {problems[0]}", diagnostics=problems)
    return listeners


class _ListenerParser:
    """Parse one listener of a file."""

    def __init__(self, document: SpecDocument, pointer: Pointer, fields: Mapping[str, Any]) -> None:
        self._document = document
        self._pointer = pointer
        self.fields = fields
        self.filter = Filter()

    def parse(self, name: str, context: HandlerContext) -> list[Listener]:
        """Return a list with the listener; an empty one if it has a problem."""
        before = len(self._document.diagnostics)
        self.filter = self._parse_filter()
        timeout = self._parse_duration(("timeout",), 30.0, 0.1, _MAX_TIMEOUT)
        retry = self._parse_retry()
        handler = self._parse_handler(context)
        if handler is None or len(self._document.diagnostics) > before:
            return []
        ordered, concurrency = bool(self.fields.get("ordered", False)), self.fields.get("concurrency", 4)
        if isinstance(concurrency, bool) or not isinstance(concurrency, int):
            return []
        return [Listener(name, handler, self.filter, ordered, retry, timeout, concurrency)]

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Report a problem at a part of this listener."""
        self._document.add((*self._pointer, *pointer), message, at_key=at_key)

    def _parse_filter(self) -> Filter:
        fields = {key: self.fields[key] for key in FILTER_KEYS if key in self.fields}
        return parse_located_filter(fields, self._document, self._pointer, facts)

    def _parse_handler(self, context: HandlerContext) -> EventHandler | None:
        names = [name for name in HANDLER_KINDS if name in self.fields]
        if len(names) != 1:
            got = join_choices(names).replace(" or ", " and ") if names else "none"
            self.add((), f"expected one of {join_choices(HANDLER_KINDS)}, got {got}", at_key=True)
            return None
        name = names[0]
        for key, owner in ((key, owner) for owner, kind in HANDLER_KINDS.items() for key in kind.keys):
            if owner != name and key in self.fields:
                self.add((key,), f"{key} is only valid together with {owner}; this listener has {name}", at_key=True)
        return HANDLER_KINDS[name].parse(self.fields[name], context)

    def _parse_retry(self) -> RetrySchedule:
        fields, default = self.fields.get("retry"), RetrySchedule()
        if not isinstance(fields, Mapping):
            return default
        first = self._parse_duration(("retry", "firstDelay"), default.first_delay, 0.01, _MAX_DELAY)
        longest = self._parse_duration(("retry", "maxDelay"), max(default.max_delay, first), 0.01, _MAX_DELAY)
        if longest < first:
            self.add(("retry", "maxDelay"), "maxDelay is shorter than firstDelay")
        attempts, factor = fields.get("maxAttempts", default.max_attempts), fields.get("factor", default.factor)
        return RetrySchedule(attempts, first, factor, longest)

    def _parse_duration(self, pointer: tuple[str, ...], default: float, minimum: float, maximum: float) -> float:
        value: Any = self.fields
        for key in pointer:
            if key not in value:
                return default
            value = value[key]
        try:
            seconds = parse_duration(value)
        except ValueError as error:
            self.add(pointer, f"{pointer[-1]}: {error}")
            return default
        if not minimum <= seconds <= maximum:
            self.add(pointer, f"{pointer[-1]}: expected {minimum:g} to {maximum:g} seconds, got {value}")
        return seconds
