"""An inbox by its address: the one place that knows which engine an address means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from zoom_component import paths
from zoom_component.errors import InputError, Problem
from zoom_component.events.inbox.protocols import Inbox

__all__ = ["get_default_path", "open_inbox"]

# Scheme: the module, and what in it opens an address. A file's engine is given its path, any other the whole address.
_POSTGRES = ("zoom_component.events.inbox.postgres", "PostgresInbox")
_ENGINES: Mapping[str, tuple[str, str]] = {
    "sqlite": ("zoom_component.events.inbox.sqlite", "SqliteInbox"),
    "postgresql": _POSTGRES,
    "postgres": _POSTGRES,
}
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?P<rest>.*)", re.DOTALL)


def get_default_path() -> Path:
    """Where the inbox of this machine lies."""
    return paths.get_state_dir() / "inbox.db"


def open_inbox(address: Path | str | None = None) -> Inbox:
    """The inbox in a file, at an address such as `sqlite:///srv/inbox.db`, or, without one, where it usually lies.

    Raises InputError for an address that no engine takes, and OSError for an inbox that cannot be used.
    """
    text = str(get_default_path() if address is None else address)
    if not text.strip():
        raise InputError([Problem("inbox", "it is empty; accepted: a file, or an address")])
    scheme, rest = _split_scheme(text)
    if scheme not in _ENGINES:
        known = ", ".join(f"{each}:..." for each in _ENGINES)
        raise InputError([Problem("inbox", f"there is no engine for {scheme}:...; accepted: a file, or {known}")])
    return _load_engine(scheme)(rest if scheme == "sqlite" else text)


def _load_engine(scheme: str) -> Callable[[str], Inbox]:
    module, name = _ENGINES[scheme]
    try:
        return cast(Callable[[str], Inbox], getattr(import_module(module), name))
    except ModuleNotFoundError as problem:
        missing = f"{problem.name} is not installed; `pip install 'zoom-component[postgres]'` brings it"
        raise OSError(f"an inbox at {scheme}:... cannot be used: {missing}") from problem


def _split_scheme(text: str) -> tuple[str, str]:
    """The scheme and what follows it. A text without one is a file, and so is one with a drive before it."""
    found = _SCHEME.fullmatch(text)
    if found is None:
        return "sqlite", text
    scheme, rest = found["scheme"].lower(), found["rest"]
    if rest.startswith("///"):
        return scheme, rest[2:]
    return scheme, rest.removeprefix("//")
