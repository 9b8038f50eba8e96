"""Load a state of the specs to compare: a manifest, or a folder of spec files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.bounded_json import load_bounded_json
from zoom_component.errors import InputError, Problem, SpecError
from zoom_component.paths import SpecFileInfo, find_spec_files
from zoom_component.spec import data_source_decoder, decoder
from zoom_component.spec.builder import build_specs
from zoom_component.spec.diagnostics import join_choices, quote
from zoom_component.tools.export.manifest import MANIFEST_FORMAT, assemble_manifest

__all__ = ["load_manifest"]

_FOLDERS = ("actions", "triggers", "sources", "connections")


def load_manifest(name: str, option: str) -> dict[str, Any]:
    """Return the manifest in a file, or of the specs in a folder.

    `option` is the name of the argument in errors. Raise InputError if the path has neither, and SpecError if a spec
    file has problems.
    """
    path = Path(name)
    if path.is_dir():
        return _load_folder(path, option)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        message = f"cannot read {quote(name)}: {reason}; expected a folder of specs or a manifest"
        raise InputError([Problem(option, message)]) from None
    try:
        manifest = load_bounded_json(text)
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("actions"), dict):
        message = f"{quote(name)} is not a manifest; `zoom-component export manifest --out FILE` writes one"
        raise InputError([Problem(option, message)])
    if manifest.get("format") != MANIFEST_FORMAT:
        message = (
            f"expected a manifest of the format {MANIFEST_FORMAT}, got {manifest.get('format')}; "
            "export it again with this version"
        )
        raise InputError([Problem(option, message)])
    return manifest


def _load_folder(root: Path, option: str) -> dict[str, Any]:
    if not any((root / folder).is_dir() for folder in _FOLDERS):
        message = f"expected a folder that contains {join_choices(_FOLDERS)}, got {quote(str(root))}"
        raise InputError([Problem(option, message)])
    result = build_specs([*_find_shared_files(root), *find_spec_files(root)])
    if result.diagnostics:
        problems = [str(diagnostic) for diagnostic in result.diagnostics]
        raise SpecError(f"the spec files in {root} have problems; first: {problems[0]}", diagnostics=problems)
    about = root / "spec" / "component.json"
    component = about if about.is_file() else paths.get_bundle_dir() / "spec" / "component.json"
    return assemble_manifest(
        json.loads(component.read_text(encoding="utf-8")),
        [decoder.decode_action(raw) for raw in result.actions.values()],
        [decoder.decode_trigger(raw) for raw in result.triggers.values()],
        [decoder.decode_connection(raw) for raw in result.connections.values()],
        [data_source_decoder.decode_data_source(raw) for raw in result.sources.values()],
    )


def _find_shared_files(root: Path) -> list[SpecFileInfo]:
    """Return the packaged shared inputs for a folder without shared inputs of its own."""
    if any(file.kind == "inputs" for file in find_spec_files(root)):
        return []
    return [file for file in find_spec_files(paths.get_bundle_dir()) if file.kind == "inputs"]
