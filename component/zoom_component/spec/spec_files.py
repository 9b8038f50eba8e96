"""Which spec files lie below a root: actions/<resource>/<key>.yaml; <key>.yaml in connections/, sources/, triggers/.

A name below actions/ that begins with an underscore, such as _inputs.yaml, is a file of shared inputs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["SpecFileInfo", "describe_single_file", "find_spec_files", "fingerprint_files"]

SHARED_PREFIX = "_"
_KINDS = (("actions", "action"), ("connections", "connection"), ("sources", "source"), ("triggers", "trigger"))


class SpecFileInfo:
    """A spec file: its root, its path below it, and what it is.

    `kind` is "action", "inputs", "connection", "source" (a data source) or "trigger".

    `size` in bytes and `changed` in nanoseconds tell one state of the file from another.
    """

    __slots__ = ("kind", "modified_ns", "name", "root", "size")

    def __init__(self, root: Path, name: str, kind: str, size: int, changed: int) -> None:
        self.root = root
        self.name = name
        self.kind = kind
        self.size = size
        self.modified_ns = changed

    @property
    def path(self) -> Path:
        return self.root / self.name

    @property
    def folder(self) -> str:
        """The resource of an action: the name of its folder ("" right under actions/)."""
        parts = Path(self.name).parts
        return "/".join(parts[1:-1])


def find_spec_files(root: Path) -> Iterator[SpecFileInfo]:
    """Every spec file below a root, in a fixed order."""
    for folder, kind in _KINDS:
        for path, name in _list_yaml_files(root / folder, folder):
            if kind == "trigger" and "/events/" in name:
                continue
            found = "inputs" if kind == "action" and path.name.startswith(SHARED_PREFIX) else kind
            yield SpecFileInfo(root, name, found, *_size_and_time(path))


def _size_and_time(path: os.DirEntry[str]) -> tuple[int, int]:
    """Size and time of change; a link to nowhere has neither, and is told of when it is read."""
    try:
        status = path.stat()
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns


def describe_single_file(path: Path) -> SpecFileInfo:
    """A file that lies below none of the folders of specs, taken for an action without a resource."""
    status = path.stat()
    kind = "inputs" if path.name.startswith(SHARED_PREFIX) else "action"
    return SpecFileInfo(path.parent, path.name, kind, status.st_size, status.st_mtime_ns)


def _list_yaml_files(top: Path, name: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        inner = f"{name}/{entry.name}"
        if entry.name.startswith("."):  # an editor's own: locks, swaps
            continue
        if _should_descend(entry):
            yield from _list_yaml_files(top / entry.name, inner)
        elif entry.name.endswith((".yaml", ".yml")) and (entry.is_symlink() or entry.is_file()):
            yield entry, inner


def _should_descend(entry: os.DirEntry[str]) -> bool:
    """Whether to go into an entry: a folder, but not a link to one of the folders around it."""
    try:
        inside = entry.is_dir()
    except OSError:
        return False
    return inside and not (entry.is_symlink() and os.path.realpath(entry.path) in _real_parents(entry.path))


def _real_parents(path: str) -> set[str]:
    return {os.path.realpath(str(above)) for above in Path(path).absolute().parents}


def fingerprint_files(sources: Sequence[SpecFileInfo]) -> str:
    """A text that changes when a file comes, goes, or has another size or time."""
    lines = [f"{s.root}/{s.name}:{s.size}:{s.modified_ns}" for s in sources]
    return "\n".join(lines)
