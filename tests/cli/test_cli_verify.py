"""`verify`: one captured delivery, or a file full of them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import Cli
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers

BODY = build_event_body()


def flags(headers: dict[str, str]) -> list[str]:
    return [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]


def row(ident: Any = 1, body: bytes = BODY, **more: Any) -> str:
    known = {"id": ident, "headers": build_signed_headers(body), "body_base64": base64.b64encode(body).decode()}
    return json.dumps({**known, "secrets": [SECRET], "now": NOW, **more})


def test_a_genuine_delivery_is_told(cli: Cli) -> None:
    said = cli("verify", "-", *flags(build_signed_headers(BODY)), "--secret", SECRET, "--now", str(NOW), stdin=BODY)
    assert said.code == 0, said.err
    assert said.out == "Genuine: meeting.started, branch Notification.\n"


def test_a_refusal_says_why_and_has_its_exit_code(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_WEBHOOK_SECRET", SECRET)
    (tmp_path / "body").write_bytes(BODY)
    (tmp_path / "headers").write_text(
        "".join(f"{name}: {value}\n" for name, value in build_signed_headers(BODY).items())
    )
    words = ("verify", str(tmp_path / "body"), "--headers", str(tmp_path / "headers"), "--now")
    said = cli(*words, str(NOW + 7200))
    assert said.code == 17
    assert "too long ago (120.0 minutes ago; the limit is 90 minutes)" in said.out
    assert cli(*words, str(NOW + 7200), "--window", "7200").code == 0
    assert json.loads(cli(*words, str(NOW + 7200), "--json").out)["reason"] == "stale"
    assert SECRET not in said.out + said.err


def test_a_genuine_delivery_that_differs_passes_and_the_strict_refuse_it(cli: Cli) -> None:
    words = ("verify", "-", *flags(build_signed_headers(BODY)), "--secret", SECRET, "--now", str(NOW))
    told = "payload.object.host_id: the schema requires this field, but it is missing"
    said = cli(*words, stdin=BODY)
    assert (said.code, said.err.count("differs from what Zoom published: ")) == (0, 5)
    assert told in said.err
    assert told in [
        each["message"] for each in json.loads(cli(*words, "--json", stdin=BODY).out)["drift"]["differences"]
    ]
    strict = cli(*words, "--strict", stdin=BODY)
    assert strict.code == 17
    assert "Refused with 422" in strict.out
    assert told in strict.out


def test_a_batch_is_never_strict(cli: Cli) -> None:
    said = cli("verify", "--batch", "-", "--strict", stdin=row())
    assert said.code == 2
    assert "--strict" in said.err


def test_a_batch_is_judged_in_its_order(cli: Cli) -> None:
    challenge = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    lines = [
        row("a"),
        row({"own": "id"}, challenge),
        row("c", secrets=["other", SECRET]),
        row("d", secrets=["other"]),
        row("e", secrets=[""]),
        row("f", now=NOW + 301, window=300),
        row("g", b"no json"),
        row("h", headers={}),
        row("i", headers=[["x-zm-signature", "v0="], ["x-zm-signature", "v0="]]),
    ]
    said = cli("verify", "--batch", "-", stdin="\n".join(lines))
    told = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    assert [each["id"] for each in told] == ["a", {"own": "id"}, *"cdefghi"]
    assert told[0] == {
        "id": "a", "outcome": "notification", "status": 200, "response": None, "reason": None,
        "event": "meeting.started",
    }  # fmt: skip
    assert told[1]["outcome"] == "challenge"
    assert told[1]["response"]["plainToken"] == "abc"
    assert [each["reason"] for each in told[2:]] == [
        None, "wrong_signature", "blank_secret", "stale", "not_json", "missing_header", "malformed_header",
    ]  # fmt: skip
    assert [each["status"] for each in told[2:]] == [200, 401, 401, 401, 400, 401, 401]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[]", "expected a JSON object"),
        ("nonsense", "it is no JSON"),
        (row(body_base64="%"), "body_base64: expected base64"),
        (row(secrets="abc"), "secrets: expected a list of strings"),
        (row(window=0), "window: expected a number of seconds above 0, got 0"),
        (row(now="soon"), "now: expected a number of seconds"),
        (row(headers=[1]), "headers: expected an object of strings or a list of pairs"),
        (row(secret="x"), 'unknown key "secret"; expected id, headers'),
    ],
)
def test_a_line_that_holds_no_delivery_is_told_and_the_rest_goes_on(cli: Cli, line: str, fault: str) -> None:
    said = cli("verify", "--batch", "-", stdin=f"{line}\n\n{row(2)}\n")
    first, second = (json.loads(each) for each in said.out.splitlines())
    assert (said.code, first["reason"], first["outcome"]) == (2, "bad_line", "refused")
    assert f"line 1: {fault}" in said.err
    assert second["outcome"] == "notification"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("-",), "--secret: it is required, here or in ZOOM_WEBHOOK_SECRET"),
        (("-", "--secret", " "), "--secret: it is blank"),
        ((), "FILE: it is required"),
        (("-", "--secret", "s", "-H", "x-zm-signature"), "--header: came 'x-zm-signature'"),
        (("nowhere", "--secret", "s"), "FILE: 'nowhere' cannot be read: no such file or directory"),
        (("-", "--batch", "-"), "FILE: with --batch"),
    ],
)
def test_a_wrong_command_line_is_a_sentence(cli: Cli, words: tuple[str, ...], problem: str) -> None:
    said = cli("verify", *words, stdin=BODY)
    assert said.code == 2
    assert problem in said.err
