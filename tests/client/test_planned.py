"""A request as a plan shows it."""

from __future__ import annotations

from zoom_component.client.plan import serialize_request
from zoom_component.messages import BoundRequest, FilePart

BASE = "http://127.0.0.1:8087/v2"


def test_json_goes_with_its_type() -> None:
    told = serialize_request(BASE, BoundRequest("POST", "/users", [("a", "1"), ("a", "2")], body={"n": 2**70}))
    assert told["url"] == f"{BASE}/users"
    assert told["query"] == [["a", "1"], ["a", "2"]]
    assert told["headers"]["Content-Type"] == "application/json"
    assert told["body"] == {"n": 2**70}


def test_headers_of_the_caller_win_whatever_their_case() -> None:
    told = serialize_request(BASE, BoundRequest("POST", "/x", headers={"accept": "text/plain"}, body=[]))
    assert told["headers"] == {
        "Content-Type": "application/json",
        "accept": "text/plain",
        "Authorization": "[redacted]",
    }


def test_text_stays_text_and_json_text_is_shown_as_its_value() -> None:
    form = BoundRequest("POST", "/x", headers={"Content-Type": "application/x-www-form-urlencoded"}, content=b"a=1")
    assert serialize_request(BASE, form)["body"] == "a=1"
    value = BoundRequest("POST", "/x", headers={"content-type": "application/json"}, content=b'{"a": 1}')
    assert serialize_request(BASE, value)["body"] == {"a": 1}
    broken = BoundRequest("POST", "/x", headers={"content-type": "application/json"}, content=b'{"a": ')
    assert serialize_request(BASE, broken)["body"] == '{"a": '


def test_files_are_named_not_shown() -> None:
    parts = [FilePart("pic", "me.png", b"12345", "image/png")]
    told = serialize_request(BASE, BoundRequest("POST", "/x", form=[("a", "1")], files=parts))
    assert told["headers"]["Content-Type"] == "multipart/form-data"
    assert told["body"] == {
        "form": [["a", "1"]],
        "files": [{"field": "pic", "name": "me.png", "type": "image/png", "bytes": 5}],
    }


def test_nothing_sent_is_null() -> None:
    told = serialize_request(BASE, BoundRequest("GET", "/x"))
    assert told["body"] is None
    assert "Content-Type" not in told["headers"]
