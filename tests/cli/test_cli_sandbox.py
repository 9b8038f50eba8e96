"""Test `sandbox`: it prints its address and ends without an error."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.cli.lines import START, Cli


@contextmanager
def served(*words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", START, "sandbox", "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_json_output_is_one_line_and_an_interrupt_exits_with_0(cli: Cli) -> None:
    with served("--json", "--users", "3", "--client-secret", "chosen-secret-99") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        output = json.loads(line)
        assert "chosen-secret-99" not in line
        words = ("--client-id", output["client_id"], "--client-secret", "chosen-secret-99")
        flags = (*words, "--account-id", output["account_id"], "--base-url", output["base_url"])
        result = cli("run", "listUsers", *flags)
        assert result.code == 0, result.err
        assert output["token_url"] == f"{output['url']}/oauth/token"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""


def test_environment_variables_are_printed_on_a_terminal() -> None:
    with served() as process:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(4)]
        assert "until Ctrl-C" in lines[0]
        exports = "".join(lines[1:])
        for name in ("ZOOM_BASE_URL=http://127.0.0.1:", "ZOOM_CLIENT_ID=sandbox-client", "ZOOM_CLIENT_SECRET="):
            assert f"{name}" in exports
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_port_in_use_is_refused(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = cli("sandbox", "--port", str(taken.getsockname()[1]))
    assert result.code == 2
    assert "address already in use" in result.err


def test_invalid_addresses_and_ports_are_refused(cli: Cli) -> None:
    assert cli("sandbox", "--port", "70000").code == 2
    assert cli("sandbox", "--port", "http").code == 2
    assert cli("sandbox", "--host", "256.0.0.1", "--port", "0").code == 2


def test_the_options_configure_the_account(cli: Cli) -> None:
    Path("people.yaml").write_text("users: [{email: zoe@example.com, first_name: Zoe}]\n")
    Path("faults.yaml").write_text("- {method: GET, path: /users, status: 503}\n")
    flags = ("--data", "people.yaml", "--faults", "faults.yaml", "--scale", "users=5,meetings=7", "--plan", "pro")
    with served("--json", *flags, "--strict", "--scopes", "user:read meeting:read", "--db", "kept.db") as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        output = httpx.get(f"{url}/_sandbox").json()
        assert (output["plan"], output["strict"], output["scopes"]) == ("pro", True, ["user:read", "meeting:read"])
        assert (output["counts"]["users"], output["counts"]["meetings"]) == (6 + 1 + 5, 2 + 7)
        assert [fault["status"] for fault in httpx.get(f"{url}/_sandbox/faults").json()["faults"]] == [503]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert Path("kept.db").stat().st_size > 1000


def test_invalid_files_and_numbers_are_reported(cli: Cli) -> None:
    Path("bad.yaml").write_text("users: [{email: zoe@example.com, frist_name: Zoe}]\n")
    Path("none.yaml").write_text("- {method: GET, path: /user, status: 503}\n")
    for flags, sentence in (
        (("--data", "bad.yaml"), '--data: bad.yaml: users[0].frist_name: unknown field; did you mean "first_name"?'),
        (("--faults", "none.yaml"), '--faults: none.yaml: faults[0].path: no operation has the path "/user"'),
        (("--db", "missing/kept.db"), "--db: missing/kept.db: cannot keep the state in this file: unable to open"),
        (("--scale", "rooms=4"), "scale.rooms: unknown field"),
    ):
        result = cli("sandbox", "--port", "0", *flags)
        assert result.code == 2
        assert sentence in " ".join(result.err.split())
    assert cli("sandbox", "--plan", "gold").code == 2
