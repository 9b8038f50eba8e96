"""Start a durable PostgreSQL cluster for a run, with a database for each contender."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bench.peers.environments import PeerUnavailable
from tests.support.cluster import build_database_url, find_programs, start_cluster


class Cluster:
    """Create databases in a cluster that ends with this process."""

    def __init__(self) -> None:
        programs = find_programs()
        if programs is None:
            raise PeerUnavailable("PostgreSQL is not installed: no initdb on the PATH")
        self._programs: Path = programs
        self._folder = start_cluster(os.getpid(), durable=True)
        self._created = 0

    def create_database(self, name: str) -> str:
        """Return the URL of a new database."""
        self._created += 1
        database = f"{name}_{self._created}"
        command = [str(self._programs / "createdb"), "-h", str(self._folder), "-U", "zoom", database]
        subprocess.run(command, check=True, capture_output=True)
        return build_database_url(self._folder, database)
