"""A state of the specs to compare: a manifest, or a folder of spec files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.spec import data_source_decoder, decoder
from zoom_component.spec.builder import build_specs
from zoom_component.spec.spec_files import SpecFileInfo, find_spec_files
from zoom_component.tools.export.manifest import MANIFEST_FORMAT, assemble_manifest

__all__ = ["load_manifest"]

_FOLDERS = ("actions", "triggers", "sources", "connections")


def load_manifest(name: str, option: str) -> dict[str, Any]:
    """The manifest of a file, or of a folder's specs. Raises InputError or SpecError with what to do."""
    path = Path(name)
    if path.is_dir():
        return _of_folder(path, option)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is no UTF-8 text").lower()
        raise _wrong(option, f"{name!r} cannot be read: {reason}; give a folder of specs or a manifest") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("actions"), dict):
        raise _wrong(option, f"{name!r} is no manifest; `zoom-component export manifest --out FILE` writes one")
    if found.get("format") != MANIFEST_FORMAT:
        raise _wrong(
            option,
            f"{name!r} has the format {found.get('format')!r}, and {MANIFEST_FORMAT} is read here; export it anew",
        )
    return found


def _of_folder(root: Path, option: str) -> dict[str, Any]:
    if not any((root / folder).is_dir() for folder in _FOLDERS):
        raise _wrong(option, f"{str(root)!r} holds none of {', '.join(_FOLDERS)}; give the folder around them")
    built = build_specs([*_shared(root), *find_spec_files(root)])
    if built.diagnostics:
        first = str(built.diagnostics[0])
        raise SpecError(
            f"{root} has faulty specs; first: {first}", diagnostics=[str(fault) for fault in built.diagnostics]
        )
    about = root / "spec" / "component.json"
    known = about if about.is_file() else paths.get_bundle_dir() / "spec" / "component.json"
    return assemble_manifest(
        json.loads(known.read_text(encoding="utf-8")),
        [decoder.decode_action(raw) for raw in built.actions.values()],
        [decoder.decode_trigger(raw) for raw in built.triggers.values()],
        [decoder.decode_connection(raw) for raw in built.connections.values()],
        [data_source_decoder.decode_data_source(raw) for raw in built.sources.values()],
    )


def _shared(root: Path) -> list[SpecFileInfo]:
    """The packaged shared inputs, for a folder of further specs that has none of its own."""
    if any(source.kind == "inputs" for source in find_spec_files(root)):
        return []
    return [source for source in find_spec_files(paths.get_bundle_dir()) if source.kind == "inputs"]


def _wrong(option: str, message: str) -> InputError:
    return InputError([Problem(option, message)])
