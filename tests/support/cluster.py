"""Start a PostgreSQL cluster for a test run, in a temporary folder that is removed when the run ends.

It listens only on a socket in its folder, and is independent of other clusters of the machine.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

__all__ = ["MISSING", "build_database_url", "find_programs", "start_cluster"]

MISSING = (
    "PostgreSQL is not installed, so the inbox on PostgreSQL is not tested: "
    "install postgresql, or put initdb and pg_ctl on the PATH"
)
_NOT_DURABLE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_SMALL = ("shared_buffers=32MB", "max_connections=60", "listen_addresses=", "logging_collector=off")
# Stops the server when the process that it was started for has ended, and removes the folder.
_WATCH = """(while kill -0 "$1" 2>/dev/null; do sleep 0.3; done
kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"; sleep 0.3; rm -rf "$2") &"""


def find_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, which Debian does not put on the PATH.

    Return None if there is none.
    """
    program = shutil.which("initdb")
    if program:
        return Path(program).resolve().parent
    debian = [each.parent for each in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(debian, key=lambda each: int(each.parent.name.split(".")[0]), default=None)


def start_cluster(owner: int, durable: bool = False) -> Path:
    """Start a cluster that runs until the process `owner` ends, and return its folder."""
    bin = find_programs()
    assert bin is not None, MISSING
    folder = Path(tempfile.mkdtemp(prefix="zoom-pg-"))
    as_user = _choose_user(folder)
    settings = " ".join(f"-c {each}" for each in (*_SMALL, *(() if durable else _NOT_DURABLE)))
    initdb = ["initdb", "-D", "data", "-A", "trust", "-U", "zoom", "-E", "UTF8", "--locale=C", "--no-sync"]
    pg_ctl = ["pg_ctl", "-D", "data", "-l", "log", "-w", "-s", "-o", f"-k {folder} {settings}", "start"]
    for program, *arguments in (initdb, pg_ctl):
        subprocess.run(
            [str(bin / program), *arguments], cwd=folder, check=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, **as_user,
        )  # fmt: skip
    subprocess.run(
        ["/bin/sh", "-c", _WATCH, "watch", str(owner), str(folder)], check=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return folder


def build_database_url(folder: Path, database: str = "postgres") -> str:
    """Return the URL of a database in a cluster."""
    return f"postgresql://zoom@/{database}?host={quote(str(folder), safe='')}"


def _choose_user(folder: Path) -> dict[str, Any]:
    """Return the subprocess options for a user other than root, as which initdb does not run."""
    if os.geteuid() != 0:
        return {}
    users = {each.pw_name: each for each in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
