"""Locate the spec files, and the folders in which this machine stores state and caches.

Below a root, spec files are actions/<resource>/<key>.yaml, and <key>.yaml in connections/, sources/ and triggers/, or
the same names with .yml or .json. A file below actions/ whose name begins with an underscore, such as _inputs.yaml,
holds shared inputs.

Nothing here reads a file or creates a folder. `ZOOM_COMPONENT_STATE` and `ZOOM_COMPONENT_CACHE` replace the folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = [
    "FOLDERS",
    "PACKAGE",
    "SHARED_PREFIX",
    "SPEC_SUFFIXES",
    "SpecFileInfo",
    "describe_single_file",
    "find_spec_files",
    "fingerprint_files",
    "get_bundle_dir",
    "get_cache_dir",
    "get_state_dir",
    "is_private_file",
    "is_private_folder",
    "require_own",
    "require_private_folder",
    "require_safe_parents",
]

PACKAGE = Path(__file__).resolve().parent
FOLDERS = ("actions", "triggers", "sources", "connections", "spec")
SHARED_PREFIX = "_"
SPEC_SUFFIXES = (".yaml", ".yml", ".json")
_APP = "zoom-component"
# As in the module stat, which a listing does not import.
_TYPE, _FOLDER, _FILE, _STICKY, _WRITABLE_BY_OTHERS = 0o170000, 0o040000, 0o100000, 0o1000, 0o022
_KINDS = (("actions", "action"), ("connections", "connection"), ("sources", "source"), ("triggers", "trigger"))


def get_bundle_dir() -> Path:
    """Return the folder of the spec files: the checkout, or a folder of the installed package."""
    checkout = PACKAGE.parent.parent
    if (checkout / "actions").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return PACKAGE / "_bundle"


def get_state_dir() -> Path:
    """Return the folder for connections, the inbox and the counts of the day."""
    if folder := os.environ.get("ZOOM_COMPONENT_STATE"):
        return Path(folder)
    if _is_native():
        from platformdirs import user_state_path

        return user_state_path(_APP, appauthor=False)
    return _get_xdg_dir("XDG_STATE_HOME", ".local/state")


def get_cache_dir() -> Path:
    """Return the folder for what can be made again: the compiled specs."""
    if folder := os.environ.get("ZOOM_COMPONENT_CACHE"):
        return Path(folder)
    if _is_native():
        from platformdirs import user_cache_path

        return user_cache_path(_APP, appauthor=False)
    return _get_xdg_dir("XDG_CACHE_HOME", ".cache")


def _is_native() -> bool:
    """Return whether the platform has folders of its own.

    Elsewhere XDG holds, and platformdirs is not imported.
    """
    return sys.platform in ("darwin", "win32")


def _get_xdg_dir(variable: str, default: str) -> Path:
    """Return the folder in a base folder of XDG, which is below the home folder by default.

    https://specifications.freedesktop.org/basedir-spec/ ignores relative paths. Raises RuntimeError for a user without
    a home folder.
    """
    base = os.environ.get(variable, "")
    return (Path(base) if os.path.isabs(base) else Path.home() / default) / _APP


def is_private_folder(folder: Path) -> bool:
    """Return whether a folder is this user's, and no other user but root can change what its path leads to.

    In a folder with the sticky bit, such as /tmp, others cannot replace what is not theirs. ACLs are not considered.
    """
    if sys.platform == "win32":
        return folder.is_dir()
    user = os.geteuid()
    try:
        status = os.lstat(folder)
        if status.st_mode & _TYPE != _FOLDER or status.st_uid != user or status.st_mode & _WRITABLE_BY_OTHERS:
            return False
        parent = os.path.realpath(folder.parent)
        while True:
            status = os.lstat(parent)
            is_replaceable = status.st_mode & _WRITABLE_BY_OTHERS and not status.st_mode & _STICKY
            if status.st_uid not in (0, user) or is_replaceable:
                return False
            if parent == (parent := os.path.dirname(parent)):
                return True
    except OSError:
        return False


def is_private_file(status: os.stat_result) -> bool:
    """Return whether an open file is a regular one of this user's that no other user can write."""
    if sys.platform == "win32":
        return status.st_mode & _TYPE == _FILE
    is_own = status.st_uid == os.geteuid()
    return is_own and status.st_mode & _TYPE == _FILE and not status.st_mode & _WRITABLE_BY_OTHERS


def require_own(path: Path, mode: int) -> None:
    """Take from other users what `mode` does not give them. Raises OSError for a file of another user, and for a link.

    A folder may be reached through a link. Root is a user like others here.
    """
    if sys.platform == "win32":
        return
    status = os.lstat(path)
    if path.is_symlink():
        if mode == 0o600:
            raise PermissionError(1, "it is a symbolic link")
        status = os.stat(path)
    if status.st_uid != os.geteuid():
        raise PermissionError(1, "another user owns it; set ZOOM_COMPONENT_STATE to a folder of your own")
    if status.st_mode & 0o777 & ~mode:
        os.chmod(path, mode)


