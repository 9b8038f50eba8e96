"""Test what the command line does about secrets: warnings about arguments, masks in all output, safe characters."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.cli.lines import Cli

from zoom_component.cli.console import Console
from zoom_component.cli.secret_warnings import describe_exposed_inputs, describe_exposed_secrets
from zoom_component.cli.table import format_table

SECRET = "s3cret-Value/4711"
PREFIX = "warning: other users of this machine can read secrets in arguments: "


@pytest.mark.parametrize(
    ("words", "places"),
    [
        (("run", "--token", SECRET), "--token (set ZOOM_TOKEN instead)"),
        (("run", f"--token={SECRET}"), "--token (set ZOOM_TOKEN instead)"),
        (("connect", "--client-secret", SECRET), "--client-secret (set ZOOM_CLIENT_SECRET instead)"),
        (("listen", "--secret", SECRET, "--secret", "x"), "--secret (set ZOOM_WEBHOOK_SECRET instead)"),
        (("sandbox", "--webhook-secret", SECRET), "--webhook-secret (set ZOOM_WEBHOOK_SECRET instead)"),
        (("listen", "--v1-password", SECRET), "--v1-password (set ZOOM_V1_PASSWORD instead)"),
        (
            ("run", "-i", f"password={SECRET}"),
            "-i password (use -i password=@FILE or --inputs FILE instead; - is stdin)",
        ),
        (
            ("run", f"--input=settings__passcode:={SECRET}"),
            "-i settings__passcode (use -i settings__passcode=@FILE or --inputs FILE instead; - is stdin)",
        ),
        (
            ("run", "--proxy", f"http://anna:{SECRET[:6]}@proxy:8080"),
            "the password in the URL of --proxy (set ZOOM_COMPONENT_PROXY)",
        ),
        (
            ("inbox list", "--inbox", "postgresql://u:p@db/events"),
            "the password in the URL of --inbox (leave the password out and set PGPASSWORD, or use a .pgpass file)",
        ),
        (
            ("run", "--base-url", "https://u:p@api.example.com"),
            "the password in the URL of --base-url (leave it out)",
        ),
        (("verify", "-H", "Authorization: Basic abc"), "-H Authorization (use --headers FILE instead)"),
        (
            ("run", "-i", "path=https://x.test/a?access_token=abc"),
            "the token in a URL of -i (read it from a file instead)",
        ),
    ],
)
def test_a_secret_among_the_arguments_is_named_once_without_its_value(words: tuple[str, ...], places: str) -> None:
    assert describe_exposed_secrets(words[0], words[1:]) == f"{PREFIX}{places}"


@pytest.mark.parametrize(
    "words",
    [
        ("run", "getUser", "-i", "userId=me"),
        ("run", "-i", "password=@file"),
        ("run", "-i", "password="),
        ("run", "--token", ""),
        ("sandbox", "--client-secret", "sandbox-secret"),
        ("verify", "-H", "x-zm-signature: v0=abc"),
        ("run", "-i", "meetingId=https://zoom.us/j/5?pwd=abc"),
        ("list", "token"),
        ("run", "--resume", "token"),
        ("run", "--", "--token", "x"),
    ],
)
def test_other_arguments_are_no_secrets(words: tuple[str, ...]) -> None:
    assert describe_exposed_secrets(words[0], words[1:]) == ""


def test_a_password_with_another_name_is_found_by_its_type() -> None:
    assert describe_exposed_inputs(["door"]).startswith(f"{PREFIX}-i door (use -i door=@FILE")
    assert describe_exposed_inputs(["password"]) == ""


def test_the_warning_is_on_stderr_and_does_not_disturb_the_result(cli: Cli) -> None:
    result = cli("plan", "createMeeting", "-i", "userId=me", "-i", "topic=x", "-i", f"password={SECRET[:8]}")
    assert json.loads(result.out)["method"] == "POST"
    assert result.err == f"{PREFIX}-i password (use -i password=@FILE or --inputs FILE instead; - is stdin)\n"


def test_a_value_of_a_secret_option_is_not_repeated_as_a_name(cli: Cli) -> None:
    result = cli("run", "getUser", "--token", "my-token-1234", "-i", "my-token-1234=1", "--traceback")
    assert result.code == 2
    assert "my-token-1234" not in result.out + result.err


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(quote(SECRET, safe=""), safe=""),
        json.dumps(f"\n{SECRET}"),
        base64.b64encode(f"id:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"x{SECRET}".encode()).decode(),
    ],
)
def test_a_known_secret_is_masked_in_each_form(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.add_secrets(lambda: [SECRET])
    console.print(f"a {text} b")
    console.report(f"a {text} b")
    captured = capsys.readouterr()
    assert text.strip('"') not in captured.out + captured.err
    assert captured.out.count("[redacted]") == captured.err.count("[redacted]") == 1


def test_control_characters_are_escapes_on_both_streams(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.print("a\x1b[31m\u202e\x9b\u2028b\tc\nd")
    console.report("a\x1b]0;title\x07\u2066\u200b")
    captured = capsys.readouterr()
    assert captured.out == "a\\u001b[31m\\u202e\\u009b\\u2028b\tc\nd\n"
    assert captured.err == "a\\u001b]0;title\\u0007\\u2066\\u200b\n"


def test_json_keeps_its_value_and_has_no_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    value = {"topic": "\u202eabc\x7f\x85\u200d", "number": 1.5}
    console.print_json(value)
    console.print_json({"n": [float("inf"), float("nan")]})
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == value
    assert first.isascii()
    assert second == '{"n":[null,null]}'


def test_a_style_is_not_made_by_data(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Console, "is_stdout_terminal", True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    console = Console()
    console.print(console.bold("a\x1b[0m"))
    assert capsys.readouterr().out == "\x1b[1ma\\u001b[0m\x1b[0m\n"


def test_a_cell_of_a_table_cannot_start_a_line() -> None:
    rows = [("a\nforged", "x\nforged y", "last\nwords \x1b[2J"), ("b", "c", "d")]
    lines = list(format_table(rows, 100))
    assert [line.split() for line in lines] == [
        [r"a\nforged", r"x\nforged", "y", "last", "words", "\x1b[2J"],
        ["b", "c", "d"],
    ]


def test_an_error_of_zoom_is_one_line(cli: Cli, tmp_path: Path) -> None:
    name = "a\nforged: ok"
    result = cli("run", "getUser", "--inputs", name)
    assert result.code == 2
    assert not any(line.startswith("forged") for line in result.err.splitlines())
