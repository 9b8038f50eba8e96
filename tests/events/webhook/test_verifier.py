"""Test which deliveries are genuine, which are rejected, and for which get_reason."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers, sign

from zoom_component.errors import InputError
from zoom_component.events.webhook import SIGNATURE_WINDOW, Challenge, Notification, Rejection, Verdict, Verifier

BODY = build_event_body()


def verify(headers: Any, body: bytes = BODY, now: float = NOW, secrets: tuple[str, ...] = (SECRET,)) -> Verdict:
    return Verifier(secrets).verify(headers, body, now)


def get_reason(verdict: Verdict) -> str:
    assert isinstance(verdict, Rejection)
    assert verdict.status == (400 if verdict.reason in ("not_json", "no_plain_token", "no_event_name") else 401)
    return verdict.reason


def test_a_signed_delivery_is_a_notification() -> None:
    verdict = verify(build_signed_headers(BODY))
    assert isinstance(verdict, Notification)
    assert verdict.event.name == "meeting.started"
    assert (verdict.branch, verdict.status, verdict.response) == ("Notification", 200, None)


@pytest.mark.parametrize(
    "headers",
    [
        {name.upper(): value for name, value in build_signed_headers(BODY).items()},
        [(name.encode(), value.encode()) for name, value in build_signed_headers(BODY).items()],
        list(build_signed_headers(BODY).items()),
    ],
)
def test_headers_may_have_any_form(headers: Any) -> None:
    assert isinstance(verify(headers), Notification)


ODD = {
    "pretty-printed": json.dumps(json.loads(BODY), indent=4).encode(),
    "byte order mark": b"\xef\xbb\xbf" + BODY,
    "UTF-16": BODY.decode().encode("utf-16"),
    "escapes": rb'{"event":"meeting\u002estarted","event_ts":1,"payload":{"object":{"topic":"\u00e9\/\ud83d\ude00"}}}',
    "half a surrogate": rb'{"event":"meeting.started","event_ts":1,"payload":{"object":{"topic":"\ud83d"}}}',
    "1.0": b'{"event":"meeting.started","event_ts":1773140400000.0,"payload":{"object":{"duration":1.0}}}',
    "1e3": b'{"event":"meeting.started","event_ts":1e12,"payload":{"object":{"duration":1e3}}}',
    "duplicate keys": b'{"event":"user.created","event":"meeting.started","event_ts":1,"payload":{}}',
    "not ASCII": '{"event":"meeting.started","event_ts":1,"payload":{"object":{"topic":"日報"}}}'.encode(),
    "spaces around": b" \r\n" + BODY + b"\n\n",
    "a long number": b'{"event":"meeting.started","event_ts":1,"payload":{"object":{"id":' + b"9" * 5000 + b"}}}",
    "no payload": b'{"event":"meeting.started"}',
    "an unknown event": b'{"event":"meeting.started"}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_a_signed_body_is_accepted_in_any_shape(body: bytes) -> None:
    verdict = verify(build_signed_headers(body), body)
    assert isinstance(verdict, Notification)
    assert verdict.event.name == "meeting.started"
    assert verdict.event.raw == body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[]", "expected a JSON object, got a list"),
        (b"1e3", "expected a JSON object, got a number"),
        (b'"text"', "expected a JSON object, got text"),
        (b"null", "expected a JSON object, got null"),
        (b"{}", 'the key "event" is missing'),
        (b'{"a": "b"}', 'the key "event" is missing'),
        (b'{"event": ""}', "event: expected text, got blank text"),
        (b'{"event": 7}', "event: expected text, got a number"),
        (b'{"event": false}', "event: expected text, got true or false"),
        (b'{"event": {"name": "x"}}', "event: expected text, got an object"),
    ],
)
def test_signed_json_without_the_name_of_an_event_is_a_bad_request(body: bytes, reason: str) -> None:
    verdict = verify(build_signed_headers(body), body)
    assert get_reason(verdict) == "no_event_name"
    assert isinstance(verdict, Rejection)
    assert verdict.message == f"the signature is valid, but the body is not an event: it has no event name ({reason})"


@pytest.mark.parametrize(
    "headers", [{"x-zm-signature": []}, {"X-Zm-Signature": ["a", "b"]}, {"x-zm-signature": [["a"]]}]
)
def test_a_list_of_values_counts_as_headers_of_one_name(headers: dict[str, Any]) -> None:
    signed = build_signed_headers(BODY)
    assert isinstance(verify({name: [value] for name, value in signed.items()}), Notification)
    rest = {name: value for name, value in signed.items() if name != "x-zm-signature"}
    assert get_reason(verify({**rest, **headers})) in ("missing_header", "malformed_header")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"\xff\xfe\xfa", b"NaN", b'{"a":Infinity}', b"[" * 100_000, b"{}x"]
)
def test_a_signed_body_that_is_not_json_is_a_bad_request(body: bytes) -> None:
    assert get_reason(verify(build_signed_headers(body), body)) == "not_json"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"x-zm-signature": None}, "missing_header"),
        ({"x-zm-request-timestamp": None}, "missing_header"),
        ({"x-zm-signature": ""}, "malformed_header"),
        ({"x-zm-signature": "v1=" + "0" * 64}, "malformed_header"),
        ({"x-zm-signature": sign(BODY).upper()}, "malformed_header"),
        ({"x-zm-signature": sign(BODY) + "\n"}, "malformed_header"),
        ({"x-zm-signature": sign(BODY)[:-1]}, "malformed_header"),
        ({"x-zm-signature": sign(BODY)[:-1] + "é"}, "malformed_header"),
        ({"x-zm-signature": 5}, "malformed_header"),
        ({"x-zm-signature": ["v0="]}, "malformed_header"),
        ({"X-Zm-Signature": sign(BODY)}, "malformed_header"),  # repeated
        ({"x-zm-request-timestamp": ""}, "malformed_header"),
        ({"x-zm-request-timestamp": "soon"}, "malformed_header"),
        ({"x-zm-request-timestamp": f"-{NOW}"}, "malformed_header"),
        ({"x-zm-request-timestamp": f"{NOW}.0"}, "malformed_header"),
        ({"x-zm-request-timestamp": "١٧٧٣١٤٠٤٠٠"}, "malformed_header"),
        ({"x-zm-request-timestamp": "9" * 5000}, "malformed_header"),
        ({"x-zm-request-timestamp": str(NOW + 1)}, "wrong_signature"),
        ({"x-zm-signature": "v0=" + "0" * 64}, "wrong_signature"),
    ],
)
def test_a_malformed_or_wrong_header_is_rejected(changes: dict[str, Any], reason: str) -> None:
    headers = {name: value for name, value in {**build_signed_headers(BODY), **changes}.items() if value is not None}
    assert get_reason(verify(headers)) == reason


def test_a_signature_of_the_same_json_in_other_bytes_is_rejected() -> None:
    assert (
        get_reason(verify(build_signed_headers(BODY), json.dumps(json.loads(BODY), indent=1).encode()))
        == "wrong_signature"
    )


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (SIGNATURE_WINDOW, ""),
        (-SIGNATURE_WINDOW, ""),
        (85 * 60, ""),
        (SIGNATURE_WINDOW + 1, "stale"),
        (-SIGNATURE_WINDOW - 1, "future"),
    ],
)
def test_the_window_covers_both_directions_and_the_last_retry(age: float, reason: str) -> None:
    verdict = verify(build_signed_headers(BODY), now=NOW + age)
    assert verdict.reason == reason


def test_two_secrets_are_valid_while_one_replaces_the_other() -> None:
    both = ("the-new-one", SECRET)
    assert isinstance(verify(build_signed_headers(BODY), secrets=both), Notification)
    assert isinstance(verify(build_signed_headers(BODY, secret="the-new-one"), secrets=both), Notification)
    assert get_reason(verify(build_signed_headers(BODY, secret="an-older-one"), secrets=both)) == "wrong_signature"


@pytest.mark.parametrize("secrets", [(), ("",), (" \t",), (SECRET, ""), "abc", (None,)])
def test_a_missing_or_blank_secret_is_refused(secrets: Any) -> None:
    with pytest.raises(InputError, match="webhookSecretToken"):
        Verifier(secrets)


@pytest.mark.parametrize("window", [0, -1, float("inf"), float("nan")])
def test_a_window_must_be_positive_and_finite(window: float) -> None:
    with pytest.raises(InputError, match="window"):
        Verifier([SECRET], window)


def build_validation(token: Any) -> bytes:
    return json.dumps({"event": "endpoint.url_validation", "event_ts": 1, "payload": {"plainToken": token}}).encode()


def test_a_url_validation_is_answered_with_the_secret_that_signed_it() -> None:
    body = build_validation("qgg8vlvZRS6UYooatFL8Aw")
    for secret in ("the-new-one", SECRET):
        verdict = verify(build_signed_headers(body, secret=secret), body, secrets=("the-new-one", SECRET))
        assert isinstance(verdict, Challenge)
        assert (verdict.branch, verdict.status) == ("URL Verify", 200)
        proof = hmac.new(secret.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
        assert verdict.response == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": proof}


@pytest.mark.parametrize("token", [None, "", "  ", 5, ["a"], "\ud83d", "x" * 1025, f"v0:{NOW}:{{}}"])
def test_an_unusable_plain_token_is_a_bad_request(token: Any) -> None:
    body = build_validation(token)
    assert get_reason(verify(build_signed_headers(body), body)) == "no_plain_token"


def test_an_unsigned_url_validation_is_rejected() -> None:
    body = build_validation("qgg8vlvZRS6UYooatFL8Aw")
    verdict = verify({**build_signed_headers(body), "x-zm-signature": "v0=" + "0" * 64}, body)
    assert get_reason(verdict) == "wrong_signature"
    assert verdict.response is None


_PARTS = st.one_of(
    st.none(), st.text(max_size=80), st.binary(max_size=80), st.integers(), st.lists(st.text(max_size=3))
)
_NAMES = st.sampled_from(["x-zm-signature", "X-ZM-Request-Timestamp", "content-type", ""]) | st.text(max_size=12)


@given(st.dictionaries(_NAMES, _PARTS, max_size=5), st.binary(max_size=200), st.floats(0, 1e12))
def test_any_unsigned_delivery_is_rejected_without_an_error(headers: dict[str, Any], body: bytes, now: float) -> None:
    assert verify(headers, body, now).outcome == "refused"


@given(st.binary(max_size=300))
def test_any_signed_body_is_an_event_or_a_bad_request(body: bytes) -> None:
    assert get_reason_or_none(verify(build_signed_headers(body), body)) in (None, "not_json", "no_event_name")


def get_reason_or_none(verdict: Verdict) -> str | None:
    return verdict.reason or None
