"""docs/scaling.md, typed word by word against a server of the test run's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.docs.terminal import Names, Terminal, free_port, steps
from tests.support import cluster
from tests.tools.export.pages import Block, blocks, section

PAGE = (Path(__file__).resolve().parents[2] / "docs/scaling.md").read_text(encoding="utf-8")


@pytest.fixture
def terminal(tmp_path: Path, postgres_cluster: Path) -> Iterator[Terminal]:
    """One in which `sudo -u postgres` makes a test's user the cluster's own, and PostgreSQL's programs are found."""
    folder = tmp_path / "mine"
    folder.mkdir()
    kept = {name: str(tmp_path / name) for name in ("ZOOM_COMPONENT_STATE", "ZOOM_COMPONENT_CACHE")}
    opened = Terminal(folder, {"HOME": str(tmp_path), **kept})
    sudo = tmp_path / "programs" / "sudo"
    sudo.write_text(
        f'#!/bin/sh\nshift 2; export PATH="{cluster.find_programs()}:$PATH" PGHOST="{postgres_cluster}" PGUSER=zoom\n'
        'case "$1" in psql) shift; set -- psql --dbname postgres "$@";; esac; exec "$@"\n'
    )
    sudo.chmod(0o755)
    yield opened
    opened.close()
    _forget(postgres_cluster)


def _forget(folder: Path) -> None:
    with psycopg.connect(cluster.build_database_url(folder), autocommit=True) as server:
        server.execute("drop database if exists events with (force)")
        server.execute("drop role if exists events")


def _own(text: str, folder: Path, port: int) -> str:
    """The page's words with this test's server and port."""
    url = cluster.build_database_url(folder, "events").replace("zoom@", "events@")
    return text.replace("postgresql://events@db.example.com/events", url).replace("9000", str(port))


def test_the_page_word_by_word(terminal: Terminal, postgres_cluster: Path, tmp_path: Path) -> None:
    _forget(postgres_cluster)
    port, typed, started = free_port(), 0, 0
    for found in blocks(PAGE):
        block = Block(found.language, found.words, _own(found.text, postgres_cluster, port))
        if "file" in block.words:
            (tmp_path / "mine" / block.words["file"]).write_text(block.text, encoding="utf-8")
        for line, shown in steps(block.text) if block.language == "console" else ():
            if block.words.get("terminal") == "2":
                terminal.leave_running(line, port if " listen " in line else None)
                started += 1
            else:
                _type(terminal, line, shown)
                typed += 1
    assert (typed, started) == (9, 4)
    assert (tmp_path / "mine/crm.json").exists()


def _type(terminal: Terminal, line: str, shown: str) -> None:
    """The screen shows it, at once or, of the inbox, as soon as the workers have done their part."""
    names, until = Names(), time.monotonic() + 60
    while True:
        screen = terminal.type(line)
        try:
            names.learn(shown, screen)
        except AssertionError:
            if time.monotonic() > until or " inbox " not in line:
                raise
            time.sleep(0.2)
        else:
            return


def test_the_page_says_what_the_code_does() -> None:
    from zoom_component.events.inbox.postgres.schema import SCHEMA
    from zoom_component.events.inbox.postgres.worker import WorkerTimings

    assert WorkerTimings().heartbeat_timeout == 30.0  # half a minute
    assert f"drop schema {SCHEMA} cascade" in PAGE
    assert "15 seconds" in section(PAGE, "## When one dies")
