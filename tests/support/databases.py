"""Provide PostgreSQL databases for tests.

The first process that needs one starts the cluster of the run.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.support import cluster
from zoom_component.events.inbox.postgres.engine import PostgresInbox

_TEMPLATE = "with_an_inbox"
_EMPTY = """
    set search_path = zoom_component; delete from events; delete from interests; delete from states;
    delete from leases; delete from marks; delete from pruned;
    delete from procrastinate_jobs; delete from procrastinate_workers; alter table events alter id restart"""
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the run's cluster. Skip the test if PostgreSQL is not installed."""
    if cluster.find_programs() is None:
        pytest.skip(cluster.MISSING)
    is_distributed = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    note = (base.parent if is_distributed else base) / "postgres-cluster"
    with _hold_lock(note.with_suffix(".lock")):
        if not note.exists():
            folder = cluster.start_cluster(os.getppid() if is_distributed else os.getpid())
            _create_database(folder, _TEMPLATE)
            PostgresInbox(cluster.build_database_url(folder, _TEMPLATE)).close()
            note.write_text(str(folder), encoding="utf-8")
    return Path(note.read_text(encoding="utf-8"))


@pytest.fixture
def empty_database(postgres_cluster: Path) -> str:
    """Return the URL of an empty database."""
    return cluster.build_database_url(postgres_cluster, _create_database(postgres_cluster))


@pytest.fixture(scope="session")
def _shared_database(postgres_cluster: Path) -> str:
    return cluster.build_database_url(postgres_cluster, _create_database(postgres_cluster, template=_TEMPLATE))


@pytest.fixture
def inbox_database(_shared_database: str) -> str:
    """Return the URL of a database with an empty inbox, which all tests of a process use one after another."""
    with psycopg.connect(_shared_database, autocommit=True) as server:
        server.execute(_EMPTY)
    return _shared_database


def _create_database(folder: Path, name: str = "", template: str = "template1") -> str:
    database = name or f"test_{os.getpid()}_{next(_numbers)}"
    with _hold_lock(folder / "lock"), psycopg.connect(cluster.build_database_url(folder), autocommit=True) as server:
        server.execute(SQL("create database {} template {}").format(Identifier(database), Identifier(template)))
    return database


@contextmanager
def _hold_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
