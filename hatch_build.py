"""Compiles the specs into the wheel, so that an installed component lists and runs without reading any YAML."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileSpecs(BuildHookInterface):  # type: ignore[type-arg]
    """Runs the component's own compiler over the checkout and adds what it writes to the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "component"))
        from zoom_component.spec import catalogue, spec_files

        found = list(spec_files.find_spec_files(root))
        index, specs = catalogue.compile_specs(found, catalogue.compute_fingerprint(found, from_checkout=False))
        if index["faults"]:
            raise SystemExit("the specs have faults:\n" + "\n".join(index["faults"]))
        for source in (*root.glob("triggers/*.yaml"), *root.glob("spec/*.*")):
            build_data["force_include"][str(source)] = f"zoom_component/_bundle/{source.relative_to(root).as_posix()}"
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        catalogue.write_compiled(folder, index, specs)
        build_data["force_include"][str(folder)] = "zoom_component/_bundle/compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "_folder"):
            self._folder.cleanup()
