"""Test that a value becomes one segment of a path: never another address, never another resource."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import first_request, list_problems
from tests.support.messages import call_or_message
from tests.support.specs import compile_action

from zoom_component.client.handlers.http import fill_path
from zoom_component.client.handlers.raw_request import normalize_path
from zoom_component.client.network.request_writer import Origin, encode_request, format_request
from zoom_component.client.request.values import InvalidValue, escape_segment
from zoom_component.messages import BoundRequest

_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1)
_HOSTILE = st.text(alphabet="/\\.:@?#%&=;ab012eEfF \t\r\n\0〱/٪", min_size=1, max_size=30)

BY_ID = compile_action(
    """
effect: delete
request: {method: DELETE, path: "/things/{id}/parts/{part}"}
inputs:
  id: {label: Id, required: true, target: path}
  part: {label: Part, required: true, target: path}
"""
)


@given(_TEXT | _HOSTILE)
def test_an_id_stays_one_segment_and_decodes_to_itself(value: str) -> None:
    if value in (".", ".."):
        with pytest.raises(InvalidValue):
            escape_segment(value)
        return
    escaped = escape_segment(value)
    assert escaped.isascii()
    assert not set(escaped) & set("/?#\\ \t\r\n\0")
    once = unquote(escaped, errors="strict")
    twice = value.startswith("/") or "//" in value
    assert (unquote(once) if twice else once) == value


@pytest.mark.parametrize(
    ("uuid", "segment"),
    [
        ("/ajXp112QmuoKj4854875==", "%252FajXp112QmuoKj4854875%253D%253D"),
        ("abc//d==", "abc%252F%252Fd%253D%253D"),
        ("4444AAAiAAAAAiAiAiiAii==", "4444AAAiAAAAAiAiAiiAii%3D%3D"),
        ("ab/c==", "ab%2Fc%3D%3D"),
        ("me", "me"),
        ("jchill@example.com", "jchill@example.com"),
        ("../accounts/me", "..%2Faccounts%2Fme"),
        ("abc#def", "abc%23def"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("%2e%2e", "%252e%252e"),
    ],
)
def test_ids_of_every_shape(uuid: str, segment: str) -> None:
    assert escape_segment(uuid) == segment
    assert fill_path("/past_meetings/{meetingId}", {"meetingId": uuid}) == f"/past_meetings/{segment}"


@pytest.mark.parametrize("value", [".", "..", ""])
def test_a_value_that_no_escape_protects_is_a_problem_of_its_input(value: str) -> None:
    problems = list_problems(BY_ID, id="1", part=value)
    assert list(problems) == ["part"]
    assert f'got "{value}"' in problems["part"]


def test_both_wrong_ids_are_reported_together() -> None:
    assert set(list_problems(BY_ID, id=".", part="..")) == {"id", "part"}


def test_a_missing_id_is_a_problem() -> None:
    assert set(list_problems(BY_ID)) == {"id", "part"}
    assert first_request(BY_ID, id="../me", part="a/b").path == "/things/..%2Fme/parts/a%2Fb"


@given(_HOSTILE | _TEXT)
def test_a_path_of_the_caller_stays_below_the_base_url(text: str) -> None:
    path, message = call_or_message(normalize_path, text)
    if message is not None:
        assert message.startswith("expected a path ")
        assert ", got " in message
        return
    assert path.startswith("/")
    assert path.isascii()
    target, _, _ = path.partition("?")
    origin = Origin.from_url("https://api.zoom.test/v2")
    assert origin == ("https", "api.zoom.test", 443, "api.zoom.test", "/v2")
    request = encode_request(origin, BoundRequest("GET", target), "Bearer t")
    lines = format_request(origin, request).split(b"\r\n")
    assert lines[:2] == [f"GET {request.target} HTTP/1.1".encode(), b"Host: api.zoom.test"]
    sent = request.target
    assert sent.startswith("/v2/")
    assert not set(sent) & set("#\\ \t\r\n\0")
    decoded = sent
    for _ in range(4):
        decoded = unquote(decoded)
        assert not {".", ".."} & set(decoded.replace("\\", "/").split("/"))


@pytest.mark.parametrize(
    "text",
    [
        "//evil.test/x",
        "\\\\evil.test\\x",
        "http:evil.test",
        "http://evil.test/",
        "https:/evil.test",
        "/\\evil.test",
        "/..",
        "/../x",
        "/users/../x",
        "/..%2f..%2fx",
        "/%2e%2e/x",
        "/%252e%252e/x",
        "/%2E./x",
        "/a/..%5cx",
        "/./x",
        "/a\tb",
        "/a b",
        "/a\nb",
        "/a\0b",
        "javascript:alert(1)",
        "/users#me",
        "\t//evil.test",
        " //evil.test",
    ],
)
def test_other_hosts_and_parent_folders_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        normalize_path(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/users", "/users"),
        ("users/me", "/users/me"),
        ("  /users/me ", "/users/me"),
        ("/users?a=1&b=%20", "/users?a=1&b=%20"),
        ("/past_meetings/%252Fab%253D%253D", "/past_meetings/%252Fab%253D%253D"),
        ("/users/ü", "/users/%C3%BC"),
        ("/100%", "/100%25"),
        ("/a..b/.c", "/a..b/.c"),
        ("/users?next=http://x", "/users?next=http://x"),
        ("/", "/"),
    ],
)
def test_a_path_is_sent_as_written(text: str, path: str) -> None:
    assert normalize_path(text) == path
    assert urlsplit(f"https://h{path}").netloc == "h"
