"""The specs at hand, compiled once and kept: a listing costs one small file, an action one more.

A wheel brings the compiled form along. From a checkout, or with further roots, it is made on first use and kept in the
user's cache until a file's size or time changes; where the cache cannot be written it is made anew each time.

A listing is what people wait for most often: what only single specs or a compilation need is imported when they do.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zlib import crc32

from zoom_component import __version__, paths
from zoom_component.spec.spec_files import SpecFileInfo, find_spec_files, fingerprint_files

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zoom_component.spec.data_source_spec import DataSourceSpec
    from zoom_component.spec.spec import ActionSpec, ConnectionSpec, TriggerSpec

__all__ = ["Catalogue"]

_LISTED = (
    "key",
    "slug",
    "label",
    "description",
    "resource",
    "effect",
    "method",
    "path",
    "plan",
    "rate_limit",
    "documents",
)


class Catalogue:
    """Every action, connection, trigger and data source below the packaged root and the further `roots`."""

    def __init__(self, *roots: Path | str) -> None:
        self._roots = (paths.get_bundle_dir(), *(Path(root).resolve() for root in roots))
        self._specs: dict[tuple[str, str], dict[str, Any]] = {}
        self._index: dict[str, Any] | None = None
        self._folder: Path | None = None

    def listing(self) -> list[dict[str, Any]]:
        """One row an action, by resource and label: key, label, description, resource, effect, method, path ..."""
        return list(self._load()["actions"])

    def action_keys(self) -> list[str]:
        """Every action key, in the order of the listing."""
        return [row["key"] for row in self._load()["actions"]]

    def slugs(self) -> dict[str, str]:
        """The key of the action that each slug of the toolkit catalogue stands for."""
        return {row["slug"]: row["key"] for row in self._load()["actions"] if row["slug"]}

    def connection_keys(self) -> list[str]:
        return list(self._load()["connections"])

    def trigger_keys(self) -> list[str]:
        return list(self._load()["triggers"])

    def data_source_keys(self) -> list[str]:
        """The key of every data source."""
        return list(self._load()["sources"])

    def problems(self) -> list[str]:
        """The faults of all files, as `path:line:col: message`."""
        return list(self._load()["faults"])

    def action(self, key: str) -> ActionSpec:
        """One action by its key, or by its slug. Raises InputError for one that is not there, SpecError for a fault."""
        from zoom_component.spec import decoder

        if key[:1].isupper():
            from zoom_component.spec.toolkit import as_tool

            return as_tool(decoder.decode_action(self._spec("actions", self._key_of(key))))
        return decoder.decode_action(self._spec("actions", key))

    def connection(self, key: str) -> ConnectionSpec:
        """One kind of connection. Raises SpecError like `action`."""
        from zoom_component.spec import decoder

        return decoder.decode_connection(self._spec("connections", key))

    def connections(self) -> Mapping[str, ConnectionSpec]:
        """Every kind of connection by key, each read when it is asked for."""
        return _Connections(self)

    def trigger(self, key: str) -> TriggerSpec:
        """One trigger. Raises SpecError like `action`."""
        from zoom_component.spec import decoder

        return decoder.decode_trigger(self._spec("triggers", key))

    def data_source(self, key: str) -> DataSourceSpec:
        """One data source. Raises InputError and SpecError like `action`."""
        from zoom_component.spec import data_source_decoder

        return data_source_decoder.decode_data_source(self._spec("sources", key))

    def component(self) -> dict[str, Any]:
        """Key, label, description and base URL of the component, from spec/component.json."""
        text = (paths.get_bundle_dir() / "spec" / "component.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    def _spec(self, home: str, key: str) -> dict[str, Any]:
        from zoom_component.errors import InputError, Problem, SpecError

        index = self._load()
        if key in index["broken"]:
            faults = index["broken"][key]
            raise SpecError(f"{key} cannot be used: {faults[0]}", diagnostics=faults)
        names: Sequence[str] = self.action_keys() if home == "actions" else index[home]
        if key not in names:
            from zoom_component.spec.diagnostics import suggest

            kind = home.removesuffix("s")
            raise InputError([Problem(kind, f"there is no {kind} {key!r}; {suggest(key, names, limit=100)}")])
        if (home, key) not in self._specs and self._folder is not None:
            kept = _read_json(self._folder / f"{home}-{key}.json")
            if kept is None or kept.get("key") != key:  # somebody was at the cache
                self._make(self._sources(), self._folder, index["stamp"])
            else:
                self._specs[home, key] = kept
        return self._specs[home, key]

    def _key_of(self, slug: str) -> str:
        from zoom_component.errors import InputError, Problem
        from zoom_component.spec.diagnostics import suggest

        known = self.slugs()
        if slug not in known:
            raise InputError([Problem("action", f"there is no action {slug!r}; {suggest(slug, known, limit=100)}")])
        return known[slug]

    def _sources(self) -> list[SpecFileInfo]:
        return [source for root in self._roots for source in find_spec_files(root)]

    def _load(self) -> dict[str, Any]:
        if self._index is None:
            self._index = self._fetch()
        return self._index

    def _fetch(self) -> dict[str, Any]:
        sources = self._sources()
        packaged = self._roots[0] / "compiled"
        if len(self._roots) == 1 and (
            index := _read_index(packaged, compute_fingerprint(sources, from_checkout=False))
        ):
            self._folder = packaged
            return index
        wanted = compute_fingerprint(sources)
        folder = paths.get_cache_dir() / f"specs-{_checksum('|'.join(map(str, self._roots)))}"
        if index := _read_index(folder, wanted):
            self._folder = folder
            return index
        return self._make(sources, folder, wanted)

    def _make(self, sources: Sequence[SpecFileInfo], folder: Path, wanted: str) -> dict[str, Any]:
        index, specs = compile_specs(sources, wanted)
        self._specs = specs
        with contextlib.suppress(OSError):
            write_compiled(folder, index, specs)
        return index


class _Connections(Mapping[str, "ConnectionSpec"]):
    """The kinds of connection of a catalogue, read late: a run over a token needs none of them."""

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


def compile_specs(
    sources: Sequence[SpecFileInfo], wanted: str
) -> tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]]]:
    """The index and the compiled specs by home and key."""
    from zoom_component.spec.builder import build_specs

    built = build_specs(sources)
    rows = [{word: spec.get(word) for word in _LISTED} for spec in built.actions.values()]
    rows.sort(key=lambda row: (row["resource"], row["label"]))
    index = {
        "stamp": wanted,
        "actions": rows,
        "connections": sorted(built.connections),
        "triggers": sorted(built.triggers),
        "sources": sorted(built.sources),
        "faults": [str(fault) for fault in built.diagnostics],
        "broken": built.invalid,
    }
    specs = {
        (home, key): spec
        for home in ("actions", "connections", "triggers", "sources")
        for key, spec in getattr(built, home).items()
    }
    return index, specs


def write_compiled(folder: Path, index: Mapping[str, Any], specs: Mapping[tuple[str, str], Any]) -> None:
    """Keeps a compilation, the index last, so that a half-written one is never believed."""
    folder.mkdir(parents=True, exist_ok=True)
    for (home, key), spec in specs.items():
        _replace_file(folder / f"{home}-{key}.json", spec)
    _replace_file(folder / "index.json", index)


def compute_fingerprint(sources: Sequence[SpecFileInfo], *, from_checkout: bool = True) -> str:
    """Changes with any spec file, with the version, and, from a checkout, with the code of this room."""
    code = ""
    if from_checkout:
        room = Path(__file__).parent
        code = ",".join(f"{entry.name}{entry.stat().st_mtime_ns}" for entry in os.scandir(room) if entry.is_file())
    named = fingerprint_files(sources) if from_checkout else "\n".join(f"{s.name}:{s.size}" for s in sources)
    return f"{__version__}\n{code}\n{named}"


def _checksum(text: str) -> str:
    """A name for a folder. Two texts may share it: what lies there is believed by its stamp alone."""
    return f"{crc32(text.encode('utf-8', 'surrogateescape')):08x}"


def _read_index(folder: Path, wanted: str) -> dict[str, Any] | None:
    index = _read_json(folder / "index.json")
    return index if index is not None and index.get("stamp") == wanted else None


def _read_json(path: Path) -> dict[str, Any] | None:
    """The object that a file of the cache holds; None for one that is not there, or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _replace_file(path: Path, value: Any) -> None:
    import tempfile

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
