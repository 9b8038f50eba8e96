"""Test rawRequest: each of its inputs, below the base URL and nowhere else.

No sandbox: it does not answer in these ways.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.support.calls import HandlerRun, build_call, build_reply, first_request
from tests.support.specs import RAW_REQUEST, compile_action

from zoom_component.errors import ComponentError, InputError, NotFound, Unexpected
from zoom_component.messages import BoundRequest, FilePart, RetryOverride

RAW = compile_action(RAW_REQUEST % "wireType: json")
TEXT = compile_action(RAW_REQUEST % "wireType: string")


def raw(**inputs: Any) -> BoundRequest:
    return first_request(RAW, **{"url": "/users", "method": "POST", **inputs})


def list_problems(**inputs: Any) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        raw(**inputs)
    return {problem.input: problem.message for problem in caught.value.problems}


def test_query_parameters_add_to_those_of_the_path() -> None:
    request = raw(
        method="GET",
        url="users/%252Fa?status=active&page=1&empty=",
        queryParams={"page": 2, "none": None, "x y": "a&b"},
    )
    assert request.path == "/users/%252Fa"
    assert request.query == [("status", "active"), ("page", "1"), ("empty", ""), ("page", "2"), ("x y", "a&b")]
    assert (request.method, request.effect, request.body, request.content) == ("GET", "read", None, None)


@pytest.mark.parametrize(
    "pairs",
    [
        [["type", "a"], ["page", 1], ["type", "b"]],
        [{"key": "type", "value": "a"}, {"key": "page", "value": 1}, {"key": "type", "value": "b"}],
        '[{"key": "type", "value": "a"}, {"key": "page", "value": 1}, {"key": "type", "value": "b"}]',
        '{"type": "a", "page": 1, "type": "b"}',
        "type: a\npage: 1\ntype: b",
        [["type", "a"], ["page", [1]], ["type", ["b", None]]],
    ],
)
def test_a_name_may_repeat_in_the_query_and_in_a_form(pairs: Any) -> None:
    expected = [("type", "a"), ("page", "1"), ("type", "b")]
    request = raw(method="GET", url="/users?type=x&type=y", queryParams=pairs)
    assert request.query == [("type", "x"), ("type", "y"), *expected]
    assert raw(formData=pairs).form == expected
    assert raw(queryParams={"type": ["a", "b"]}).query == [("type", "a"), ("type", "b")]


@pytest.mark.parametrize("url", ["https://evil.test/", "//evil.test", "/../x", "http:evil.test", "/a b"])
def test_a_url_of_another_host_is_refused(url: str) -> None:
    assert list(list_problems(url=url)) == ["url"]


def test_an_object_is_sent_as_json_and_null_as_no_body() -> None:
    assert raw(data={"a": [1, 2**70]}).body == {"a": [1, 2**70]}
    assert raw(data='{"a": 1}').body == {"a": 1}
    assert raw(data="[]").body is None, "an empty value of a form"
    assert raw(data=0).body == 0
    assert (raw().body, raw(data=None).body) == (None, None)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        ('{"a": 1}', "application/json"),
        ("[1]", "application/json"),
        ("a=1&b=2", "application/x-www-form-urlencoded"),
        ("5", "application/x-www-form-urlencoded"),
    ],
)
def test_text_is_sent_unchanged_with_its_content_type(data: str, media_type: str) -> None:
    request = first_request(TEXT, url="/x", method="POST", data=data)
    assert (request.content, request.headers) == (data.encode(), {"Content-Type": media_type})
    own = first_request(TEXT, url="/x", method="POST", data=data, headers={"content-type": "text/csv"})
    assert own.headers == {"content-type": "text/csv"}


def test_forms_and_files_are_multipart() -> None:
    request = raw(
        formData={"purpose": "avatar", "size": 5},
        fileData=[
            ["picture", {"data": base64.b64encode(b"\x89PNG").decode(), "contentType": "image/png"}],
            ["notes", "plain text"],
            ["raw", b"\xff"],
            ["odd", {"data": "no base64!"}],
        ],
        fileDataFileNames={"picture": "me.png"},
        headers={"Content-Type": "multipart/form-data", "X-A": "1"},
    )
    assert request.form == [("purpose", "avatar"), ("size", "5")]
    assert request.files == [
        FilePart("picture", "me.png", b"\x89PNG", "image/png"),
        FilePart("notes", "notes", b"plain text", "text/plain"),
        FilePart("raw", "raw", b"\xff"),
        FilePart("odd", "odd", b"no base64!"),
    ]
    assert request.headers == {"X-A": "1"}, "a multipart body has a boundary of its own"


def test_a_body_and_a_form_conflict() -> None:
    for form in ({"formData": {"a": "1"}}, {"fileData": {"a": "1"}}):
        assert "conflicts with formData" in list_problems(data={"a": 1}, **form)["data"]
    assert raw(data=None, formData={"a": "1"}).form == [("a", "1")]


def test_a_file_name_without_a_file_is_a_problem() -> None:
    assert list_problems(fileData={"a": "x"}, fileDataFileNames={"b": "x.txt"}) == {
        "fileDataFileNames": 'expected keys of fileData, got "b"'
    }


@pytest.mark.parametrize(
    "pairs",
    [
        {"A": "1", "B": "2"},
        [{"key": "A", "value": "1"}, {"key": "B", "value": "2"}],
        [["A", "1"], ["B", "2"]],
        "A: 1\nB: 2",
        '{"A": "1", "B": "2"}',
    ],
)
def test_pairs_in_every_form(pairs: Any) -> None:
    request = raw(headers=pairs, queryParams=pairs, formData=pairs)
    assert request.headers == {"A": "1", "B": "2"}
    assert request.query == request.form == [("A", "1"), ("B", "2")]


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "authorization",
        "HOST",
        "Cookie",
        "Content-Length",
        "Transfer-Encoding",
        "Proxy-Authorization",
        "Connection",
    ],
)
def test_headers_of_the_connection_are_refused(name: str) -> None:
    assert "set by the connection" in list_problems(headers=[[name, "x"]])["headers"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("X A", "1"), ("", "1"), ("X:", "1"), ("Ü", "1"), ("X", "a\r\nEvil: 1"), ("X", "ü"), ("X", "a\0")],
)
def test_headers_that_cannot_be_sent_are_refused(name: str, value: str) -> None:
    message = list_problems(headers=[[name, value]])["headers"]
    assert message.startswith("expected ")
    assert "Evil" not in message


def test_a_header_with_null_is_not_sent() -> None:
    assert raw(headers={"X-A": None, "X-B": " b "}).headers == {"X-B": "b"}


def test_all_problems_are_reported_at_once() -> None:
    assert set(list_problems(url="//x", headers={"Host": "x"}, data={"a": 1}, formData={"a": "1"})) == {
        "url",
        "headers",
        "data",
    }


def test_times_are_converted_from_milliseconds_to_seconds() -> None:
    request = raw(timeout="2000", retryDelayMS="1500", maxRetries=4, retryAllErrors="yes", useExponentialBackoff=True)
    assert request.timeout == 2.0
    assert request.retry == RetryOverride(4, 1.5, True, True)
    assert (raw().timeout, raw(timeout=0).timeout, raw().retry) == (None, None, RetryOverride())
    assert raw(timeout=10**400, retryDelayMS=-5).timeout == 3600.0


def test_an_input_turns_on_debugging() -> None:
    assert raw(debugRequest=True).debug
    assert not raw().debug


@pytest.mark.parametrize(
    ("kind", "body", "data"),
    [
        ("json", b'{"id": 1180591620717411303424}', {"id": 2**70}),
        ("json", b"[1]", [1]),
        ("json", b"", None),
        ("text", b'{"a": 1}', '{"a": 1}'),
        ("document", b"<html>", "<html>"),
        ("text", b"\xff", "�"),
        ("arraybuffer", b"\x89PNG", {"data": base64.b64encode(b"\x89PNG").decode(), "contentType": "image/png"}),
    ],
)
def test_the_answer_is_read_as_the_response_type_says(kind: str, body: bytes, data: Any) -> None:
    checked = build_call(RAW, {"url": "/x", "method": "GET", "responseType": kind})
    run = HandlerRun(checked, [build_reply(body, headers={"content-type": "image/png", "x-a": "1"})])
    assert run.result == {"data": data, "headers": {"content-type": "image/png", "x-a": "1"}}


def test_a_failed_answer_is_its_typed_error() -> None:
    checked = build_call(RAW, {"url": "/x", "method": "GET"})
    with pytest.raises(NotFound):
        HandlerRun(checked, [build_reply({"code": 3001, "message": "none"}, 404)])
    with pytest.raises(Unexpected):
        HandlerRun(checked, [build_reply(b"<html>")])


@pytest.mark.parametrize(("status", "is_success"), [(199, False), (200, True), (299, True), (300, False), (400, False)])
def test_a_status_from_200_to_299_is_a_success(status: int, is_success: bool) -> None:
    checked = build_call(RAW, {"url": "/x", "method": "GET"})
    try:
        outcome = HandlerRun(checked, [build_reply({"a": 1}, status)]).result["data"]
    except ComponentError as error:
        outcome = error.kind
    assert (outcome == {"a": 1}) is is_success
