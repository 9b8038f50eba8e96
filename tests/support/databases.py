"""A database for each test that wants one: one cluster a run, whichever of its processes asks first starts it."""

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
    delete from leases; delete from marks; delete from procrastinate_jobs; delete from procrastinate_workers;
    alter table events alter id restart"""
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the run's cluster; a loud skip where there can be none."""
    if cluster.find_programs() is None:
        pytest.skip(cluster.MISSING)
    spread = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    note = (base.parent if spread else base) / "postgres-cluster"
    with _alone(note.with_suffix(".lock")):
        if not note.exists():
            folder = cluster.start_cluster(os.getppid() if spread else os.getpid())
            _create(folder, _TEMPLATE)
            PostgresInbox(cluster.build_database_url(folder, _TEMPLATE)).close()
            note.write_text(str(folder), encoding="utf-8")
    return Path(note.read_text(encoding="utf-8"))


@pytest.fixture
def empty_database(postgres_cluster: Path) -> str:
    """The URL of a database with nothing in it."""
    return cluster.build_database_url(postgres_cluster, _create(postgres_cluster))


@pytest.fixture(scope="session")
def _filled(postgres_cluster: Path) -> str:
    return cluster.build_database_url(postgres_cluster, _create(postgres_cluster, template=_TEMPLATE))


@pytest.fixture
def inbox_database(_filled: str) -> str:
    """The URL of a database with an inbox in it, as it is made; one for all tests of a process, one after the other."""
    with psycopg.connect(_filled, autocommit=True) as server:
        server.execute(_EMPTY)
    return _filled


def _create(folder: Path, name: str = "", template: str = "template1") -> str:
    chosen = name or f"test_{os.getpid()}_{next(_numbers)}"
    with _alone(folder / "lock"), psycopg.connect(cluster.build_database_url(folder), autocommit=True) as server:
        server.execute(SQL("create database {} template {}").format(Identifier(chosen), Identifier(template)))
    return chosen


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
