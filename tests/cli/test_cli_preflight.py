"""Test that missing scopes are reported by `doctor`, by --preflight and by the call itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.lines import Cli

from zoom_component.spec.catalogue import Catalogue
from zoom_sandbox import Sandbox

GRANTED = ["meeting:read", "user:read:user:admin"]
MEETING = ("createMeeting", "-i", "userId=me", "-i", "topic=Daily")


@pytest.fixture(scope="module")
def limited_sandbox() -> Iterator[Sandbox]:
    """Run a sandbox whose app has few scopes."""
    with Sandbox(scopes=GRANTED) as running:
        yield running


@pytest.fixture
def app_options(limited_sandbox: Sandbox) -> tuple[str, ...]:
    """Return the flags of the app, whose token response lists its scopes."""
    limited_sandbox.clear_requests()
    pairs = {
        "client-id": limited_sandbox.client_id,
        "client-secret": limited_sandbox.client_secret,
        "account-id": limited_sandbox.account_id,
    }
    return (
        *(word for name, value in pairs.items() for word in (f"--{name}", value)),
        "--base-url",
        limited_sandbox.api_url,
    )


def list_calls(zoom: Sandbox) -> list[str]:
    return [item.path for item in zoom.requests if item.path.startswith("/v2")]


def test_doctor_preflight_and_the_call_agree(cli: Cli, limited_sandbox: Sandbox, app_options: tuple[str, ...]) -> None:
    checked = cli("doctor", "createMeeting", "getMeeting", "getUser", "rawRequest", *app_options)
    output = json.loads(checked.out)
    assert (checked.code, output["ok"], output["checks"]) == (1, False, [])
    assert output["connection"]["scopes"] == GRANTED
    assert {item["action"]: item["state"] for item in output["actions"]} == {
        "createMeeting": "warn", "getMeeting": "ok", "getUser": "ok", "rawRequest": "unknown",
    }  # fmt: skip
    assert output["actions"][2]["has"] == ["user:read:user:admin"]

    refused = cli("run", *MEETING, "--preflight", *app_options)
    error = json.loads(refused.out)["error"]
    assert (refused.code, error["kind"]) == (7, "missing_scope")
    spec = Catalogue().action("createMeeting")
    assert set(error["scopes"]) == {*spec.scopes, *spec.granular_scopes}
    assert list_calls(limited_sandbox) == []

    failed = cli("run", *MEETING, *app_options)
    real = json.loads(failed.out)["error"]
    assert (failed.code, real["kind"], set(real["scopes"])) == (7, "missing_scope", set(error["scopes"]))
    assert list_calls(limited_sandbox) == ["/v2/users/me/meetings"]
    assert cli("run", "getUser", "-i", "userId=me", "--preflight", *app_options).code == 0


def test_options_and_streams_are_refused_early_too(
    cli: Cli, limited_sandbox: Sandbox, app_options: tuple[str, ...]
) -> None:
    assert cli("options", "selectWebinar", "-i", "userId=me", "--preflight", *app_options).code == 7
    assert cli("run", "listWebinars", "-i", "userId=me", "--jsonl", "--preflight", *app_options).code == 7
    assert list_calls(limited_sandbox) == []


def test_a_named_connection_checks_every_action_and_the_inbox(cli: Cli, app_options: tuple[str, ...]) -> None:
    output = json.loads(cli("doctor", *app_options).out)
    assert [check["name"] for check in output["checks"]] == ["inbox"]
    assert {item["action"] for item in output["actions"]} == set(Catalogue().action_keys())
    needs = {item["action"]: item for item in output["actions"]}
    assert needs["getMeetingSummary"]["plan"].startswith("A host on Pro")
    assert needs["createMeeting"]["rate_limit"] == "LIGHT"
    assert "cnMeeting" in needs["createMeeting"]["deprecated_inputs"]


def test_the_scopes_of_a_bare_token_are_unknown(
    cli: Cli, limited_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOOM_TOKEN", limited_sandbox.issue_token())
    token_options = ("--base-url", limited_sandbox.api_url)
    result = cli("doctor", "createMeeting", *token_options, terminal=True)
    words = " ".join(result.out.split())
    assert result.code == 0
    assert 'the token of "token" does not list its scopes' in words
    assert "Needs one of meeting:write" in words
    assert result.err == "No problems found, but the granted scopes are unknown.\n"
    limited_sandbox.clear_requests()
    assert cli("run", *MEETING, "--preflight", *token_options).code == 7
    assert list_calls(limited_sandbox) == ["/v2/users/me/meetings"]


def test_failures_and_remedies_are_printed_on_a_terminal(cli: Cli, app_options: tuple[str, ...]) -> None:
    result = cli("doctor", "ZOOM_CREATE_A_MEETING", *app_options, terminal=True)
    words = " ".join(result.out.split())
    assert '"serverToServer" has 2 scopes' in words
    assert "Will fail, lacks one of meeting:write:admin, meeting:write or granular one of" in words
    assert "add a scope to the app and connect again" in words
    assert result.err.splitlines()[1:] == ["1 warning."]


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("createMeting",), 2, 'unknown action "createMeting"; did you mean createMeeting?'),
        (("createMeeting", "--connection", "nobody"), 4, 'No connection is stored as "nobody"'),
    ],
)
def test_unknown_actions_and_connections_are_refused(
    cli: Cli, words: tuple[str, ...], code: int, expected: str
) -> None:
    result = cli("doctor", *words, terminal=True)
    assert result.code == code
    assert expected in result.err


def test_without_a_connection_only_the_needs_are_listed(cli: Cli) -> None:
    output = json.loads(cli("doctor", "getUser").out)
    assert (output["ok"], output["connection"]["scopes"]) == (True, None)
    assert output["actions"][0]["state"] == "unknown"


def test_a_connection_that_gives_no_token_is_a_warning(
    cli: Cli, limited_sandbox: Sandbox, app_options: tuple[str, ...]
) -> None:
    wrong_options = tuple("wrong" if word == limited_sandbox.client_secret else word for word in app_options)
    result = cli("doctor", "getUser", *wrong_options)
    assert result.code == 1
    assert json.loads(result.out)["connection"]["scopes"] is None


def test_an_action_past_its_sunset_is_a_warning(cli: Cli) -> None:
    spec = (
        "key: listOld\nlabel: Old\ndescription: Old\neffect: read\nrequest: {method: GET, path: /im/groups}\n"
        "sunset: {date: 2020-01-31, replacement: listTeams}\n"
    )
    home = Path("mine/actions/old")
    home.mkdir(parents=True)
    (home / "listOld.yaml").write_text(spec, encoding="utf-8")
    result = cli("doctor", "listOld", "--specs", "mine")
    assert result.code == 1
    assert "Deprecated, ended 2020-01-31; use listTeams" in json.loads(result.out)["actions"][0]["notes"]
