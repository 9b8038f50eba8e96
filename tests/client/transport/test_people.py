"""Test which names of a person an answer tells. No sandbox: the answers of every kind are compared with the names."""

from __future__ import annotations

from typing import Any

import pytest

from zoom_component.client.transport.people import find_names, normalize_name
from zoom_component.messages import BoundRequest, Reply

USER = b'{"id": "i1", "email": "A@x.org"}'
MEETING = b'{"id": 1, "host_id": "i1", "host_email": "A@x.org"}'


@pytest.mark.parametrize(
    ("method", "path", "body", "names"),
    [
        ("GET", "/users/me", USER, [("a@x.org", "i1"), ("me", "i1")]),
        ("GET", "/users/B%40x.org", USER, [("a@x.org", "i1"), ("b@x.org", "i1")]),
        ("GET", "/users/i1", USER, [("a@x.org", "i1")]),
        ("POST", "/users", USER, [("a@x.org", "i1")]),
        ("GET", "/users", b'{"users": [{"id": "i1", "email": "a@x.org"}, {"email": "p"}, 5]}', [("a@x.org", "i1")]),
        ("POST", "/users/me/meetings", MEETING, [("a@x.org", "i1"), ("me", "i1")]),
        ("POST", "/users/me/webinars", b'{"host_id": "i1"}', [("me", "i1")]),
        ("GET", "/meetings/1", MEETING, [("a@x.org", "i1")]),
        ("GET", "/users/me/meetings", MEETING, []),
        ("GET", "/users/me/settings", USER, []),
        ("GET", "/users/me", b"[]", []),
        ("GET", "/users/me", b"<html>", []),
        ("GET", "/users/me", b'{"id": 5, "email": null}', []),
        ("DELETE", "/users/me", USER, []),
    ],
)  # fmt: skip
def test_names_are_found_where_an_answer_tells_them(
    method: str, path: str, body: bytes, names: list[tuple[str, str]]
) -> None:
    assert find_names(BoundRequest(method, path), Reply(200, {}, body)) == names
    assert find_names(BoundRequest(method, path), Reply(400, {}, body)) == []


def test_a_meeting_that_is_scheduled_for_someone_else_does_not_name_the_user_in_the_path() -> None:
    body: dict[str, Any] = {"schedule_for": "a@x.org"}
    request = BoundRequest("POST", "/users/me/meetings", body=body)
    assert find_names(request, Reply(201, {}, MEETING)) == [("a@x.org", "i1")]


@pytest.mark.parametrize(
    ("text", "name"), [(" A@X.org ", "a@x.org"), ("AbC", "AbC"), ("me", "me"), ("ß@x.org", "ss@x.org"), ("", "")]
)
def test_letter_case_matters_in_user_ids_only(text: str, name: str) -> None:
    assert normalize_name(text) == name
