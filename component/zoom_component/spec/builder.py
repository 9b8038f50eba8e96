"""Reads every spec file below the roots and gives the compiled specs with all faults of all files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from zoom_component.spec.action_check import check_action, check_inputs, check_shared_inputs
from zoom_component.spec.compiler import compile_action, compile_input, compile_plain
from zoom_component.spec.data_source_check import check_data_source, check_data_source_names
from zoom_component.spec.data_source_model import DataSourceFile
from zoom_component.spec.diagnostics import Diagnostic
from zoom_component.spec.model import ActionFile, ConnectionFile, SharedInputsFile
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.poll_check import check_poll
from zoom_component.spec.shared_inputs import SharedInputs
from zoom_component.spec.spec_files import SpecFileInfo
from zoom_component.spec.trigger_model import TriggerFile
from zoom_component.spec.yaml12 import YamlDocument, parse_yaml

__all__ = ["BuildResult", "build_specs"]

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
class BuildResult:
    """The compiled specs by key, the faults in order of place, and the keys whose files are faulty."""

    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    triggers: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    invalid: dict[str, list[str]] = field(default_factory=dict)


def build_specs(sources: Iterable[SpecFileInfo]) -> BuildResult:
    """Compiles every source. Never raises for a faulty file: its faults are collected, and its key is `broken`."""
    built = BuildResult()
    known = list(sources)
    shared = SharedInputs()
    offered = [Path(source.name).stem for source in known if source.kind == "source"]
    inputs: list[tuple[SpecFileInfo, YamlDocument]] = []
    taken: dict[tuple[Path, str], dict[str, str]] = {}
    for source in known:
        if source.kind == "inputs":
            located = _read_file(source)
            if _validate(located, SharedInputsFile):
                own = located.value.get("inputs") or {}
                _refuse_use(located, own)
                check_data_source_names(located, own, offered)
                check_shared_inputs(located, {key: compile_input(key, words) for key, words in own.items()})
                _check_unique(located, own, taken.setdefault((source.root, source.folder), {}), source.name)
            shared.add(source.folder, located.value)
            inputs.append((source, located))
    for source, located in inputs:
        shared.check(source.folder, located)
        built.diagnostics += located.diagnostics
    # Those that run actions come last, whichever folder the actions lie in.
    for source in sorted(known, key=lambda each: each.kind in ("trigger", "source")):
        if source.kind != "inputs":
            _build_one(built, source, shared, offered)
    built.diagnostics.sort()
    return built


def _check_unique(located: YamlDocument, own: Mapping[str, Any], taken: dict[str, str], name: str) -> None:
    """A folder may have several files of shared inputs, but each input once."""
    for key in own:
        if key in taken:
            located.add(("inputs", key), f"{taken[key]} has a shared input {key} already", at_key=True)
        taken.setdefault(key, name)


def _build_one(built: BuildResult, source: SpecFileInfo, shared: SharedInputs, offered: Sequence[str]) -> None:
    located = _read_file(source)
    key = Path(source.name).stem
    if _validate(located, _MODELS[source.kind]) and not located.diagnostics:
        check_data_source_names(located, located.value.get("inputs") or {}, offered)
        compiled = _compile(built, located, source, shared)
        home: dict[str, dict[str, Any]] = getattr(built, _PLURAL[source.kind])
        _check_slug(built, located, compiled.get("slug"))
        if key in home:
            located.add(("key",), f"the key {key} is taken by {home[key]['file']}")
        elif not located.diagnostics:
            home[key] = compiled
    elif isinstance(located.value, Mapping) and all(_ODD.search(fault.message) for fault in located.diagnostics):
        # Only values are odd, so what else is wrong can be told in the same breath, as far as it can be seen.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            _compile(built, located, source, shared)
    if located.diagnostics:
        built.diagnostics += located.diagnostics
        built.invalid[key] = [str(fault) for fault in sorted(located.diagnostics)]


def _check_slug(built: BuildResult, located: YamlDocument, slug: str | None) -> None:
    """A slug stands for one action or one trigger."""
    for spec in (*built.actions.values(), *built.triggers.values()):
        if slug is not None and spec.get("slug") == slug:
            located.add(("slug",), f"the slug {slug} is taken by {spec['file']}")


def _compile(built: BuildResult, located: YamlDocument, source: SpecFileInfo, shared: SharedInputs) -> dict[str, Any]:
    """The compiled form of a document whose words are right; what does not fit in it is added to its faults."""
    _check_key(located, Path(source.name).stem)
    if source.kind == "action":
        compiled = compile_action(located, shared, source.folder, source.name)
        check_action(located, compiled)
    else:
        _refuse_use(located, located.value.get("inputs") or {})
        compiled = compile_plain(located, source.name)
        check_inputs(located, compiled["inputs"])
        if source.kind == "source":
            check_data_source(located, compiled, built.actions, built.invalid)
        else:
            check_poll(located, compiled, built.actions, built.invalid)
    return compiled


def _validate(located: YamlDocument, model: type[BaseModel]) -> bool:
    """Whether a document has the words of its model. A text that could not be read at all has been told of already."""
    if located.value is None and located.diagnostics:
        return False
    return validate_document(located, model)


def _refuse_use(located: YamlDocument, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    for key, words in inputs.items():
        if words.get("use") is not None:
            located.add(("inputs", key, "use"), "only an action's input can `use` another; write the words out here")


def _check_key(located: YamlDocument, key: str) -> None:
    if located.value["key"] != key:
        located.add(
            ("key",),
            f"the key is {located.value['key']!r} but the file is called {key}.yaml; they have to agree",
        )


def _read_file(source: SpecFileInfo) -> YamlDocument:
    path = str(source.path)
    located = YamlDocument(path)
    try:
        return parse_yaml(source.path.read_text(encoding="utf-8"), path)
    except UnicodeDecodeError as error:
        located.add((), f"not UTF-8 text (byte {error.start})")
    except OSError as error:
        located.add((), f"the file cannot be read: {error.strerror or 'it is not there'}")
    return located
