"""Test plans and checked calls."""

from __future__ import annotations

from zoom_component.client.calls import Plan
from zoom_component.messages import BoundRequest, FilePart

BASE = "http://127.0.0.1:8087/v2"


def test_json_has_its_content_type() -> None:
    plan = Plan(BoundRequest("POST", "/users", [("a", "1"), ("a", "2")], body={"n": 2**70}), {}).as_json(BASE)
    assert plan["url"] == f"{BASE}/users"
    assert plan["query"] == [["a", "1"], ["a", "2"]]
    assert plan["headers"]["Content-Type"] == "application/json"
    assert plan["body"] == {"n": 2**70}


def test_headers_of_the_caller_win_in_any_case() -> None:
    plan = Plan(BoundRequest("POST", "/x", headers={"accept": "text/plain"}, body=[]), {}).as_json(BASE)
    assert plan["headers"] == {
        "Content-Type": "application/json",
        "accept": "text/plain",
        "Authorization": "[redacted]",
    }


def test_text_is_shown_as_text_and_json_text_as_its_value() -> None:
    form = BoundRequest("POST", "/x", headers={"Content-Type": "application/x-www-form-urlencoded"}, content=b"a=1")
    assert Plan(form, {}).as_json(BASE)["body"] == "a=1"
    value = BoundRequest("POST", "/x", headers={"content-type": "application/json"}, content=b'{"a": 1}')
    assert Plan(value, {}).as_json(BASE)["body"] == {"a": 1}
    broken = BoundRequest("POST", "/x", headers={"content-type": "application/json"}, content=b'{"a": ')
    assert Plan(broken, {}).as_json(BASE)["body"] == '{"a": '


def test_files_are_shown_without_their_content() -> None:
    parts = [FilePart("pic", "me.png", b"12345", "image/png")]
    plan = Plan(BoundRequest("POST", "/x", form=[("a", "1")], files=parts), {}).as_json(BASE)
    assert plan["headers"]["Content-Type"] == "multipart/form-data"
    assert plan["body"] == {
        "form": [["a", "1"]],
        "files": [{"field": "pic", "name": "me.png", "type": "image/png", "bytes": 5}],
    }


def test_no_body_is_null() -> None:
    plan = Plan(BoundRequest("GET", "/x"), {}).as_json(BASE)
    assert plan["body"] is None
    assert "Content-Type" not in plan["headers"]
