"""Test that no secret is shown, wherever it stands in a request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from zoom_component.client.transport.redact import format_request, mask_error
from zoom_component.errors import ConnectionFailed, Refused
from zoom_component.messages import BoundRequest, FilePart
from zoom_component.redaction.redactor import MASK, mask, mask_secrets

SECRET = "hunter2hunter2"
NAMES = [
    "token",
    "access_token",
    "accessToken",
    "refresh-token",
    "client_secret",
    "clientSecret",
    "password",
    "h323_password",
    "encrypted_passcode",
    "pwd",
    "pin",
    "zak",
    "tk",
    "Authorization",
    "Set-Cookie",
    "host_key",
    "hostKey",
    "apiKey",
    "X-Api-Key",
    "credentials",
    "PASSWORD",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_field_with_a_secrets_name_is_masked_everywhere(name: str) -> None:
    deep: Any = {"a": [{name: SECRET}, {name: {"inner": SECRET}}, {name: [SECRET]}], "b": ({name: SECRET},)}
    request = BoundRequest("POST", "/x", query=[(name, SECRET)], headers={name: SECRET}, body=deep)
    line = format_request("https://api.zoom.test/v2", request)
    assert SECRET not in line
    assert "\n" not in line
    content = BoundRequest("POST", "/x", content=json.dumps({name: SECRET}).encode())
    assert SECRET not in format_request("https://api.zoom.test/v2", content)


@pytest.mark.parametrize(
    "text",
    [
        f"https://zoom.us/j/5?pwd={SECRET}",
        f"https://zoom.us/s/5?zak={SECRET}&x=1",
        f"https://zoom.us/w/5?tk={SECRET}#x",
        f"https://x.test/?access_token={SECRET}",
        f"Bearer {SECRET}",
        f"use basic {SECRET} here",
    ],
)
def test_secrets_in_text_are_masked(text: str) -> None:
    request = BoundRequest("POST", "/x", query=[("next", text)], headers={"Referer": text}, body={"join_url": text})
    line = format_request("https://api.zoom.test/v2", request)
    assert SECRET not in line
    assert MASK in line


def test_other_values_are_shown_unchanged() -> None:
    request = BoundRequest(
        "POST",
        "/users/me",
        query=[("page", "1")],
        headers={"X-A": "1"},
        body={"topic": "Pinned tokens", "password": ""},
    )
    assert json.loads(format_request("https://api.zoom.test/v2", request)) == {
        "method": "POST",
        "url": "https://api.zoom.test/v2/users/me",
        "query": [["page", "1"]],
        "headers": {"X-A": "1", "Authorization": MASK},
        "body": {"topic": "Pinned tokens", "password": ""},
    }


def test_forms_and_files_are_shown_by_name_and_size_only() -> None:
    request = BoundRequest("POST", "/x", form=[("secret", SECRET)], files=[FilePart("f", "f.txt", SECRET.encode())])
    fields = json.loads(format_request("https://h", request))
    assert fields["form"] == ["secret"]
    assert fields["files"] == [{"field": "f", "name": "f.txt", "bytes": len(SECRET)}]
    assert json.loads(format_request("https://h", BoundRequest("POST", "/x", content=b"a=1")))["body"] == "3 bytes"


def test_known_secrets_are_masked_in_any_text() -> None:
    assert mask_secrets(f"x {SECRET} y hunter2", {SECRET, "hunter2", "abc"}) == f"x {MASK} y {MASK}"
    assert mask_secrets("abc", {"abc"}) == "abc", "too short to be a secret"


def test_values_without_secrets_stay_unchanged() -> None:
    values: list[Any] = [5, None, True, 1.5, "text", [], {}]
    assert mask(values) == values


def test_an_error_quotes_no_secret_of_the_connection() -> None:
    refused = Refused(f"no {SECRET}", zoom_message=quote(SECRET), detail=SECRET, tracking_id=SECRET, code=SECRET,
                      fields=[{"field": SECRET, "n": 1}])  # fmt: skip
    failed = ConnectionFailed(f"no {SECRET}", detail=SECRET)
    for error in (refused, failed):
        mask_error(error, [SECRET])
        assert SECRET not in json.dumps(error.as_json()) + str(error) + repr(error)
    assert refused.fields == ({"field": MASK, "n": 1},)


def test_a_request_is_shown_without_known_secrets() -> None:
    request = BoundRequest("POST", f"/x/{SECRET}", [("q", SECRET)], {"X-A": f"a {SECRET}"}, {"note": [f"x{SECRET}"]})
    assert SECRET in format_request("https://h", request)
    assert SECRET not in format_request("https://h", request, [SECRET])
