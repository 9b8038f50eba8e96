"""Test completion of commands, keys, options and input names, for three shells."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from tests.cli.lines import Cli


def complete(cli: Cli, *words: str) -> list[str]:
    return cli("__complete", *words).out.splitlines()


def test_commands(cli: Cli) -> None:
    assert complete(cli, "conn") == ["connect", "connections"]
    assert "list" in complete(cli)
    assert complete(cli, "nonsense", "x") == []


def test_keys(cli: Cli) -> None:
    assert complete(cli, "run", "createM") == ["createMeeting"]
    assert complete(cli, "completion", "z") == ["zsh"]


def test_options(cli: Cli) -> None:
    assert "--base-url" in complete(cli, "run", "getUser", "--b")
    assert complete(cli, "list", "--eff") == ["--effect"]


def test_only_inputs_that_are_not_set_are_completed(cli: Cli) -> None:
    assert "startTime=" in complete(cli, "run", "createMeeting", "-i", "start")
    assert complete(cli, "run", "createMeeting", "-i", "startTime=x", "-i", "start") == []
    assert complete(cli, "run", "-i", "start") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts_that_the_shell_can_read(cli: Cli, shell: str) -> None:
    script = cli("completion", shell).out
    assert "zoom-component __complete" in script
    if path := shutil.which(shell):
        subprocess.run([path, "-n"], input=script, text=True, check=True)


def test_bash_completes(cli: Cli) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    script = cli("completion", "bash").out
    stub = """
    zoom-component() { shift; printf 'asked:%s\\n' "$@"; }
    compopt() { :; }
    COMP_WORDS=(zoom-component run "") COMP_CWORD=2
    _zoom_component
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    result = subprocess.run([bash, "--norc", "-c", script + stub], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["asked:run", "asked:"]


def test_an_unknown_shell(cli: Cli) -> None:
    result = cli("completion", "tcsh")
    assert (result.code, result.out) == (2, "")
