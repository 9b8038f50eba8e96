"""Open an inbox by its URL or file name. Only this module knows which engine a URL means."""

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

# URL scheme: module and class of the engine. The engine of a file gets its path, any other engine the whole URL.
_POSTGRES = ("zoom_component.events.inbox.postgres.engine", "PostgresInbox")
_ENGINES: Mapping[str, tuple[str, str]] = {
    "sqlite": ("zoom_component.events.inbox.sqlite", "SqliteInbox"),
    "postgresql": _POSTGRES,
    "postgres": _POSTGRES,
}
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?P<rest>.*)", re.DOTALL)


def get_default_path() -> Path:
    """Return the path of the default inbox of this machine."""
    return paths.get_state_dir() / "inbox.db"


def open_inbox(address: Path | str | None = None) -> Inbox:
    """Open the inbox at a file name or at a URL such as `sqlite:///srv/inbox.db`.

    Without an address, open the default inbox of this machine. Raise InputError for a URL that no engine supports, and
    OSError for an inbox that cannot be used.
    """
    text = str(get_default_path() if address is None else address)
    if not text.strip():
        raise InputError([Problem("inbox", "expected a file name or a URL, got an empty text")])
    scheme, rest = _split_scheme(text)
    if scheme not in _ENGINES:
        known = ", ".join(f"{each}:..." for each in _ENGINES)
        raise InputError([Problem("inbox", f"expected a file name or a URL of {known}, got {scheme}:...")])
    return _load_engine(scheme)(rest if scheme == "sqlite" else text)


def _load_engine(scheme: str) -> Callable[[str], Inbox]:
    module, name = _ENGINES[scheme]
    try:
        return cast(Callable[[str], Inbox], getattr(import_module(module), name))
    except ModuleNotFoundError as error:
        remedy = "install it with `pip install 'zoom-component[postgres]'`"
        raise OSError(f"cannot open an inbox at {scheme}:...: {error.name} is not installed; {remedy}") from error


def _split_scheme(text: str) -> tuple[str, str]:
    """Return the scheme and the rest. A text without a scheme is a file; so is one that begins with a drive letter."""
    match = _SCHEME.fullmatch(text)
    if match is None:
        return "sqlite", text
    scheme, rest = match["scheme"].lower(), match["rest"]
    if rest.startswith("///"):
        return scheme, rest[2:]
    return scheme, rest.removeprefix("//")
