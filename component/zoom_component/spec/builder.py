"""Read every spec file below the roots, and return the compiled specs with the diagnostics of all files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from zoom_component.paths import SpecFileInfo
from zoom_component.spec.action_check import check_action, check_inputs, check_shared_inputs
from zoom_component.spec.action_model import ActionFile
from zoom_component.spec.compiler import compile_action, compile_input, compile_plain
from zoom_component.spec.connection_model import ConnectionFile
from zoom_component.spec.data_source_check import check_data_source, check_data_source_names
from zoom_component.spec.data_source_model import DataSourceFile
from zoom_component.spec.diagnostics import Diagnostic, quote
from zoom_component.spec.document import SpecDocument
from zoom_component.spec.document_reader import read_document
from zoom_component.spec.model_check import validate_document
from zoom_component.spec.poll_check import check_poll
from zoom_component.spec.shared_inputs import SharedInputs
from zoom_component.spec.shared_inputs_model import SharedInputsFile
from zoom_component.spec.trigger_model import TriggerFile

__all__ = ["BuildResult", "build_specs"]

_MODELS: dict[str, type[BaseModel]] = {
    "action": ActionFile,
    "inputs": SharedInputsFile,
    "connection": ConnectionFile,
    "trigger": TriggerFile,
    "source": DataSourceFile,
}
_PLURAL = {"action": "actions", "connection": "connections", "trigger": "triggers", "source": "sources"}


@dataclass(slots=True)
class BuildResult:
    """Hold the compiled specs by key, the diagnostics in order, and the keys of invalid files."""

    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    triggers: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    invalid: dict[str, list[str]] = field(default_factory=dict)


def build_specs(files: Iterable[SpecFileInfo]) -> BuildResult:
    """Compile every spec file. An invalid file raises nothing: its diagnostics are collected."""
    result = BuildResult()
    known = list(files)
    shared = SharedInputs()
    sources = [Path(file.name).stem for file in known if file.kind == "source"]
    _build_shared(result, [file for file in known if file.kind == "inputs"], shared, sources)
    owners: dict[tuple[str, str], SpecFileInfo] = {}
    # Triggers and data sources run actions, so they come last, in any order of folders.
    for file in sorted(known, key=lambda each: each.kind in ("trigger", "source")):
        if file.kind != "inputs":
            _build_one(result, file, shared, sources, owners.setdefault((file.kind, Path(file.name).stem), file))
    result.diagnostics.sort()
    return result


def _build_shared(
    result: BuildResult, files: Sequence[SpecFileInfo], shared: SharedInputs, sources: Sequence[str]
) -> None:
    documents: list[tuple[SpecFileInfo, SpecDocument]] = []
    file_by_key: dict[tuple[Path, str], dict[tuple[str, str], str]] = {}
    for file in files:
        document = read_document(file.path)
        if _validate(document, SharedInputsFile):
            own = document.value.get("inputs") or {}
            _refuse_use(document, own)
            check_data_source_names(document, own, sources)
            check_shared_inputs(document, {key: compile_input(key, fields) for key, fields in own.items()})
            _check_unique(document, file_by_key.setdefault((file.root, file.folder), {}), file.name)
        shared.add(file.folder, document.value)
        documents.append((file, document))
    for file, document in documents:
        shared.check(file.folder, document)
        result.diagnostics += document.diagnostics


def _check_unique(document: SpecDocument, file_by_key: dict[tuple[str, str], str], name: str) -> None:
    """Check that the shared files of one folder, in YAML or JSON, define each input and rule once."""
    for group in ("inputs", "rules"):
        for key in document.value.get(group) or {}:
            if (group, key) in file_by_key:
                noun = f"shared {group.removesuffix('s')}"
                message = f"duplicate {noun} {quote(key)}; it is already in {file_by_key[group, key]}"
                document.add((group, key), message, at_key=True)
            file_by_key.setdefault((group, key), name)


def _build_one(
    result: BuildResult, file: SpecFileInfo, shared: SharedInputs, sources: Sequence[str], owner: SpecFileInfo
) -> None:
    """Compile one file. `owner` is the first file with its key, which may be in YAML and this one in JSON."""
    document = read_document(file.path)
    key = Path(file.name).stem
    if _validate(document, _MODELS[file.kind]) and not document.diagnostics:
        check_data_source_names(document, document.value.get("inputs") or {}, sources)
        compiled = _compile(result, document, file, shared)
        specs: dict[str, dict[str, Any]] = getattr(result, _PLURAL[file.kind])
        if owner is file:
            _check_slug(result, document, compiled.get("slug"))
        if owner is file and not document.diagnostics:
            specs[key] = compiled
    elif isinstance(document.value, Mapping) and all(each.is_value_error for each in document.diagnostics):
        # Only values are wrong, so the other checks can run as well, as far as the values allow it.
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            _compile(result, document, file, shared)
    if owner is not file:
        document.add(("key",), f"duplicate key {quote(key)}; it is already in {owner.name}")
    if document.diagnostics:
        result.diagnostics += document.diagnostics
        result.invalid[key] = [str(each) for each in sorted(document.diagnostics)]


def _check_slug(result: BuildResult, document: SpecDocument, slug: str | None) -> None:
    """Check that no other action or trigger has the slug."""
    for spec in (*result.actions.values(), *result.triggers.values()):
        if slug is not None and spec.get("slug") == slug:
            document.add(("slug",), f"duplicate slug {quote(slug)}; it is already in {spec['file']}")


def _compile(result: BuildResult, document: SpecDocument, file: SpecFileInfo, shared: SharedInputs) -> dict[str, Any]:
    """Return the compiled form of a valid document. Add a diagnostic for each part that does not fit."""
    _check_key(document, Path(file.name).stem)
    if file.kind == "action":
        compiled = compile_action(document, shared, file.folder, file.name)
        check_action(document, compiled)
    else:
        _refuse_use(document, document.value.get("inputs") or {})
        compiled = compile_plain(document, file.name)
        check_inputs(document, compiled["inputs"])
        if file.kind == "source":
            check_data_source(document, compiled, result.actions, result.invalid)
        else:
            check_poll(document, compiled, result.actions, result.invalid)
    return compiled


def _validate(document: SpecDocument, model: type[BaseModel]) -> bool:
    """Return True if a document matches its model. A file that is not readable already has its diagnostic."""
    if document.value is None and document.diagnostics:
        return False
    return validate_document(document, model)


def _refuse_use(document: SpecDocument, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    for key, fields in inputs.items():
        if fields.get("use") is not None:
            message = "only an input of an action can have `use`; write its keys here"
            document.add(("inputs", key, "use"), message)


def _check_key(document: SpecDocument, stem: str) -> None:
    key = document.value["key"]
    if key != stem:
        document.add(("key",), f"key: expected {quote(stem)}, as in the name of the file, got {quote(key)}")
