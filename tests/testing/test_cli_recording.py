"""Test `run --record`, `run --from-recording`, `run --log` and `rerun` over HTTP on this machine."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zoom_component.cli.main import main
from zoom_sandbox import Sandbox

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def zoom() -> Iterator[Sandbox]:
    with Sandbox(users=4) as running:
        yield running


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        result = capsys.readouterr()
        return code, result.out, result.err

    return run


@pytest.fixture
def at(zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
    return ("--base-url", zoom.api_url)


def test_a_recorded_list_is_replayed_without_a_connection(cli: Cli, at: tuple[str, ...], zoom: Sandbox) -> None:
    list_users = ("run", "listUsers", "--page-size", "3")
    code, first, _ = cli(*list_users, *at, "--record", "users.yaml")
    before = len(zoom.requests)
    assert (code, before) == (0, 3)
    assert cli(*list_users, "--from-recording", "users.yaml")[:2] == (0, first.replace(at[1], ""))
    assert len(zoom.requests) == before
    code, _, err = cli("run", "listUsers", "--page-size", "4", "--from-recording", "users.yaml")
    assert (code, "the recording has no GET /users?" in err) == (15, True)
    code, _, err = cli("run", "getUser", "-i", "userId=me", "--from-recording", "users.yaml")
    assert "the next recorded request is GET /users?" in err
    assert cli("run", "getUser", "-i", "userId=me", "--from-recording", "gone.yaml")[0] == 2


def test_a_logged_run_is_repeated_offline_and_live(cli: Cli, at: tuple[str, ...], zoom: Sandbox) -> None:
    words = ("run", "createMeeting", "-i", "userId=me", "-i", "topic=Daily", "-i", "password=tRick7")
    assert cli(*words, *at, "--log", "runs.jsonl")[0] == 0
    assert cli("run", "getUser", "-i", "userId=nobody", *at, "--log", "runs.jsonl")[0] == 6
    text = Path("runs.jsonl").read_text(encoding="utf-8")
    assert "tRick7" not in text
    assert at[1] not in text
    assert stat.S_IMODE(Path("runs.jsonl").stat().st_mode) == 0o600
    made, refused = map(json.loads, text.splitlines())
    assert (made["action"], made["inputs"]["topic"], made["result"]["topic"]) == ("createMeeting", "Daily", "Daily")
    assert made["exchanges"][0]["request"]["path"] == "/users/me/meetings"
    assert (refused["error"]["kind"], refused["exchanges"][0]["response"]["status"]) == ("not_found", 404)

    code, _, err = cli("rerun", "runs.jsonl", "--offline", "--line", "1")
    assert (code, "offline, any valid value works" in err) == (2, True)
    assert cli("rerun", "runs.jsonl", "--offline", "--line", "1", "-i", "password=tRick8")[0] == 0
    code, _, err = cli("rerun", "runs.jsonl", "--offline", "--line", "1", "-i", "password=x", "-i", "topic=Weekly")
    assert (code, "the recording has no POST /users/me/meetings: the query or the body" in err) == (15, True)
    code, out, err = cli("rerun", "runs.jsonl", *at)
    assert (code, out) == (0, "")
    assert err.startswith("getUser of 20")
    assert err.endswith(": the results are equal\n")


def test_a_different_result_is_printed_as_a_diff(cli: Cli, at: tuple[str, ...]) -> None:
    get_user = ("run", "getUser", "-i", "userId=ada@example.com", *at)
    cli(*get_user, "--log", "runs.jsonl")
    cli("run", "updateUser", "-i", "userId=ada@example.com", "-i", "dept=Support", *at)
    code, out, err = cli("rerun", "runs.jsonl", *at)
    assert code == 1
    assert '-    "dept": "Operations",\n+    "dept": "Support",\n' in out
    assert err.endswith("the results differ\n")
    assert cli("rerun", "runs.jsonl", "--ignore", "dept", *at)[0] == 0
    code, out, _ = cli("rerun", "runs.jsonl", "--json", *at)
    assert (code, json.loads(out)["same"]) == (1, False)


def test_a_secret_input_must_be_set_again(cli: Cli, at: tuple[str, ...], zoom: Sandbox) -> None:
    cli("run", "createMeeting", "-i", "userId=me", "-i", "password=tRick7", *at, "--log", "runs.jsonl")
    before = len(zoom.requests)
    code, _, err = cli("rerun", "runs.jsonl", *at)
    assert (code, len(zoom.requests)) == (2, before)
    assert "password: is a secret, which records do not contain; set it with -i" in err
    cli("rerun", "runs.jsonl", "-i", "password=tRick8", *at)
    assert zoom.requests[-1].json()["password"] == "tRick8"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--record", "a", "--dry-run"), "--record: cannot be combined with --dry-run: it needs a single run"),
        (("--from-recording", "a", "--log", "b"), "--from-recording: cannot be combined with --log: nothing is sent"),
        (("--log", "a", "--jsonl"), "--log: cannot be combined with --jsonl: a record holds a whole result"),
        (("--from-recording", "gone.yaml"), '--from-recording: "gone.yaml" cannot be read: no such file'),
    ],
)
def test_conflicting_options_are_refused(cli: Cli, words: tuple[str, ...], message: str) -> None:
    code, _, err = cli("run", "getUser", "-i", "userId=me", *words)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '"runs.jsonl" has 0 records'),
        ("{}\n", "expected a log that `run --log FILE` wrote"),
        ("x\n", "expected a log"),
    ],
)
def test_a_file_without_records_is_refused(cli: Cli, text: str, message: str) -> None:
    assert 'RECORD: "runs.jsonl" cannot be read' in cli("rerun", "runs.jsonl")[2]
    Path("runs.jsonl").write_text(text, encoding="utf-8")
    code, _, err = cli("rerun", "runs.jsonl")
    assert code == 2
    assert message in err


def test_specs_are_recorded_and_replayed(cli: Cli, at: tuple[str, ...]) -> None:
    for name in ("ada", "mia"):
        spec = f"name: One\nsteps: [{{run: getUser, inputs: {{userId: {name}@example.com}}}}]\n"
        Path(f"{name}.test.yaml").write_text(spec, encoding="utf-8")
    assert cli("test", "ada.test.yaml", "mia.test.yaml", "--record", "zoom.yaml", *at)[0] == 0
    assert cli("test", "mia.test.yaml", "ada.test.yaml", "--from-recording", "zoom.yaml", "--parallel", "2")[0] == 0
    assert cli("test", "mia.test.yaml", "--from-recording", "zoom.yaml", "--record", "x")[0] == 2
    assert cli("test", "mia.test.yaml", "--from-recording", "gone.yaml")[0] == 2
