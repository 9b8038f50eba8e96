"""Load the compiled specs from a cache: a listing reads one small file, an action one more.

A wheel contains the compiled specs. A checkout, or a catalogue with further roots, compiles them on first use and
keeps them in the user's cache until a file's size or time changes: see `cache`. Nothing is believed that another user
can write.

Listing is the most frequent operation: what only single specs or a compilation need is imported inside functions.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from zlib import crc32

from zoom_component import __version__, paths
from zoom_component.paths import SpecFileInfo, find_spec_files, fingerprint_files

# Importing typing would take a tenth of the time of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zoom_component.spec.cache import CompilationResult
    from zoom_component.spec.data_source_spec import DataSourceSpec
    from zoom_component.spec.spec import ActionSpec, ConnectionSpec, TriggerSpec

__all__ = ["Catalogue", "compile_specs", "compute_fingerprint", "is_slug", "make_stamp"]

_PACKAGED = "compiled"
_GROUPS = ("actions", "connections", "triggers", "sources")
_NOUNS = {"actions": "action", "connections": "connection", "triggers": "trigger", "sources": "data source"}
# A link is not followed, and a pipe does not block. Windows has neither flag.
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_ROW_FIELDS = (
    "key", "slug", "label", "description", "resource", "effect", "method", "path", "plan", "rate_limit", "documents",
)  # fmt: skip


class Catalogue:
    """List and load every action, connection, trigger and data source of the package and of the further `roots`."""

    def __init__(self, *roots: Path | str) -> None:
        # A folder that is named twice, or is the bundle itself, is read once.
        self._roots = tuple(dict.fromkeys((paths.get_bundle_dir(), *(Path(root).resolve() for root in roots))))
        self._specs: dict[tuple[str, str], dict[str, Any]] = {}
        self._index: dict[str, Any] | None = None
        self._folder: Path | None = None

    def listing(self) -> list[dict[str, Any]]:
        """Return a row for each action, by resource and label: key, label, description, effect, method, path ..."""
        return list(self._load()["actions"])

    def action_keys(self) -> list[str]:
        """Return every action key, in the order of the listing."""
        return [row["key"] for row in self._load()["actions"]]

    def slugs(self) -> dict[str, str]:
        """Return the key of the action of each slug of the toolkit catalogue."""
        return {row["slug"]: row["key"] for row in self._load()["actions"] if row["slug"]}

    def connection_keys(self) -> list[str]:
        """Return the key of every kind of connection."""
        return list(self._load()["connections"])

    def trigger_keys(self) -> list[str]:
        """Return the key of every trigger."""
        return list(self._load()["triggers"])

    def data_source_keys(self) -> list[str]:
        """Return the key of every data source."""
        return list(self._load()["sources"])

    def problems(self) -> list[str]:
        """Return the problems of all files, as `path:line:col: message`."""
        return list(self._load()["problems"])

    def action(self, key: str) -> ActionSpec:
        """Return an action by its key or slug.

        Raise InputError if it does not exist, SpecError if its file has problems.
        """
        from zoom_component.spec import decoder

        if key[:1].isupper():
            from zoom_component.spec.toolkit import as_tool

            return as_tool(decoder.decode_action(self._spec("actions", self._key_of(key))))
        return decoder.decode_action(self._spec("actions", key))

    def connection(self, key: str) -> ConnectionSpec:
        """Return a kind of connection. Raise InputError and SpecError like `action`."""
        from zoom_component.spec import decoder

        return decoder.decode_connection(self._spec("connections", key))

    def connections(self) -> Mapping[str, ConnectionSpec]:
        """Return every kind of connection by key. Each is loaded on access."""
        return _Connections(self)

    def trigger(self, key: str) -> TriggerSpec:
        """Return a trigger. Raise InputError and SpecError like `action`."""
        from zoom_component.spec import decoder

        return decoder.decode_trigger(self._spec("triggers", key))

    def data_source(self, key: str) -> DataSourceSpec:
        """Return a data source. Raise InputError and SpecError like `action`."""
        from zoom_component.spec import data_source_decoder

        return data_source_decoder.decode_data_source(self._spec("sources", key))

    def component(self) -> dict[str, Any]:
        """Return key, label, description and base URL of the component, from spec/component.json."""
        text = (paths.get_bundle_dir() / "spec" / "component.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def _spec(self, group: str, key: str) -> dict[str, Any]:
        from zoom_component.errors import InputError, Problem, SpecError

        index = self._load()
        if key in index["invalid"]:
            problems = index["invalid"][key]
            raise SpecError(f"the file of {key} has problems; first: {problems[0]}", diagnostics=problems)
        names: Sequence[str] = self.action_keys() if group == "actions" else index[group]
        if key not in names:
            raise InputError([Problem(group.removesuffix("s"), _describe_unknown(_NOUNS[group], key, names))])
        if (group, key) not in self._specs and self._folder is not None:
            folder = self._folder

            def read_spec() -> dict[str, Any] | None:
                return _read_json(folder / f"{group}-{key}.json", index["fingerprint"])

            spec = read_spec()
            if spec is None:  # the cache was changed from outside
                spec = self._compile(self._files(), folder, index["fingerprint"], read_spec).content
            if spec is not None:
                self._specs[group, key] = spec
        return self._specs[group, key]

    def _key_of(self, slug: str) -> str:
        from zoom_component.errors import InputError, Problem

        known = self.slugs()
        if slug not in known:
            raise InputError([Problem("action", _describe_unknown("action", slug, list(known)))])
        return known[slug]

    def _files(self) -> list[SpecFileInfo]:
        return [file for root in self._roots for file in find_spec_files(root)]

    def _load(self) -> dict[str, Any]:
        if self._index is None:
            self._index = self._find_index()
        return self._index

    def _find_index(self) -> dict[str, Any]:
        files = self._files()
        packaged = self._roots[0] / _PACKAGED
        if len(self._roots) == 1 and (index := _read_index(packaged, compute_fingerprint(files, from_checkout=False))):
            self._folder = packaged
            return index
        fingerprint = compute_fingerprint(files)
        folder = self._find_cache_folder()
        if folder is not None and paths.is_private_folder(folder) and (index := _read_index(folder, fingerprint)):
            self._folder = folder
            return index
        outcome = self._compile(files, folder, fingerprint, lambda: folder and _read_index(folder, fingerprint))
        return outcome.content or outcome.compiled_index

    def _find_cache_folder(self) -> Path | None:
        """Return the folder of this catalogue in the user's cache; None for a user without a home folder."""
        try:
            folder = paths.get_cache_dir().absolute()
        except (OSError, RuntimeError):
            return None
        return folder / f"specs-{_checksum('|'.join(map(str, self._roots)))}"

    def _compile(
        self, files: Sequence[SpecFileInfo], folder: Path | None, fingerprint: str, read: Callable[[], Any]
    ) -> CompilationResult:
        """Compile the files, or `read` the cache after another thread or process has done so."""
        from zoom_component.spec.cache import compile_once

        outcome = compile_once(folder, self._roots, fingerprint, read, lambda: compile_specs(files, fingerprint))
        self._folder = outcome.folder
        self._specs.update(outcome.specs)
        return outcome


