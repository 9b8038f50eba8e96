"""Test who is believed to have written an answer, and how it is described.

No sandbox: a sandbox answers like Zoom.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.calls import build_reply, load_codes
from tests.support.foreign_answers import FOREIGN_ANSWERS

from zoom_component.client.request import replies
from zoom_component.client.request.foreign_answers import describe_answer, describe_source, has_zoom_code, is_block_page
from zoom_component.errors import RateLimited, Unavailable, Unexpected
from zoom_component.messages import Reply

CODES = load_codes()
JUDGMENTS = {"not_found", "missing_scope", "missing_plan", "connection_failed", "conflict", "refused", "quota_spent"}
FAILURES = st.one_of(st.integers(300, 511), st.sampled_from([401, 403, 404, 407, 409, 429, 500, 502, 503]))
HEADERS = st.dictionaries(
    st.sampled_from(["server", "cf-ray", "via", "content-type", "location", "retry-after", "x-request-id"]),
    st.text(max_size=40),
)
# JSON that has no integer as its code, or no text as its message.
OTHER_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
).filter(lambda value: not (isinstance(value, dict) and "code" in value)) | st.fixed_dictionaries(
    {"code": st.none() | st.booleans() | st.text(alphabet="abcXYZ_", max_size=12) | st.just({"code": 403})},
    optional={"message": st.text(max_size=20), "details": st.just([])},
)


def check_no_judgment(reply: Reply) -> None:
    error = replies.build_error(reply, CODES)
    assert error.kind not in JUDGMENTS
    expected = RateLimited if reply.status == 429 else Unavailable if reply.status >= 500 else (Unexpected, Unavailable)
    assert isinstance(error, expected)
    assert "in front of Zoom" in error.message
    json.dumps(error.as_json())


@given(st.binary(max_size=400).filter(lambda body: b"code" not in body and b"error" not in body), FAILURES, HEADERS)
@example(b"", 401, {})
@example(b"<html><title>Not Found</title></html>", 404, {})
@example(b"\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", 403, {"content-type": "text/html; charset=utf-16"})
@example(b"<title>x</title>", 403, {"content-type": "text/html; charset=zlib_codec"})
@example(b"", 302, {"location": "http://[::1"})
def test_bytes_that_are_not_zooms_judge_nothing(body: bytes, status: int, headers: dict[str, str]) -> None:
    check_no_judgment(Reply(status, headers, body))


@given(OTHER_JSON, FAILURES, HEADERS)
def test_json_that_is_not_zooms_judges_nothing(value: Any, status: int, headers: dict[str, str]) -> None:
    check_no_judgment(Reply(status, headers, json.dumps(value).encode()))


@given(st.sampled_from([401, 403, 404, 405, 409, 412, 500, 503]))
def test_a_code_that_repeats_the_status_needs_the_tracking_id_of_zoom(status: int) -> None:
    body = {"code": status, "message": "Invalid access token."}
    check_no_judgment(build_reply(body, status))
    assert has_zoom_code(build_reply(body, status, {"x-zm-trackingid": "WEB_1"}), body)


@given(st.integers(17, 10**9).filter(lambda code: code not in (401, 403, 404)), st.sampled_from([401, 403, 404]))
def test_an_error_in_zooms_form_is_believed(code: int, status: int) -> None:
    error = replies.build_error(build_reply({"code": code, "message": "No."}, status), CODES)
    assert "in front of Zoom" not in error.message
    assert error.as_json()["code"] == code


@pytest.mark.parametrize(
    ("data", "headers", "expected"),
    [
        ({"code": 3001, "message": "Meeting does not exist."}, {}, True),
        ({"code": 124}, {}, True),
        ({"code": 124, "message": None}, {}, True),
        ({"code": 429, "message": "Slow down."}, {}, True),
        ({"code": "3001", "message": "Meeting does not exist."}, {}, True),
        ({"code": "900902", "message": "Missing Credentials"}, {}, False),
        ({"code": "900902", "message": "x"}, {"x-zm-trackingid": "WEB_1"}, True),
        ({"code": "ThrottlingException", "message": "x"}, {"x-zm-trackingid": "WEB_1"}, False),
        ({"code": 7, "message": "denied"}, {}, False),
        ({"code": 2, "message": "x"}, {"x-zm-trackingid": "WEB_1"}, True),
        ({"code": 3001, "message": {"text": "x"}}, {}, False),
        ({"code": True, "message": "x"}, {}, False),
        ({"message": "x"}, {"x-zm-trackingid": "WEB_1"}, False),
        ([], {}, False),
    ],
)
def test_the_form_of_zooms_errors(data: Any, headers: dict[str, str], expected: bool) -> None:
    assert has_zoom_code(build_reply(data, 400, headers), data, CODES) is expected


def test_a_description_shows_no_secret_and_stays_on_one_line() -> None:
    body = b"<html><title>Blocked\n access_token=abcdefgh12345678 \x1b[31m</title></html>"
    headers = {"location": "https://user:pass@login.example/a?token=abcdefgh12345678#x", "server": "x\r\ny: z"}
    for status in (302, 403):
        text = describe_answer(Reply(status, headers, body))
        assert text.isprintable()
        assert "abcdefgh" not in text
        assert "pass" not in text
    assert describe_answer(Reply(302, headers, b"")).startswith("a redirect to https://login.example/a (")


def test_a_title_in_another_encoding_and_with_entities_is_read() -> None:
    page = "<html><title>Zugriff &amp; Anmeldung für Gäste</title></html>"
    reply = Reply(403, {"content-type": "text/html; charset=iso-8859-1"}, page.encode("latin-1"))
    assert describe_answer(reply) == 'a page titled "Zugriff & Anmeldung für Gäste"'


def test_a_rate_limit_header_or_a_tracking_id_shows_that_zoom_answered() -> None:
    assert describe_source(Reply(429, {"x-ratelimit-type": "QPS"}, b"")) == "Zoom's web server"
    assert describe_source(Reply(404, {"x-zm-trackingid": "WEB_1"}, b"")) == "Zoom's web server"
    assert describe_source(Reply(404, {"server": "nginx"}, b"")) == "something in front of Zoom"


def test_block_pages_are_told_from_pages_of_a_gateway_that_is_alone() -> None:
    by_name = {answer.name: is_block_page(answer.reply) for answer in FOREIGN_ANSWERS}
    assert by_name["cloudflare-block"]
    assert by_name["cloudflare-challenge"]
    assert by_name["akamai"]
    assert not by_name["nginx-502"]
    assert not by_name["envoy-503"]


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>Blocked</body></html>",
        b"<!DOCTYPE html><p>Blocked</p>",
        b"\xef\xbb\xbf <HTML><p>Blocked</p></HTML>",
    ],
)
def test_a_page_without_a_title_is_known_by_its_beginning(page: bytes) -> None:
    assert describe_answer(Reply(403, {}, page)).startswith("a page without a title: ")


@pytest.mark.parametrize(("length", "shown"), [(80, "x" * 80), (81, "x" * 79 + "…")])
def test_a_header_is_cut_after_80_characters(length: int, shown: str) -> None:
    assert describe_answer(Reply(403, {"cf-ray": "x" * length}, b"<html>")).count(f"cf-ray: {shown}") == 1
