"""Test slugs and API names on the command line: results, plans and pages."""

from __future__ import annotations

import json

import pytest
from tests.cli.lines import Cli

At = tuple[str, ...]
CREATE = "ZOOM_CREATE_A_MEETING"


def test_a_slug_runs_and_prints_its_tool_result(cli: Cli, at: At) -> None:
    result = cli("run", CREATE, "-i", "userId=me", "-i", "settings__audio=both", "-i", "topic=Daily", *at)
    envelope = json.loads(result.out)
    assert (result.code, result.err) == (0, "")
    assert list(envelope) == ["data", "error", "successful"]
    assert (envelope["data"]["topic"], envelope["error"], envelope["successful"]) == ("Daily", None, True)


def test_a_failure_is_in_the_tool_result_and_the_exit_code(cli: Cli, at: At) -> None:
    result = cli("run", "ZOOM_GET_A_MEETING", "-i", "meetingId=81234567890", *at)
    envelope = json.loads(result.out)
    assert (result.code, envelope["successful"], envelope["data"]) == (6, False, {})
    assert envelope["error"].startswith("not_found: ")
    assert result.err.startswith("not_found: ")
    result = cli("run", "ZOOM_LIST_MEETINGS", "-i", "tipe=live", *at)
    assert result.code == 2
    assert "did you mean type?" in json.loads(result.out)["error"]
    result = cli("run", "ZOOM_LIST_MEETING", *at)
    assert "did you mean ZOOM_LIST_MEETINGS?" in json.loads(result.out)["error"]


def test_a_batch_mixes_keys_and_slugs(cli: Cli, at: At) -> None:
    lines = [
        {"id": 1, "action": "ZOOM_LIST_DEVICES", "inputs": {"page_size": 30}},
        {"id": 2, "action": "getUser", "inputs": {"userId": "me"}},
        {"id": 3, "action": "ZOOM_GET_A_MEETING", "inputs": {}},
        {"id": 4, "action": "getUser", "inputs": {}},
    ]
    text = "\n".join(map(json.dumps, lines))
    for more in ((), ("--concurrency", "3")):
        result = cli("run", "--batch", "-", *at, *more, stdin=text)
        one, two, three, four = map(json.loads, result.out.splitlines())
        assert (one["successful"], set(two), three["successful"]) == (True, {"id", "data"}, False)
        assert three["error"].startswith("input_error: meetingId: is required")
        assert four["error"]["kind"] == "input_error"


@pytest.mark.parametrize("name", ["settings.audio", "settings__audio", "audio"])
def test_any_name_of_an_input_makes_the_same_plan(cli: Cli, name: str) -> None:
    planned = json.loads(cli("plan", "createMeeting", "-i", "userId=me", "-i", f"{name}=voip").out)
    assert planned["body"]["settings"]["audio"] == "voip"


def test_two_names_of_one_input_are_refused(cli: Cli) -> None:
    result = cli("plan", "createMeeting", "-i", "userId=me", "-i", "audio=voip", "-i", "settings.audio=voip")
    assert result.code == 2
    assert "provided twice, as audio and as settings.audio; provide it once" in result.err


def test_a_slug_plans_its_inputs_without_defaults(cli: Cli) -> None:
    planned = json.loads(cli("plan", CREATE, "-i", "userId=me", "-i", "settings__use__pmi=yes").out)
    assert planned["body"] == {"settings": {"use_pmi": True}}
    dry = json.loads(cli("run", CREATE, "--dry-run", "-i", "userId=me", "-i", "settings__use__pmi=yes").out)
    assert dry["body"] == planned["body"]


def test_a_slug_is_shown_with_its_names(cli: Cli) -> None:
    shown = cli("show", CREATE, terminal=True).out
    assert "settings__use__pmi" in shown
    assert "usePMI" not in shown
    assert "Advanced" not in shown
    assert json.loads(cli("show", CREATE).out)["key"] == CREATE


def test_additional_inputs_are_shown_separately(cli: Cli) -> None:
    shown = cli("show", "createMeeting", terminal=True).out
    usual, _, advanced = shown.partition("Advanced inputs")
    assert "waitingRoom" in advanced
    assert "waitingRoom" not in usual
    assert CREATE in usual


def test_slugs_are_found_and_completed(cli: Cli) -> None:
    (row,) = json.loads(cli("list", "zoom_create").out)
    assert (row["key"], row["slug"]) == ("createMeeting", CREATE)
    assert CREATE in cli("__complete", "run", "ZOOM_C").out.splitlines()
    assert "settings__audio=" in cli("__complete", "run", CREATE, "-i", "settings__audio").out.splitlines()
