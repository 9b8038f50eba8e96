"""rawRequest: all its inputs, below the base address and nowhere else.

No embedded Zoom: a handler is a generator without a wire, and the replies are of kinds that Zoom does not give.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.support.calls import HandlerRun, build_call, build_reply, first_request
from tests.support.specs import RAW_REQUEST, compile_action

from zoom_component.errors import InputError, NotFound, Unexpected
from zoom_component.messages import BoundRequest, FilePart, RetryOverride

RAW = compile_action(RAW_REQUEST % "wireType: json")
TEXT = compile_action(RAW_REQUEST % "wireType: string")


def raw(**inputs: Any) -> BoundRequest:
    return first_request(RAW, **{"url": "/users", "method": "POST", **inputs})


def refusals(**inputs: Any) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        raw(**inputs)
    return {problem.input: problem.message for problem in caught.value.problems}


def test_a_path_with_its_query_and_pairs_that_replace_it() -> None:
    request = raw(
        method="GET",
        url="users/%252Fa?status=active&page=1&empty=",
        queryParams={"page": 2, "none": None, "x y": "a&b"},
    )
    assert request.path == "/users/%252Fa"
    assert request.query == [("status", "active"), ("empty", ""), ("page", "2"), ("x y", "a&b")]
    assert (request.method, request.effect, request.body, request.content) == ("GET", "read", None, None)


@pytest.mark.parametrize("url", ["https://evil.test/", "//evil.test", "/../x", "http:evil.test", "/a b"])
def test_another_host_is_never_called(url: str) -> None:
    assert list(refusals(url=url)) == ["url"]


def test_objects_go_as_json_and_nothing_as_no_body() -> None:
    assert raw(data={"a": [1, 2**70]}).body == {"a": [1, 2**70]}
    assert raw(data='{"a": 1}').body == {"a": 1}
    assert raw(data=[]).body == []
    assert raw(data=0).body == 0
    assert (raw().body, raw(data=None).body) == (None, None)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ('{"a": 1}', "application/json"),
        ("[1]", "application/json"),
        ("a=1&b=2", "application/x-www-form-urlencoded"),
        ("5", "application/x-www-form-urlencoded"),
    ],
)
def test_text_goes_as_it_is_with_the_type_that_it_has(data: str, kind: str) -> None:
    request = first_request(TEXT, url="/x", method="POST", data=data)
    assert (request.content, request.headers) == (data.encode(), {"Content-Type": kind})
    own = first_request(TEXT, url="/x", method="POST", data=data, headers={"content-type": "text/csv"})
    assert own.headers == {"content-type": "text/csv"}


def test_forms_and_files_with_names() -> None:
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
    assert request.headers == {"X-A": "1"}, "a multipart body names its own boundary"


def test_a_body_and_a_form_contradict_each_other() -> None:
    for form in ({"formData": {"a": "1"}}, {"fileData": {"a": "1"}}):
        assert "contradicts" in refusals(data={"a": 1}, **form)["data"]
    assert raw(data=None, formData={"a": "1"}).form == [("a", "1")]


def test_a_name_for_no_file_is_an_error() -> None:
    assert refusals(fileData={"a": "x"}, fileDataFileNames={"b": "x.txt"}) == {
        "fileDataFileNames": 'fileData has no "b"; give a name to its keys only'
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
def test_headers_that_are_the_connections_own(name: str) -> None:
    assert "set by the connection" in refusals(headers=[[name, "x"]])["headers"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("X A", "1"), ("", "1"), ("X:", "1"), ("Ü", "1"), ("X", "a\r\nEvil: 1"), ("X", "ü"), ("X", "a\0")],
)
def test_headers_that_cannot_be_sent(name: str, value: str) -> None:
    said = refusals(headers=[[name, value]])["headers"]
    assert "Evil" not in said
    assert "header" in said or "one line" in said


def test_a_header_with_null_is_not_sent() -> None:
    assert raw(headers={"X-A": None, "X-B": " b "}).headers == {"X-B": "b"}


def test_all_problems_at_once() -> None:
    assert set(refusals(url="//x", headers={"Host": "x"}, data={"a": 1}, formData={"a": "1"})) == {
        "url",
        "headers",
        "data",
    }


def test_times_are_given_in_milliseconds_and_kept_in_seconds() -> None:
    request = raw(timeout="2000", retryDelayMS="1500", maxRetries=4, retryAllErrors="yes", useExponentialBackoff=True)
    assert request.timeout == 2.0
    assert request.retry == RetryOverride(4, 1.5, True, True)
    assert (raw().timeout, raw(timeout=0).timeout, raw().retry) == (None, None, RetryOverride())
    assert raw(timeout=10**400, retryDelayMS=-5).timeout == 3600.0


def test_debugging_is_asked_for() -> None:
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
def test_the_answer_is_read_as_wished(kind: str, body: bytes, data: Any) -> None:
    called = build_call(RAW, {"url": "/x", "method": "GET", "responseType": kind})
    played = HandlerRun(called, [build_reply(body, headers={"content-type": "image/png", "x-a": "1"})])
    assert played.result == {"data": data, "headers": {"content-type": "image/png", "x-a": "1"}}


def test_a_failed_answer_is_its_typed_error() -> None:
    called = build_call(RAW, {"url": "/x", "method": "GET"})
    with pytest.raises(NotFound):
        HandlerRun(called, [build_reply({"code": 3001, "message": "none"}, 404)])
    with pytest.raises(Unexpected):
        HandlerRun(called, [build_reply(b"<html>")])
