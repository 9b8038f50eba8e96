"""Test `verify`: one captured delivery, or a batch of them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import Cli
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers

BODY = build_event_body()


def build_flags(headers: dict[str, str]) -> list[str]:
    return [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]


def find_row(ident: Any = 1, body: bytes = BODY, **more: Any) -> str:
    known = {"id": ident, "headers": build_signed_headers(body), "body_base64": base64.b64encode(body).decode()}
    return json.dumps({**known, "secrets": [SECRET], "now": NOW, **more})


def test_a_genuine_delivery_is_reported(cli: Cli) -> None:
    result = cli(
        "verify", "-", *build_flags(build_signed_headers(BODY)), "--secret", SECRET, "--now", str(NOW), stdin=BODY
    )
    assert result.code == 0, result.err
    assert result.out == "Genuine: meeting.started, branch Notification.\n"


def test_a_rejection_has_a_reason_and_an_exit_code(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_WEBHOOK_SECRET", SECRET)
    (tmp_path / "body").write_bytes(BODY)
    (tmp_path / "headers").write_text(
        "".join(f"{name}: {value}\n" for name, value in build_signed_headers(BODY).items())
    )
    words = ("verify", str(tmp_path / "body"), "--headers", str(tmp_path / "headers"), "--now")
    result = cli(*words, str(NOW + 7200))
    assert result.code == 17
    assert "too long ago (120.0 minutes ago; the limit is 90 minutes)" in result.out
    assert cli(*words, str(NOW + 7200), "--window", "7200").code == 0
    assert json.loads(cli(*words, str(NOW + 7200), "--json").out)["reason"] == "stale"
    assert SECRET not in result.out + result.err


def test_a_delivery_that_differs_from_the_schema_is_refused_with_strict(cli: Cli) -> None:
    words = ("verify", "-", *build_flags(build_signed_headers(BODY)), "--secret", SECRET, "--now", str(NOW))
    expected = "payload.object.host_id: the schema requires this field, but it is missing"
    result = cli(*words, stdin=BODY)
    assert (result.code, result.err.count("differs from the schema of Zoom: ")) == (0, 5)
    assert expected in result.err
    assert expected in [
        item["message"] for item in json.loads(cli(*words, "--json", stdin=BODY).out)["drift"]["differences"]
    ]
    strict = cli(*words, "--strict", stdin=BODY)
    assert strict.code == 17
    assert "Refused with 422" in strict.out
    assert expected in strict.out


def test_a_batch_is_never_strict(cli: Cli) -> None:
    result = cli("verify", "--batch", "-", "--strict", stdin=find_row())
    assert result.code == 2
    assert "--strict" in result.err


def test_a_batch_keeps_its_order(cli: Cli) -> None:
    challenge = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    lines = [
        find_row("a"),
        find_row({"own": "id"}, challenge),
        find_row("c", secrets=["other", SECRET]),
        find_row("d", secrets=["other"]),
        find_row("e", secrets=[""]),
        find_row("f", now=NOW + 301, window=300),
        find_row("g", b"no json"),
        find_row("h", headers={}),
        find_row("i", headers=[["x-zm-signature", "v0="], ["x-zm-signature", "v0="]]),
    ]
    result = cli("verify", "--batch", "-", stdin="\n".join(lines))
    output = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 0
    assert [item["id"] for item in output] == ["a", {"own": "id"}, *"cdefghi"]
    assert output[0] == {
        "id": "a", "outcome": "notification", "status": 200, "response": None, "reason": None,
        "event": "meeting.started",
    }  # fmt: skip
    assert output[1]["outcome"] == "challenge"
    assert output[1]["response"]["plainToken"] == "abc"
    assert [item["reason"] for item in output[2:]] == [
        None, "wrong_signature", "blank_secret", "stale", "not_json", "missing_header", "malformed_header",
    ]  # fmt: skip
    assert [item["status"] for item in output[2:]] == [200, 401, 401, 401, 400, 401, 401]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("[]", "expected a JSON object"),
        ("nonsense", "the line is not JSON"),
        (find_row(body_base64="%"), "body_base64: expected base64"),
        (find_row(secrets="abc"), "secrets: expected a list of strings"),
        (find_row(window=0), "window: expected a number of seconds above 0, got 0"),
        (find_row(now="soon"), "now: expected a number of seconds"),
        (find_row(headers=[1]), "headers: expected an object of strings or a list of pairs"),
        (find_row(secret="x"), 'unknown key "secret"; expected id, headers'),
    ],
)
def test_an_invalid_line_is_reported_and_the_others_are_verified(cli: Cli, line: str, problem: str) -> None:
    result = cli("verify", "--batch", "-", stdin=f"{line}\n\n{find_row(2)}\n")
    first, second = (json.loads(item) for item in result.out.splitlines())
    assert (result.code, first["reason"], first["outcome"]) == (2, "bad_line", "refused")
    assert f"line 1: {problem}" in result.err
    assert second["outcome"] == "notification"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("-",), "--secret: is required, here or in ZOOM_WEBHOOK_SECRET"),
        (("-", "--secret", " "), "--secret: is blank"),
        ((), "FILE: is required"),
        (("-", "--secret", "s", "-H", "x-zm-signature"), '--header: expected name: value, got "x-zm-signature"'),
        (("nowhere", "--secret", "s"), 'FILE: "nowhere" cannot be read: no such file or directory'),
        (("-", "--batch", "-"), "FILE: cannot be combined with --batch"),
    ],
)
def test_invalid_arguments_of_verify_are_refused(cli: Cli, words: tuple[str, ...], problem: str) -> None:
    result = cli("verify", *words, stdin=BODY)
    assert result.code == 2
    assert problem in result.err


@pytest.mark.parametrize("secret", [f"\ufeff{SECRET}", f"{SECRET}\u200b", f" {SECRET}\u00a0"])
def test_a_secret_is_used_without_characters_that_nobody_sees(
    cli: Cli, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("verify", "-", *build_flags(build_signed_headers(BODY)), "--now", str(NOW))
    assert cli(*words, "--secret", secret, stdin=BODY).code == 0
    monkeypatch.setenv("ZOOM_WEBHOOK_SECRET", secret)
    assert cli(*words, stdin=BODY).code == 0


def test_a_secret_with_another_letter_is_refused_without_being_shown(cli: Cli) -> None:
    result = cli("verify", "-", "--secret", "t\u0435st-secret", stdin=BODY)
    assert result.code == 2
    assert "--secret: expected ASCII characters, got a value with U+0435" in result.err
    assert "st-secret" not in result.err
    result = cli("verify", "--batch", "-", stdin=find_row(secrets=["t\u0435st-secret"]))
    assert "secrets: expected ASCII characters, got U+0435" in result.err
