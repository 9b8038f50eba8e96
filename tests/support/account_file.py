"""Read the database of a sandbox while a process has it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def read_committed_state(db: Path, copy: Path) -> bytes:
    """Return the state that a database in use would have after a kill, b"" if that is not known yet.

    The journal is copied last: if it is empty by then, the state in the file was committed.
    """
    for suffix in ("", "-journal"):
        source = Path(f"{db}{suffix}")
        Path(f"{copy}{suffix}").write_bytes(source.read_bytes() if source.exists() else b"")
    try:
        with closing(sqlite3.connect(copy)) as file:
            row = file.execute("select state from account").fetchone()
    except sqlite3.Error:
        return b""
    return bytes(row[0]) if row else b""
