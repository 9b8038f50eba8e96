"""Test `show`: the page of one action."""

from __future__ import annotations

import json
import shlex

import pytest
from tests.cli.lines import Cli

from zoom_component.spec.catalogue import Catalogue


def test_json_output_has_inputs_scopes_and_errors(cli: Cli) -> None:
    output = json.loads(cli("show", "createMeeting").out)
    inputs = {spec["key"]: spec for spec in output["inputs"]}
    assert inputs["userId"]["required"] is True
    assert inputs["recurrence"]["model"]["2"] == "Weekly"
    assert output["path"] == "/users/{userId}/meetings"
    assert "meeting:write" in output["scopes"]
    assert "meeting:write:meeting" in output["granular_scopes"]
    assert output["rate_limit"] == "LIGHT"
    assert all({"status", "code"} <= set(error) for error in output["errors"])


def test_known_codes_come_with_their_meaning(cli: Cli) -> None:
    errors = json.loads(cli("show", "getUser").out)["errors"]
    known = next(error for error in errors if error["code"] == 1001)
    assert known["kind"] == "not_found"
    assert "user" in known["means"]


def test_a_page_is_printed_on_a_terminal(cli: Cli) -> None:
    page = cli("show", "createMeeting", terminal=True).out
    for part in ("Inputs", "scopes", "rate limit", "Errors", "Example", "userId", "string, required", "2 (Weekly)"):
        assert part in page


@pytest.mark.parametrize("key", Catalogue().action_keys())
def test_the_example_can_be_copied(cli: Cli, key: str) -> None:
    line = json.loads(cli("show", key).out)["command"]
    program, word, *rest = shlex.split(line)
    assert (program, word) == ("zoom-component", "run")
    result = cli(word, *rest, "--dry-run")
    assert "no such input" not in result.err
    if "..." not in line:
        assert result.code == 0, result.err
