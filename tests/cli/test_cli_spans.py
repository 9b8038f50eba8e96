"""Test long ranges of time on the command line: `plan` shows the windows, and `run` reports warnings."""

from __future__ import annotations

import json

from tests.cli.lines import Cli

from zoom_sandbox import Sandbox

RECORDINGS = ("listUsersRecordings", "-i", "userId=me", "-i", "from=2026-10-31", "-i", "to=2027-01-15")


def test_a_plan_shows_the_windows_of_a_long_range(cli: Cli) -> None:
    planned = json.loads(cli("plan", *RECORDINGS).out)
    assert planned["query"][:2] == [["from", "2026-10-31"], ["to", "2026-11-29"]]
    assert planned["windows"] == [
        {"from": "2026-10-31", "to": "2026-11-29"},
        {"from": "2026-11-30", "to": "2026-12-29"},
        {"from": "2026-12-30", "to": "2027-01-15"},
    ]
    assert json.loads(cli("run", *RECORDINGS, "--dry-run").out) == planned
    resumed = json.loads(cli("plan", *RECORDINGS, "--resume", "2026-11-30..2026-12-29/abc").out)
    assert ["next_page_token", "abc"] in resumed["query"]
    assert resumed["windows"] == planned["windows"][1:]
    text = cli("plan", *RECORDINGS, terminal=True).out
    assert "windows: 3 ranges, one after another" in text
    assert "2026-11-30  2026-12-29" in text
    assert "windows" not in json.loads(cli("plan", *RECORDINGS, "-i", "to=2026-11-15").out)


def test_a_plan_for_one_page_warns_of_a_long_range(cli: Cli) -> None:
    result = cli("plan", *RECORDINGS, "-i", "pageSize=30")
    assert "windows" not in json.loads(result.out)
    assert "warning: from: the service answers 1 month of this list at most" in result.err


def test_a_run_asks_for_every_window_and_reports_a_narrower_answer(cli: Cli) -> None:
    with Sandbox() as zoom:
        words = (*RECORDINGS, "--token", zoom.issue_token(), "--base-url", zoom.api_url)
        data = json.loads(cli("run", *words).out)["data"]
        assert (data["from"], data["to"]) == ("2026-10-31", "2027-01-15")
        assert sum(request.path.endswith("/recordings") for request in zoom.requests) == 3
        body = {"from": "2026-11-10", "to": "2026-11-29", "meetings": [], "total_records": 2}
        zoom.add_fault("GET", "/users/{userId}/recordings", status=200, body=body, calls=[1])
        for options in ((), ("--jsonl",)):
            zoom.add_fault("GET", "/users/{userId}/recordings", status=200, body=body, calls=[1])
            result = cli("run", *words, *options)
            assert result.code == 0
            assert "warning: the answer covers 2026-11-10 to 2026-11-29 only" in result.err
            assert "warning: the list may be incomplete: it ended after 0 of 2 items" in result.err


def test_the_page_size_has_the_limit_of_the_operation(cli: Cli) -> None:
    for words in (("--page-size", "2001"), ("-i", "pageSize=2001")):
        result = cli("plan", "listUsers", *words)
        assert (result.code, "expected an integer from 1 to 2,000, got 2001" in result.err) == (2, True)
    assert ["page_size", "2000"] in json.loads(cli("plan", "listUsers").out)["query"]
