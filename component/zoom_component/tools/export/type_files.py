"""Write the .pyi files that give editors and mypy the types of actions and events.

The files are not in version control: `make setup` and `zoom-component spec docs` write them into a checkout, and the
build hook writes them into the wheel. Run this module to write only these files.
"""

from __future__ import annotations

from pathlib import Path

from zoom_component import paths
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.action_types import FOLDER as ACTION_TYPES_FOLDER
from zoom_component.tools.export.action_types import action_types
from zoom_component.tools.export.event_types import EVENT_TYPES_FOLDER, build_event_types

__all__ = ["build_type_files", "find_type_files", "write_type_files"]


def build_type_files(catalogue: Catalogue) -> dict[str, str]:
    """Return the text of every .pyi file by its path below the root of a checkout."""
    return {**build_event_types(), **action_types(catalogue)}


def find_type_files(root: Path) -> list[Path]:
    """Return the .pyi files of an earlier run in a checkout."""
    return [
        path for folder in (EVENT_TYPES_FOLDER, ACTION_TYPES_FOLDER) for path in sorted((root / folder).glob("*.pyi"))
    ]


def write_type_files(root: Path) -> list[str]:
    """Write the .pyi files below `root`, and delete those that are no longer needed. Return the changed paths."""
    files = build_type_files(Catalogue())
    changed = []
    for path, text in files.items():
        target = root / path
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    for stale in find_type_files(root):
        if stale.relative_to(root).as_posix() not in files:
            stale.unlink()
            changed.append(stale.relative_to(root).as_posix())
    return sorted(changed)


if __name__ == "__main__":
    write_type_files(paths.get_bundle_dir())
