"""Test the command line of the comparison with peers without running a job."""

from __future__ import annotations

import pytest
from bench.peers.command import JOBS, main


def test_the_list_names_every_job_with_its_minutes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(JOBS)
    assert all(line.split()[2] == "min" for line in lines)


def test_the_help_has_an_example_for_each_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for option in ("--jobs B C", "--rounds 9", "--root ../old", "--jobs B --json", "--list"):
        assert f"for example {option}" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--jobs", "E"], "invalid choice: 'E'"), (["--rounds", "0"], "expected 1 or more, got 0")],
)
def test_a_wrong_option_is_an_error(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
