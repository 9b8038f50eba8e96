"""Reads every spec file below the roots and gives the compiled specs with all faults of all files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from zoom_component.spec.compile import compile_action, compile_input, compile_plain
from zoom_component.spec.examine import examine, examine_inputs, examine_shared
from zoom_component.spec.examine_poll import examine_poll
from zoom_component.spec.examine_source import examine_offers, examine_source
from zoom_component.spec.faults import Fault
from zoom_component.spec.model import ActionFile, ConnectionFile, SharedInputsFile
from zoom_component.spec.resolve import Shared
from zoom_component.spec.source_model import DataSourceFile
from zoom_component.spec.sources import Source
from zoom_component.spec.trigger_model import TriggerFile
from zoom_component.spec.words import hold
from zoom_component.spec.yaml12 import Located, read

__all__ = ["Built", "build"]

_MODELS: dict[str, type[BaseModel]] = {
    "action": ActionFile,
    "inputs": SharedInputsFile,
    "connection": ConnectionFile,
    "trigger": TriggerFile,
    "source": DataSourceFile,
}
_ODD = re.compile(r" cannot be |: came ")
_PLURAL = {"action": "actions", "connection": "connections", "trigger": "triggers", "source": "sources"}


@dataclass(slots=True)
class Built:
    """The compiled specs by key, the faults in order of place, and the keys whose files are faulty."""

    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    triggers: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    broken: dict[str, list[str]] = field(default_factory=dict)


def build(sources: Iterable[Source]) -> Built:
    """Compiles every source. Never raises for a faulty file: its faults are collected, and its key is `broken`."""
    built = Built()
    known = list(sources)
    shared = Shared()
    offered = [Path(source.name).stem for source in known if source.kind == "source"]
    inputs: list[tuple[Source, Located]] = []
    taken: dict[tuple[Path, str], dict[str, str]] = {}
    for source in known:
        if source.kind == "inputs":
            located = _read(source)
            if _held(located, SharedInputsFile):
                own = located.value.get("inputs") or {}
                _apart(located, own)
                examine_offers(located, own, offered)
                examine_shared(located, {key: compile_input(key, words) for key, words in own.items()})
                _once(located, own, taken.setdefault((source.root, source.folder), {}), source.name)
            shared.add(source.folder, located.value)
            inputs.append((source, located))
    for source, located in inputs:
        shared.examine(source.folder, located)
        built.faults += located.faults
    # Those that run actions come last, whichever folder the actions lie in.
    for source in sorted(known, key=lambda each: each.kind in ("trigger", "source")):
        if source.kind != "inputs":
            _one(built, source, shared, offered)
    built.faults.sort()
    return built


def _once(located: Located, own: Mapping[str, Any], taken: dict[str, str], name: str) -> None:
    """A folder may have several files of shared inputs, but each input once."""
    for key in own:
        if key in taken:
            located.fault(("inputs", key), f"{taken[key]} has a shared input {key} already", at_key=True)
        taken.setdefault(key, name)


def _one(built: Built, source: Source, shared: Shared, offered: Sequence[str]) -> None:
    located = _read(source)
    key = Path(source.name).stem
    if _held(located, _MODELS[source.kind]) and not located.faults:
        examine_offers(located, located.value.get("inputs") or {}, offered)
        compiled = _compiled(built, located, source, shared)
        home: dict[str, dict[str, Any]] = getattr(built, _PLURAL[source.kind])
        _slug(built, located, compiled.get("slug"))
        if key in home:
            located.fault(("key",), f"the key {key} is taken by {home[key]['file']}")
        elif not located.faults:
            home[key] = compiled
    elif isinstance(located.value, Mapping) and all(_ODD.search(fault.message) for fault in located.faults):
        # Only values are odd, so what else is wrong can be told in the same breath, as far as it can be seen.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            _compiled(built, located, source, shared)
    if located.faults:
        built.faults += located.faults
        built.broken[key] = [str(fault) for fault in sorted(located.faults)]


def _slug(built: Built, located: Located, slug: str | None) -> None:
    """A slug stands for one action or one trigger."""
    for spec in (*built.actions.values(), *built.triggers.values()):
        if slug is not None and spec.get("slug") == slug:
            located.fault(("slug",), f"the slug {slug} is taken by {spec['file']}")


def _compiled(built: Built, located: Located, source: Source, shared: Shared) -> dict[str, Any]:
    """The compiled form of a document whose words are right; what does not fit in it is added to its faults."""
    _named(located, Path(source.name).stem)
    if source.kind == "action":
        compiled = compile_action(located, shared, source.folder, source.name)
        examine(located, compiled)
    else:
        _apart(located, located.value.get("inputs") or {})
        compiled = compile_plain(located, source.name)
        examine_inputs(located, compiled["inputs"])
        if source.kind == "source":
            examine_source(located, compiled, built.actions, built.broken)
        else:
            examine_poll(located, compiled, built.actions, built.broken)
    return compiled


def _held(located: Located, model: type[BaseModel]) -> bool:
    """Whether a document has the words of its model. A text that could not be read at all has been told of already."""
    if located.value is None and located.faults:
        return False
    return hold(located, model)


def _apart(located: Located, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    for key, words in inputs.items():
        if words.get("use") is not None:
            located.fault(("inputs", key, "use"), "only an action's input can `use` another; write the words out here")


def _named(located: Located, key: str) -> None:
    if located.value["key"] != key:
        located.fault(
            ("key",),
            f"the key is {located.value['key']!r} but the file is called {key}.yaml; they have to agree",
        )


def _read(source: Source) -> Located:
    path = str(source.path)
    located = Located(path)
    try:
        return read(source.path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError as error:
        located.fault((), f"not UTF-8 text (byte {error.start})")
    except OSError as error:
        located.fault((), f"the file cannot be read: {error.strerror or 'it is not there'}")
    return located
