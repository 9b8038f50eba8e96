"""Told before a call, by doctor and by --preflight, and then by the call itself: what the app's scopes do not allow."""

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
def narrow() -> Iterator[Sandbox]:
    """An embedded Zoom whose app was granted little."""
    with Sandbox(scopes=GRANTED) as running:
        yield running


@pytest.fixture
def app(narrow: Sandbox) -> tuple[str, ...]:
    """The flags of its app: its token's answer tells the scopes."""
    narrow.clear_requests()
    pairs = {"client-id": narrow.client_id, "client-secret": narrow.client_secret, "account-id": narrow.account_id}
    return (*(word for name, value in pairs.items() for word in (f"--{name}", value)), "--base-url", narrow.api_url)


def called(zoom: Sandbox) -> list[str]:
    return [each.path for each in zoom.requests if each.path.startswith("/v2")]


def test_doctor_run_and_the_call_itself_say_the_same(cli: Cli, narrow: Sandbox, app: tuple[str, ...]) -> None:
    looked = cli("doctor", "createMeeting", "getMeeting", "getUser", "rawRequest", *app)
    told = json.loads(looked.out)
    assert (looked.code, told["ok"], told["checks"]) == (1, False, [])
    assert told["connection"]["scopes"] == GRANTED
    assert {each["action"]: each["state"] for each in told["actions"]} == {
        "createMeeting": "warn", "getMeeting": "ok", "getUser": "ok", "rawRequest": "unknown",
    }  # fmt: skip
    assert told["actions"][2]["has"] == ["user:read:user:admin"]

    refused = cli("run", *MEETING, "--preflight", *app)
    error = json.loads(refused.out)["error"]
    assert (refused.code, error["kind"]) == (7, "missing_scope")
    spec = Catalogue().action("createMeeting")
    assert set(error["scopes"]) == {*spec.scopes, *spec.granular_scopes}
    assert called(narrow) == []

    failed = cli("run", *MEETING, *app)
    real = json.loads(failed.out)["error"]
    assert (failed.code, real["kind"], set(real["scopes"])) == (7, "missing_scope", set(error["scopes"]))
    assert called(narrow) == ["/v2/users/me/meetings"]
    assert cli("run", "getUser", "-i", "userId=me", "--preflight", *app).code == 0


def test_a_pick_and_a_stream_are_refused_early_too(cli: Cli, narrow: Sandbox, app: tuple[str, ...]) -> None:
    assert cli("pick", "selectWebinar", "-i", "userId=me", "--preflight", *app).code == 7
    assert cli("run", "listWebinars", "-i", "userId=me", "--jsonl", "--preflight", *app).code == 7
    assert called(narrow) == []


def test_every_action_and_the_inbox_where_a_connection_is_named(cli: Cli, app: tuple[str, ...]) -> None:
    told = json.loads(cli("doctor", *app).out)
    assert [check["check"] for check in told["checks"]] == ["inbox"]
    assert {each["action"] for each in told["actions"]} == set(Catalogue().action_keys())
    found = {each["action"]: each for each in told["actions"]}
    assert found["getMeetingSummary"]["plan"].startswith("A host on Pro")
    assert found["createMeeting"]["rate_limit"] == "LIGHT"
    assert "cnMeeting" in found["createMeeting"]["deprecated_inputs"]


def test_a_bare_token_says_nothing_of_its_scopes(cli: Cli, narrow: Sandbox) -> None:
    way = ("--token", narrow.issue_token(), "--base-url", narrow.api_url)
    said = cli("doctor", "createMeeting", *way, terminal=True)
    words = " ".join(said.out.split())
    assert said.code == 0
    assert "the token of 'token' does not say what it was granted" in words
    assert "Needs one of meeting:write" in words
    assert said.err == "Nothing speaks against it.\n"
    narrow.clear_requests()
    assert cli("run", *MEETING, "--preflight", *way).code == 7
    assert called(narrow) == ["/v2/users/me/meetings"]


def test_a_person_reads_what_will_fail_and_what_to_do(cli: Cli, app: tuple[str, ...]) -> None:
    said = cli("doctor", "ZOOM_CREATE_A_MEETING", *app, terminal=True)
    words = " ".join(said.out.split())
    assert "'serverToServer' was granted 2 scopes" in words
    assert "Will fail, lacks one of meeting:write:admin, meeting:write or granular one of" in words
    assert "grant one to the app, connect again" in words
    assert said.err == "1 warning.\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("createMeting",), 2, "there is no action 'createMeting'; did you mean createMeeting?"),
        (("createMeeting", "--connection", "nobody"), 4, "No connection is stored as 'nobody'"),
    ],
)
def test_what_cannot_be_looked_at(cli: Cli, words: tuple[str, ...], code: int, told: str) -> None:
    said = cli("doctor", *words, terminal=True)
    assert said.code == code
    assert told in said.err


def test_without_a_connection_the_needs_are_told_alone(cli: Cli) -> None:
    told = json.loads(cli("doctor", "getUser").out)
    assert (told["ok"], told["connection"]["scopes"]) == (True, None)
    assert told["actions"][0]["state"] == "unknown"


def test_a_connection_that_gives_no_token_is_a_warning(cli: Cli, narrow: Sandbox, app: tuple[str, ...]) -> None:
    wrong = tuple("wrong" if word == narrow.client_secret else word for word in app)
    said = cli("doctor", "getUser", *wrong)
    assert said.code == 1
    assert json.loads(said.out)["connection"]["scopes"] is None


def test_what_has_ended_will_fail(cli: Cli) -> None:
    spec = (
        "key: listOld\nlabel: Old\ndescription: Old\neffect: read\nrequest: {method: GET, path: /im/groups}\n"
        "sunset: {date: 2020-01-31, replacement: listTeams}\n"
    )
    home = Path("mine/actions/old")
    home.mkdir(parents=True)
    (home / "listOld.yaml").write_text(spec, encoding="utf-8")
    said = cli("doctor", "listOld", "--specs", "mine")
    assert said.code == 1
    assert "Deprecated, ended 2020-01-31; use listTeams" in json.loads(said.out)["actions"][0]["notes"]
