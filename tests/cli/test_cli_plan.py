"""Test `plan`: the first request of a call, from inputs in every supported form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.lines import Cli

from zoom_component.cli import arguments

UPDATE = ("plan", "updateMeeting", "-i", "meetingId=85746065432")


def plan_body(cli: Cli, *words: str, **how: Any) -> Any:
    result = cli(*words, **how)
    assert result.code == 0, result.err
    return json.loads(result.out)["body"]


def test_the_request_is_json_for_programs(cli: Cli) -> None:
    result = cli("plan", "updateMeeting", "-i", "meetingId=85746065432", "-i", "topic=Weekly")
    assert json.loads(result.out) == {
        "method": "PATCH",
        "url": "https://api.zoom.us/v2/meetings/85746065432",
        "query": [],
        "headers": {"Accept": "application/json", "Content-Type": "application/json", "Authorization": "[redacted]"},
        "body": {"topic": "Weekly"},
    }


def test_an_empty_input_clears_plain_text_of_an_update_and_is_ignored_elsewhere(cli: Cli) -> None:
    empties = ("-i", "agenda=", "-i", "duration=", "-i", "timezone:=null", "-i", "hostVideo= ", "-i", "endTimes=1")
    assert plan_body(cli, *UPDATE, *empties) == {"agenda": "", "timezone": None}
    create = ("plan", "createMeeting", "-i", "userId=me", "-i", "meetingType=Scheduled meeting")
    assert plan_body(cli, *create, *empties) == plan_body(cli, *create)


def test_a_query_is_pairs_of_text_and_a_read_has_no_body(cli: Cli) -> None:
    output = json.loads(cli("plan", "listUsers", "-i", "status=pending").out)
    assert ["status", "pending"] in output["query"]
    assert all(isinstance(text, str) for pair in output["query"] for text in pair)
    assert output["body"] is None
    assert "Content-Type" not in output["headers"]
    assert "?" not in output["url"]


def test_a_page_is_printed_on_a_terminal(cli: Cli) -> None:
    page = cli(*UPDATE, "-i", "topic=Weekly", terminal=True).out
    assert "PATCH https://api.zoom.us/v2/meetings/85746065432" in page
    assert '    "topic": "Weekly"' in page


@pytest.mark.parametrize(
    ("flag", "url"),
    [
        ("http://127.0.0.1:8087/v2", "http://127.0.0.1:8087/v2/users/me"),
        ("EU", "https://api-eu.zoom.us/v2/users/me"),
        ("GOV", "https://api.zoomgov.com/v2/users/me"),
    ],
)
def test_the_base_url_comes_from_option_or_environment(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, flag: str, url: str
) -> None:
    words = ("plan", "getUser", "-i", "userId=me")
    assert json.loads(cli(*words, "--base-url", flag).out)["url"] == url
    monkeypatch.setenv("ZOOM_BASE_URL", flag)
    assert json.loads(cli(*words).out)["url"] == url


def test_an_invalid_base_url_is_refused(cli: Cli) -> None:
    result = cli("plan", "getUser", "-i", "userId=me", "--base-url", "ftp://example.com/v2")
    assert result.code == 2
    assert "base_url" in result.err


def test_absent_null_empty_false_and_zero_differ(cli: Cli) -> None:
    assert plan_body(cli, *UPDATE, "-i", "topic=x") == {"topic": "x"}
    assert plan_body(cli, *UPDATE, "-i", "topic=x", "-i", "agenda:=null") == {"topic": "x", "agenda": None}
    assert plan_body(cli, *UPDATE, "-i", "topic=x", "-i", "agenda=") == {"topic": "x", "agenda": ""}
    assert plan_body(cli, *UPDATE, "-i", "hostVideo=false") == {"settings": {"host_video": False}}
    assert plan_body(cli, *UPDATE, "-i", "approvalType:=0") == {"settings": {"approval_type": 0}}


def test_a_value_from_a_file(cli: Cli) -> None:
    Path("agenda.txt").write_text("First this.\nThen that.", encoding="utf-8")
    assert plan_body(cli, *UPDATE, "-i", "agenda=@agenda.txt") == {"agenda": "First this.\nThen that."}
    assert plan_body(cli, *UPDATE, "-i", 'agenda:="@here"') == {"agenda": "@here"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inputs.json", '{"meetingId": 85746065432, "topic": "Café"}'),
        ("inputs.yaml", "meetingId: 85746065432\ntopic: Café\n"),
        ("inputs.yaml", "# a comment\n\ufeffmeetingId: '85746065432'\ntopic: Café\n".replace("\ufeff", "")),
    ],
)
def test_inputs_from_a_file(cli: Cli, name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")
    assert plan_body(cli, "plan", "updateMeeting", "--inputs", name) == {"topic": "Café"}
    assert plan_body(cli, "plan", "updateMeeting", "--inputs", name, "-i", "topic=Tea") == {"topic": "Tea"}
    assert plan_body(cli, "plan", "updateMeeting", "--inputs", "-", stdin=text) == {"topic": "Café"}


def test_warnings_go_to_stderr(cli: Cli) -> None:
    result = cli("plan", "getMeetingRecordings", "-i", "meetingId=85746065432")
    assert result.code == 0
    assert "warning: meetingId" in result.err
    assert json.loads(result.out)["method"] == "GET"


@pytest.mark.parametrize(
    ("words", "stdin", "expected"),
    [
        (("-i", "topic"), "", "name=value"),
        (("-i", "=x"), "", "name=value"),
        (("-i", "topic=a", "-i", "topic=b"), "", "expected one value, got two"),
        (("-i", "topic:={"), "", "not JSON"),
        (("-i", "topic:=1e999"), "", "too large"),
        (("-i", "topic:=NaN"), "", "NaN"),
        (("-i", 'topic:="\\ud800"'), "", "expected"),
        (("-i", "agenda=@missing.txt"), "", "no such file"),
        (("-i", "agenda=@."), "", "is a directory"),
        (("-i", "agenda=@a\0b"), "", "cannot be read"),
        (("--inputs", "missing.json"), "", "no such file"),
        (("--inputs", "-"), b"\xff\xfe", "not UTF-8"),
        (("--inputs", "-"), "{", "not JSON"),
        (("--inputs", "-"), "[1]", "expected an object of inputs"),
        (("--inputs", "-"), "", "expected an object of inputs"),
        (("--inputs", "-"), "topic: a\ntopic: b\n", 'duplicate key "topic"'),
        (("--inputs", "-"), "topic: *other\n", "aliases (*name) are not allowed"),
        (("--inputs", "-"), "[" * 100_000, "nested too deeply"),
        (("--inputs", "-"), '{"topic": ' + "9" * 5000 + "}", "a number is too long"),
        (("--batch", "-"), "", "cannot be combined with KEY:"),
    ],
)
def test_invalid_input_is_reported_in_a_sentence(
    cli: Cli, words: tuple[str, ...], stdin: str | bytes, expected: str
) -> None:
    result = cli("plan", "updateMeeting", *words, stdin=stdin)
    assert result.code == 2
    assert expected in result.err
    assert "Traceback" not in result.err
    assert json.loads(result.out)["error"]["kind"] == "input_error"


def test_a_plan_requires_an_action(cli: Cli) -> None:
    assert "an action is required" in cli("plan").err


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_passed_unchanged(text: str) -> None:
    plain = "" if text.startswith("@") else text
    inputs = arguments.read_inputs([f"a={plain}", f"b:={json.dumps(text)}"], None)
    assert inputs == {"a": plain, "b": text}


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_inputs_or_an_input_error(content: bytes) -> None:
    import io
    import sys

    from zoom_component.errors import InputError

    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(content))
    try:
        assert isinstance(arguments.read_inputs([], "-"), dict)
    except InputError:
        return
    finally:
        sys.stdin = before


def test_plan_and_a_dry_run_print_the_same(cli: Cli) -> None:
    words = ("createMeeting", "-i", "userId=me", "-i", "startTime=2027-01-31T09:30:00", "-i", "timezone=Europe/Berlin")
    for terminal in (False, True):
        planned = cli("plan", *words, terminal=terminal)
        assert planned.code == 0
        assert planned == cli("run", *words, "--dry-run", terminal=terminal)
    listed = ("listUsers", "--page-size", "7", "--resume", "token-of-page-3")
    assert cli("plan", *listed) == cli("run", *listed, "--dry-run")
