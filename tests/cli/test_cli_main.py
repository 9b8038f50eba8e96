"""Test the entry point: help, invalid arguments, and failures with their exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.lines import START, Cli

from zoom_component import __version__
from zoom_component.cli import list_actions
from zoom_component.cli.main import COMMANDS, main


def test_version(cli: Cli) -> None:
    assert cli("--version").out == f"zoom-component {__version__}\n"


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_help_names_every_command(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli(*words)
    assert result.code == 0
    assert all(f"  {word} " in result.out for word in COMMANDS)


def test_an_unknown_command_gets_a_suggestion(cli: Cli) -> None:
    result = cli("lst", terminal=True)
    assert (result.code, result.out) == (2, "")
    assert result.err == 'input_error: unknown command "lst"; did you mean list?\n'


def test_an_unknown_option_gets_a_suggestion(cli: Cli) -> None:
    result = cli("list", "--resorce", "meetings")
    assert result.code == 2
    assert 'unknown option "--resorce"; did you mean --resource?' in result.err


def test_an_invalid_choice_lists_the_choices(cli: Cli) -> None:
    result = cli("sandbox", "--plan", "gold")
    assert result.code == 2
    assert '--plan: expected one of free, pro, business, got "gold" (see zoom-component sandbox --help)' in result.err
    problem = json.loads(cli("export", "nothing").out)["error"]["problems"][0]
    assert problem["input"] == "what"
    assert problem["message"].startswith("expected one of component")


def test_options_are_not_abbreviated(cli: Cli) -> None:
    assert 'unknown option "--res"' in cli("list", "--res", "meetings").err


@pytest.mark.parametrize("words", [("--token", "-c5dy"), ("--token=-c5dy",), ("--resume", "--x-", "--token", "-")])
def test_values_may_begin_with_a_dash(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli("run", "listUsers", *words, "-i", "status=pending", "--dry-run").code == 0


def test_an_option_is_not_taken_as_a_value(cli: Cli) -> None:
    assert "--token: expected a value, got none" in cli("run", "getUser", "--token", "--json").err
    assert "-i/--input: expected a value, got none" in cli("plan", "getUser", "-i", "--").err
    assert "--inputs: expected a value, got --" in cli("plan", "getUser", "--inputs=--").err
    assert cli("plan", "getUser", "-i", "-x=1").code == 2


def test_an_extra_argument_is_refused(cli: Cli) -> None:
    assert 'unexpected argument "extra"' in cli("show", "getUser", "extra").err


def test_errors_are_json_on_stdout_for_programs(cli: Cli) -> None:
    error = json.loads(cli("show", "getUsr").out)["error"]
    assert error["kind"] == "input_error"
    assert "did you mean getUser?" in error["message"]


def test_errors_are_text_on_a_terminal(cli: Cli) -> None:
    result = cli("show", "getUsr", terminal=True)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith('input_error: unknown action "getUsr"')


def test_every_problem_has_its_own_line(cli: Cli) -> None:
    result = cli("plan", "createMeeting", "-i", "duration=long", "-i", "tpic=x", terminal=True)
    assert result.code == 2
    first, *problems = result.err.splitlines()
    assert first == "input_error: the inputs of createMeeting are not valid; nothing was sent."
    assert {problem.split(":")[0].strip() for problem in problems} == {"duration", "tpic", "userId"}


def test_an_interrupt_is_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(args: Namespace, console: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(list_actions, "run", interrupted)
    result = cli("list")
    assert (result.code, result.out, result.err) == (130, "", "Interrupted.\n")


def test_an_unexpected_error_is_one_line_without_a_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(args: Namespace, console: object) -> int:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(list_actions, "run", broken)
    result = cli("list")
    assert result.code == 70
    assert len(result.err.splitlines()) == 1
    assert "--traceback" in result.err
    traced = cli("list", "--traceback")
    assert traced.code == 70
    assert "Traceback" in traced.err
    assert "ZeroDivisionError: inside" in traced.err


def test_a_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", START, "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    "words",
    [("plan",), ("run", "--token", "a-token-of-mine"), ("run", "--token", "a-token-of-mine", "--concurrency", "3")],
)
def test_an_interrupted_process_exits_with_130(words: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", START, words[0], "--batch", "-", "--base-url", "http://127.0.0.1:9/v2", *words[1:]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b'{"id":1,"action":"getUser"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith(b"Interrupted.\n")
        assert process.wait(30) == 130


def test_text_that_stdout_cannot_encode_is_escaped(process: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    words = ("plan", "createUser", "--inputs", "-", "--json")
    inputs = json.dumps(
        {"action": "create", "email": "a@example.com", "firstName": "Zoë 😀", "lastName": "Doe", "userType": "1"}
    )
    done = process(*words, input=inputs, env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Zo\\u00eb \\ud83d\\ude00" in done.stdout


def test_a_full_disk_is_reported() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", START, "list"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 74
    assert done.stderr == b"Reading or writing failed: no space left on device.\n"


def test_a_process_without_stdout_runs(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["list", "--json"]) == 0


def test_secrets_are_masked_when_the_arguments_are_invalid(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "planted-secret-0815-abcdefgh"
    monkeypatch.setenv("ZOOM_CLIENT_SECRET", f"{secret}-2")
    for words in (
        ("run", "getUser", "--token", secret, "--timeout", secret),
        ("run", "getUser", f"--token={secret}", f"--retries={secret}-2"),
        ("lst", "--token", secret, secret),
        (f"{secret}-2",),
    ):
        result = cli(*words)
        assert result.code == 2
        assert secret not in result.out + result.err


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "-i",
            "--inputs",
            "--batch",
            "-",
            "--specs",
            ".",
            "--json",
            "-v",
            "--",
            "getUser",
            "userId=me",
            "userId:=[",
            "@",
        ]
    ),
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["list", "show", "plan", "check", "completion", "__complete", "connections"]), st.lists(WORDS))
def test_any_arguments_are_parsed_or_refused(cli: Cli, word: str, rest: list[str]) -> None:
    """Check that no arguments lead to exit code 70, which is for unexpected failures."""
    result = cli(word, *rest)
    assert result.code in (0, 2, 3, 4), result
    assert "Traceback" not in result.err


def test_a_lone_surrogate_is_refused(cli: Cli) -> None:
    result = cli("plan", "getUser", "-i", "userId=a\udcffb")
    assert result.code == 2
    assert "a lone surrogate" in result.err
