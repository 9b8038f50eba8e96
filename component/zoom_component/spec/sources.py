"""Which spec files lie below a root: actions/<resource>/<key>.yaml; <key>.yaml in connections/, sources/, triggers/.

A name below actions/ that begins with an underscore, such as _inputs.yaml, is a file of shared inputs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["Source", "alone", "stamp", "walk"]

SHARED = "_"
_KINDS = (("actions", "action"), ("connections", "connection"), ("sources", "source"), ("triggers", "trigger"))


class Source:
    """A spec file: its root, its path below it, and what it is.

    `kind` is "action", "inputs", "connection", "source" (a data source) or "trigger".

    `size` in bytes and `changed` in nanoseconds tell one state of the file from another.
    """

    __slots__ = ("changed", "kind", "name", "root", "size")

    def __init__(self, root: Path, name: str, kind: str, size: int, changed: int) -> None:
        self.root = root
        self.name = name
        self.kind = kind
        self.size = size
        self.changed = changed

    @property
    def path(self) -> Path:
        return self.root / self.name

    @property
    def folder(self) -> str:
        """The resource of an action: the name of its folder ("" right under actions/)."""
        parts = Path(self.name).parts
        return "/".join(parts[1:-1])


def walk(root: Path) -> Iterator[Source]:
    """Every spec file below a root, in a fixed order."""
    for folder, kind in _KINDS:
        for path, name in _files(root / folder, folder):
            if kind == "trigger" and "/events/" in name:
                continue
            found = "inputs" if kind == "action" and path.name.startswith(SHARED) else kind
            yield Source(root, name, found, *_measures(path))


def _measures(path: os.DirEntry[str]) -> tuple[int, int]:
    """Size and time of change; a link to nowhere has neither, and is told of when it is read."""
    try:
        status = path.stat()
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns


def alone(path: Path) -> Source:
    """A file that lies below none of the folders of specs, taken for an action without a resource."""
    status = path.stat()
    kind = "inputs" if path.name.startswith(SHARED) else "action"
    return Source(path.parent, path.name, kind, status.st_size, status.st_mtime_ns)


def _files(top: Path, name: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        inner = f"{name}/{entry.name}"
        if entry.name.startswith("."):  # an editor's own: locks, swaps
            continue
        if _within(entry):
            yield from _files(top / entry.name, inner)
        elif entry.name.endswith((".yaml", ".yml")) and (entry.is_symlink() or entry.is_file()):
            yield entry, inner


def _within(entry: os.DirEntry[str]) -> bool:
    """Whether to go into an entry: a folder, but not a link to one of the folders around it."""
    try:
        inside = entry.is_dir()
    except OSError:
        return False
    return inside and not (entry.is_symlink() and os.path.realpath(entry.path) in _around(entry.path))


def _around(path: str) -> set[str]:
    return {os.path.realpath(str(above)) for above in Path(path).absolute().parents}


def stamp(sources: Sequence[Source]) -> str:
    """A text that changes when a file comes, goes, or has another size or time."""
    lines = [f"{s.root}/{s.name}:{s.size}:{s.changed}" for s in sources]
    return "\n".join(lines)
