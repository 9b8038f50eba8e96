"""Test the command line of the comparison with peers without running a job."""

from __future__ import annotations

import json

import pytest
from bench.peers.command import JOBS, JobInfo, main
from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Figure
from bench.peers.rows import Row


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
    for option in ("--jobs B C", "--rounds 9", "--root ../old", "--jobs D list --wheel", "--jobs B --json", "--list"):
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


def test_a_job_that_fails_gets_a_row_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_run: object) -> list[Row]:
        raise PeerUnavailable("no base")

    def break_down(_run: object) -> list[Row]:
        raise OSError("no disk")

    def interrupt(_run: object) -> list[Row]:
        raise KeyboardInterrupt

    for name, measure in (("A", fail), ("B", break_down), ("C", lambda _run: [Row("C", "-", Figure(1, 1, 1))])):
        monkeypatch.setitem(JOBS, name, JobInfo("", 1, measure))
    monkeypatch.setitem(JOBS, "D", JobInfo("", 1, interrupt))
    assert main(["--jobs", "A", "B", "C", "--json"]) == 0
    output = capsys.readouterr()
    rows = json.loads(output.out)
    assert [row["not_measured"] for row in rows] == [{"A": "no base"}, {"B": "OSError: no disk"}, {}]
    assert "no disk" in output.err
    assert main(["--jobs", "C", "D", "A"]) == 130
    assert "0 of 1 rows miss" in capsys.readouterr().out