def require_private_folder(folder: Path, *, folders: Sequence[str] = (), databases: Sequence[str] = ()) -> None:
    """Take the rights of other users from a folder of state, and from these folders and SQLite databases in it.

    Raises OSError if one of them belongs to another user, or if a database is a link.
    """
    require_own(folder, 0o700)
    for name in folders:
        if os.path.lexists(folder / name):
            require_own(folder / name, 0o700)
    for database in databases:
        for suffix in ("", "-journal", "-wal", "-shm"):
            if os.path.lexists(folder / f"{database}{suffix}"):
                require_own(folder / f"{database}{suffix}", 0o600)


def require_safe_parents(folder: Path) -> None:
    """Raise OSError if another user could replace what the path of a folder leads to, also through links.

    Folders above may belong to root or to this user. Everybody may write to one with the sticky bit, such as /tmp, and
    a group of one user, whose number is the user's, is that user.
    """
    if sys.platform == "win32":
        return
    for path in dict.fromkeys((os.path.abspath(folder), os.path.realpath(folder))):
        parent = os.path.dirname(path)
        while True:
            status = os.stat(parent)
            others = 0o002 if status.st_gid == status.st_uid else _WRITABLE_BY_OTHERS
            if status.st_uid not in (0, os.geteuid()):
                raise PermissionError(
                    1, f"another user owns {parent}; set ZOOM_COMPONENT_STATE to a folder of your own"
                )
            if status.st_mode & others and not status.st_mode & _STICKY:
                message = f"other users can write to {parent}; run `chmod go-w` on it, or set ZOOM_COMPONENT_STATE"
                raise PermissionError(1, message)
            if parent == (parent := os.path.dirname(parent)):
                break


class SpecFileInfo:
    """Describe a spec file: its root, its path below the root, and its kind.

    `kind` is "action", "inputs", "connection", "source" (a data source) or "trigger". `size` in bytes, and
    `modified_ns` and `changed_ns` in nanoseconds, distinguish one state of the file from another: programs can set the
    time of a modification, but not that of a change.
    """

    __slots__ = ("changed_ns", "kind", "modified_ns", "name", "root", "size")

    def __init__(self, root: Path, name: str, kind: str, size: int, modified_ns: int, changed_ns: int = 0) -> None:
        self.root = root
        self.name = name
        self.kind = kind
        self.size = size
        self.modified_ns = modified_ns
        self.changed_ns = changed_ns

    @property
    def path(self) -> Path:
        """Return the path of the file."""
        return self.root / self.name

    @property
    def folder(self) -> str:
        """Return the resource of an action: the name of its folder, or "" directly below actions/."""
        parts = Path(self.name).parts
        return "/".join(parts[1:-1])


def find_spec_files(root: Path) -> Iterator[SpecFileInfo]:
    """Yield every spec file below a root, in a fixed order."""
    for folder, kind in _KINDS:
        for path, name in _list_files(root / folder, folder):
            if kind == "trigger" and "/events/" in name:
                continue
            is_shared = kind == "action" and path.name.startswith(SHARED_PREFIX)
            yield SpecFileInfo(root, name, "inputs" if is_shared else kind, *_size_and_times(path))


def _size_and_times(path: os.DirEntry[str]) -> tuple[int, int, int]:
    """Return the size and both times. A broken link has none of them; reading it reports the problem."""
    try:
        status = path.stat()
    except OSError:
        return -1, 0, 0
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def describe_single_file(path: Path) -> SpecFileInfo:
    """Return a file outside the folders of specs as an action without a resource."""
    status = path.stat()
    kind = "inputs" if path.name.startswith(SHARED_PREFIX) else "action"
    return SpecFileInfo(path.parent, path.name, kind, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _list_files(top: Path, name: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        entries = sorted(os.scandir(top), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        inner = f"{name}/{entry.name}"
        if entry.name.startswith("."):  # lock and swap files of editors
            continue
        if _should_descend(entry):
            yield from _list_files(top / entry.name, inner)
        elif entry.name.endswith(SPEC_SUFFIXES) and (entry.is_symlink() or entry.is_file()):
            yield entry, inner


def _should_descend(entry: os.DirEntry[str]) -> bool:
    """Return True for a folder, unless it is a link to one of the folders around it."""
    try:
        is_folder = entry.is_dir()
    except OSError:
        return False
    return is_folder and not (entry.is_symlink() and os.path.realpath(entry.path) in _real_parents(entry.path))


def _real_parents(path: str) -> set[str]:
    return {os.path.realpath(str(above)) for above in Path(path).absolute().parents}


def fingerprint_files(files: Sequence[SpecFileInfo]) -> str:
    """Return a text that changes when a file is added or removed, or has another size or time."""
    return "\n".join(f"{file.root}/{file.name}:{file.size}:{file.modified_ns}:{file.changed_ns}" for file in files)
