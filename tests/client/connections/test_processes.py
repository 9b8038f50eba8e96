"""Test that two processes of one app send one token request, with a store on disk and the sandbox over HTTP."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, REFRESH, SPECS
from tests.client.connections.oauth import OAuthSandbox
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.tokens import Token

_spawn: Any = multiprocessing.get_context("spawn")


def authorize(folder: Path, base_url: str, kind: str, gate: Barrier, end: Pipe) -> None:
    connections = ConnectionRegistry(SPECS, EncryptedStore(folder))
    token = Token("", refresh=f"{REFRESH}-0") if kind == "oauth" else None
    connection = connections.open_with_fields(kind, CLIENT if kind == "oauth" else ACCOUNT, base_url, token)
    gate.wait()
    end.send(connection.authorize())
    end.close()


def hold_lock(folder: Path, end: Pipe) -> None:
    with EncryptedStore(folder).lock("work"):
        end.send("held")
        signal.pause()


def authorize_in_two_processes(folder: Path, kind: str) -> tuple[set[str], list[dict[str, str]]]:
    with OAuthSandbox() as zoom:
        gate, ends = _spawn.Barrier(2), []
        processes = []
        for _ in range(2):
            here, there = _spawn.Pipe(duplex=False)
            process = _spawn.Process(target=authorize, args=(folder, zoom.api_url, kind, gate, there))
            process.start()
            there.close()
            processes.append(process)
            ends.append(here)
        headers = {end.recv() for end in ends}
        for process, end in zip(processes, ends, strict=True):
            process.join()
            process.close()
            end.close()
        return headers, zoom.token_requests


def test_two_processes_of_one_account_request_one_token(tmp_path: Path) -> None:
    headers, requests = authorize_in_two_processes(tmp_path, "serverToServer")
    assert headers == {f"Bearer {ACCESS}-1"}
    assert len(requests) == 1


def test_two_processes_use_a_refresh_token_once(tmp_path: Path) -> None:
    headers, requests = authorize_in_two_processes(tmp_path, "oauth")
    assert headers == {f"Bearer {ACCESS}-1"}
    assert [form["refresh_token"] for form in requests] == [f"{REFRESH}-0"]


def test_a_process_that_dies_releases_its_lock(tmp_path: Path) -> None:
    here, there = _spawn.Pipe(duplex=False)
    process = _spawn.Process(target=hold_lock, args=(tmp_path, there))
    process.start()
    there.close()
    assert here.recv() == "held"
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()
    here.close()
    with EncryptedStore(tmp_path, lock_timeout=0.0).lock("work"):
        pass