def is_slug(name: str) -> bool:
    """Return True if a name is a slug of the toolkit catalogue. A key begins with a lowercase letter."""
    return name[:1].isupper() and name == name.upper()


class _Connections(Mapping[str, "ConnectionSpec"]):
    """Load the kinds of connection of a catalogue on access: a run with a token needs none of them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __getitem__(self, key: str) -> ConnectionSpec:
        if key not in self._catalogue.connection_keys():
            raise KeyError(key)
        return self._catalogue.connection(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue.connection_keys())

    def __len__(self) -> int:
        return len(self._catalogue.connection_keys())


def _describe_unknown(noun: str, key: str, known: Sequence[str]) -> str:
    from zoom_component.spec.diagnostics import quote, suggest

    return f"unknown {noun} {quote(key)}; {suggest(key, known, limit=100)}"


def compile_specs(
    files: Sequence[SpecFileInfo], fingerprint: str
) -> tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]]]:
    """Return the index, and the compiled specs by group and key."""
    from zoom_component.spec.builder import build_specs

    result = build_specs(files)
    rows = [{field: spec.get(field) for field in _ROW_FIELDS} for spec in result.actions.values()]
    rows.sort(key=lambda row: (row["resource"], row["label"]))
    index = {
        "fingerprint": fingerprint,
        "actions": rows,
        "connections": sorted(result.connections),
        "triggers": sorted(result.triggers),
        "sources": sorted(result.sources),
        "problems": [str(diagnostic) for diagnostic in result.diagnostics],
        "invalid": result.invalid,
    }
    specs = {(group, key): spec for group in _GROUPS for key, spec in getattr(result, group).items()}
    return index, specs


def compute_fingerprint(files: Sequence[SpecFileInfo], *, from_checkout: bool = True) -> str:
    """Return a text that changes with any spec file, the version, and, in a checkout, the code and the facts."""
    code = ""
    if from_checkout:
        package = Path(__file__).parent
        sources = (package, package.parent.parent / "zoom_facts", paths.get_bundle_dir() / "spec" / "zoom")
        code = ",".join(name for folder in sources for name in _describe_sources(folder))
    content = fingerprint_files(files) if from_checkout else "\n".join(f"{file.name}:{file.size}" for file in files)
    return f"{__version__}\n{code}\n{content}"


def _describe_sources(folder: Path) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_file():
            status = entry.stat()
            yield f"{entry.name}{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _checksum(text: str) -> str:
    """Return a name for a cache folder. Two texts may share it: the fingerprint decides."""
    return f"{crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def make_stamp(fingerprint: str, content: bytes) -> bytes:
    """Return the first line of a file of compiled specs.

    It shows damage, and a file that belongs to another index. It is no protection against people: the modes are.
    """
    return b"%08x%08x\n" % (crc32(fingerprint.encode("utf-8", "surrogateescape")), crc32(content))


def _read_index(folder: Path, fingerprint: str) -> dict[str, Any] | None:
    index = _read_json(folder / "index.json", fingerprint)
    return index if index is not None and index.get("fingerprint") == fingerprint else None


def _read_json(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """Return the object in a file of compiled specs; None if it is missing, damaged, or writable by others."""
    try:
        content = _read_bytes(path)
        start = content.find(b"\n") + 1
        value = json.loads(content[start:]) if make_stamp(fingerprint, content[start:]) == content[:start] else None
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises OSError for a link, or a file of the cache that another user can write."""
    with open(os.open(path, os.O_RDONLY | _NOT_FOLLOWED), "rb") as file:
        if path.parent.name != _PACKAGED and not paths.is_private_file(os.fstat(file.fileno())):
            raise PermissionError
        return file.read()
