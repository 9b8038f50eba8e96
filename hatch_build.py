"""Add the compiled specs and the type files to the wheel, so that an installed package reads no spec file."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileSpecs(BuildHookInterface):  # type: ignore[type-arg]
    """Compile the specs of the checkout and write the .pyi files while a wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the generated files to the wheel. Exit if a spec file has problems."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "component"))
        from zoom_component.paths import find_spec_files
        from zoom_component.spec import cache, catalogue
        from zoom_component.tools.export.type_files import build_type_files

        files = list(find_spec_files(root))
        index, specs = catalogue.compile_specs(files, catalogue.compute_fingerprint(files, from_checkout=False))
        if index["problems"]:
            raise SystemExit("the spec files have problems:\n" + "\n".join(index["problems"]))
        for source in (*root.glob("triggers/*.*"), *root.glob("spec/*.*")):
            build_data["force_include"][str(source)] = f"zoom_component/_bundle/{source.relative_to(root).as_posix()}"
        self._folder = tempfile.TemporaryDirectory()
        compiled = Path(self._folder.name) / "compiled"
        cache.write_compiled(compiled, index, specs)
        build_data["force_include"][str(compiled)] = "zoom_component/_bundle/compiled"
        for path, text in build_type_files(catalogue.Catalogue()).items():
            file = Path(self._folder.name) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            build_data["force_include"][str(file)] = Path(path).relative_to("component").as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Delete the generated files."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
