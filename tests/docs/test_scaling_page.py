"""Check docs/scaling.md: every command runs as shown, against a PostgreSQL server of the test run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.docs.page_commands import run_page
from tests.docs.terminal import Terminal, find_free_port
from tests.support import cluster
from tests.tools.export.pages import find_section

from zoom_component.events.inbox.postgres.schema import SCHEMA
from zoom_component.events.inbox.postgres.worker import WorkerTimings
from zoom_component.events.listeners.functions import FunctionHandler
from zoom_component.events.listeners.listener import Listener
from zoom_component.events.listeners.pool import ListenerPool, PoolContext

PAGE = (Path(__file__).resolve().parents[2] / "docs/scaling.md").read_text(encoding="utf-8")
URL = "postgresql://events@db.example.com/events"


@pytest.fixture
def terminal(folder: Path, tmp_path: Path, postgres_cluster: Path) -> Iterator[Terminal]:
    """Provide a terminal in which `sudo -u postgres` runs PostgreSQL's programs as the cluster's own user."""
    folders = {name: str(tmp_path / name) for name in ("ZOOM_COMPONENT_STATE", "ZOOM_COMPONENT_CACHE")}
    terminal = Terminal(folder, {"HOME": str(tmp_path), **folders})
    sudo = tmp_path / "programs" / "sudo"
    sudo.write_text(
        f'#!/bin/sh\nshift 2; export PATH="{cluster.find_programs()}:$PATH" PGHOST="{postgres_cluster}" PGUSER=zoom\n'
        'case "$1" in psql) shift; set -- psql --dbname postgres "$@";; esac; exec "$@"\n'
    )
    sudo.chmod(0o755)
    _drop_database(postgres_cluster)
    yield terminal
    terminal.close()
    _drop_database(postgres_cluster)


def _drop_database(folder: Path) -> None:
    with psycopg.connect(cluster.build_database_url(folder), autocommit=True) as server:
        server.execute("drop database if exists events with (force)")
        server.execute("drop role if exists events")


def test_commands_print_what_the_page_shows(terminal: Terminal, postgres_cluster: Path, folder: Path) -> None:
    url = cluster.build_database_url(postgres_cluster, "events").replace("zoom@", "events@")
    text = PAGE.replace(URL, url).replace("9000", str(find_free_port()))
    assert run_page(text, terminal, folder) == (10, 4)
    assert (folder / "crm.json").exists()


def test_numbers_match_the_code() -> None:
    text = find_section(PAGE, "## What happens when a process dies")
    assert f"{WorkerTimings().heartbeat_timeout:.0f} seconds without a heartbeat" in text
    listener = Listener("any", FunctionHandler(print))
    context = PoolContext(None, float, float, print, print, 15.0)  # type: ignore[arg-type]
    lease_grace = ListenerPool(listener, context).lease_seconds - listener.timeout
    assert f"the listener's timeout and {lease_grace:.0f} seconds" in text
    assert f"drop schema {SCHEMA} cascade" in PAGE
