"""Test notifications of API v1: credentials, statuses and forms."""

from __future__ import annotations

import base64
import json

import pytest

from zoom_component.errors import InputError
from zoom_component.events.webhook import LegacyVerifier, Notification, Rejection

VERIFIER = LegacyVerifier("zoom", "a:password")
FORM = b"id=123&uuid=abc&host_id=h&status=ENDED"


def build_headers(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("STARTED", "v1.meeting.started"),
        ("RECORDING_MEETING_COMPLETED", "v1.meeting.recording_meeting_completed"),
        ("J%20B/H%00", "v1.meeting.j_b_h"),
        ("", "v1.meeting.unknown"),
    ],
)
def test_the_status_becomes_the_event_name(status: str, name: str) -> None:
    verdict = VERIFIER.verify(build_headers("zoom:a:password"), b"uuid=u&status=" + status.encode(), 1.0)
    assert isinstance(verdict, Notification)
    assert verdict.event.name == name
    assert json.loads(verdict.event.raw) == verdict.event.body


def test_a_repeated_notification_has_the_same_key() -> None:
    def get_key(form: bytes, now: float) -> str:
        verdict = VERIFIER.verify(build_headers("zoom:a:password"), form, now)
        assert isinstance(verdict, Notification)
        return verdict.event.key

    assert get_key(FORM, 1.0) == get_key(b"status=ENDED&host_id=h&uuid=abc&id=123", 2.0)
    assert get_key(FORM, 1.0) != get_key(FORM.replace(b"ENDED", b"STARTED"), 1.0)
    # Without a uuid, next week's meeting has the same fields.
    assert get_key(b"id=123&status=ENDED", 1.0) != get_key(b"id=123&status=ENDED", 2.0)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "no_credentials"),
        ({"authorization": "Bearer abc"}, "no_credentials"),
        ({"authorization": "Basic"}, "no_credentials"),
        ({"authorization": "Basic a"}, "no_credentials"),
        ({"authorization": "Basic é"}, "no_credentials"),
        ([("authorization", "Basic eDp5"), ("Authorization", "Basic eDp5")], "no_credentials"),
        (build_headers("zoom:"), "wrong_credentials"),
        (build_headers("zoom:a:passwor"), "wrong_credentials"),
        (build_headers("ZOOM:a:password"), "wrong_credentials"),
        ([(b"authorization", b"basic  eDp5")], "wrong_credentials"),
    ],
)
def test_wrong_credentials_are_rejected_with_401(headers: dict[str, str], reason: str) -> None:
    verdict = VERIFIER.verify(headers, FORM, 1.0)
    assert isinstance(verdict, Rejection)
    assert (verdict.reason, verdict.status) == (reason, 401)


@pytest.mark.parametrize("body", [b"", b"id=", b"\xff", b"a=b&" * 200, b'{"id":1}'])
def test_a_body_that_is_not_a_notification_is_rejected_with_400(body: bytes) -> None:
    verdict = VERIFIER.verify(build_headers("zoom:a:password"), body, 1.0)
    assert isinstance(verdict, Rejection)
    assert (verdict.reason, verdict.status) == ("no_form", 400)


def test_blank_credentials_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        LegacyVerifier("", " ")
    assert [problem.input for problem in caught.value.problems] == ["v1User", "v1Password"]


@pytest.mark.parametrize("form", ["\u200b{}", "{}\ufeff", "\u200e{}\u200f"])
def test_credentials_lose_what_nobody_sees(form: str) -> None:
    verifier = LegacyVerifier(form.format("zoom"), form.format("a:password"))
    assert isinstance(verifier.verify(build_headers("zoom:a:password"), FORM, 1.0), Notification)
