"""Test how answers are read: data, or the error that says what to do next.

No sandbox: most of these replies are invalid in ways that those of a sandbox never are.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import build_reply, load_codes

from zoom_component import errors
from zoom_component.client.request import replies
from zoom_component.errors import (
    ComponentError,
    Conflict,
    ConnectionFailed,
    MissingPlan,
    MissingScope,
    NotFound,
    QuotaSpent,
    RateLimited,
    Refused,
    Unavailable,
    Unexpected,
)
from zoom_component.messages import Reply
from zoom_component.spec.spec import ResponseSpec

LIST = ResponseSpec((200,), False, frozenset({"users", "next_page_token", "total_records"}))
ONE = ResponseSpec((201,), False, frozenset({"id", "topic"}))
NOTHING = ResponseSpec((204,), True, frozenset())


def read(answer: Reply, spec: ResponseSpec | None = ONE, items: str | None = None) -> Any:
    return replies.read_reply(answer, spec, load_codes(), items=items)


def read_error(answer: Reply, spec: ResponseSpec | None = ONE, items: str | None = None) -> ComponentError:
    with pytest.raises(ComponentError) as caught:
        read(answer, spec, items)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "spec", "items", "message"),
    [
        (
            build_reply(b"<html>Sign in</html>", headers={"content-type": "text/html; charset=utf-8"}),
            ONE,
            None,
            "got 20 bytes that are not JSON (text/html)",
        ),
        (build_reply(b'{"id": 5, "topic": "Da'), ONE, None, "not JSON"),
        (build_reply(b'{"id": "\xff"}'), ONE, None, "not JSON"),
        (build_reply(b"[" * 100_000), ONE, None, "not JSON"),
        (build_reply(b'{"id": NaN}'), ONE, None, "not JSON"),
        (build_reply(b'{"id": 1e400}'), ONE, None, "not JSON"),
        (build_reply(b""), ONE, None, "got an empty answer"),
        (build_reply(b" \n "), LIST, "users", "got an empty answer"),
        (build_reply({}), ONE, None, "got none of them"),
        (build_reply({"status": "ok"}), ONE, None, "got none of them"),
        (build_reply({}), LIST, "users", "expected a list in the field 'users'"),
        (build_reply({"users": None}), LIST, "users", "expected a list in the field 'users'"),
        (build_reply({"users": {}}), LIST, "users", "expected a list in the field 'users'"),
        (build_reply({"total_records": 0}), LIST, "users", "expected a list in the field 'users'"),
        (build_reply([1, 2]), ONE, None, "expected a JSON object, got [1, 2]"),
        (build_reply(b"null"), ONE, None, "got null"),
        (build_reply(b'"text"'), None, None, 'got "text"'),
    ],
)
def test_an_unexpected_answer_is_an_error_with_an_excerpt(
    answer: Reply, spec: ResponseSpec | None, items: str | None, message: str
) -> None:
    error = read_error(answer, spec, items)
    assert type(error) is Unexpected
    assert message in error.message
    assert error.status == 200
    assert len(error.detail) <= 200
    assert error.detail[:10] in " ".join(answer.body.decode("utf-8", "replace").split())


def test_an_empty_answer_is_an_empty_object_if_the_action_allows_it() -> None:
    assert read(build_reply(None, 204), NOTHING) == {}
    assert read(build_reply({}, 200), NOTHING) == {}
    assert read(build_reply(None, 200), None) == {}


def test_unknown_fields_and_values_pass() -> None:
    data = {
        "id": "89347503000",
        "topic": None,
        "new": {"deep": [1]},
        "status": "waiting_in_space",
        "big": 2**70,
        "rate": 0.1,
    }
    assert read(build_reply(data)) == data
    assert read(build_reply({"id": 5, "code": 0, "message": "fine"})) == {"id": 5, "code": 0, "message": "fine"}
    assert read(build_reply({"id": 5, "code": 200, "message": "fine"}))["id"] == 5
    assert read(build_reply({"users": [], "surprise": 1}), LIST, "users") == {"users": [], "surprise": 1}


def test_a_code_is_data_if_the_answers_of_the_action_have_one() -> None:
    spec = ResponseSpec((200,), False, frozenset({"code", "message"}))
    assert read(build_reply({"code": 3001, "message": "a lesson"}), spec)["code"] == 3001


def test_a_failure_with_status_200_is_an_error() -> None:
    error = read_error(build_reply({"code": 3001, "message": "Meeting does not exist: 5."}))
    assert type(error) is NotFound
    assert (error.status, error.code, error.zoom_message) == (200, 3001, "Meeting does not exist: 5.")


def test_code_200_is_an_error_if_the_answer_has_no_other_field() -> None:
    body = {"code": 200, "message": "Webinar plan is missing."}
    assert type(read_error(build_reply(body))) is MissingPlan
    assert read(build_reply(body), NOTHING) == body


def test_an_answer_with_its_fields_is_a_success_whatever_its_code() -> None:
    body = {"code": 7, "message": "Done.", "id": 5}
    assert read(build_reply(body), ONE) == body


MESSAGES = {
    "scheduling": "You cannot schedule a meeting for ada@example.com",
    "plan": "Webinar plan is missing. You must subscribe to it.",
    "permission": "No permission.",
    "token": "Invalid access token.",
    "next": "The next page token is invalid or expired.",
    "daily": "You have exceeded the daily rate limit of 100.",
    "range": "Only provide report in recent 6 months.",
    "enabled": "Registration has not been enabled for this meeting: 5.",
}


def example_message(row: dict[str, Any]) -> str:
    """Return a message that a row of the table matches."""
    import re

    return (
        next((text for text in MESSAGES.values() if re.search(row["words"], text, re.IGNORECASE)), "")
        if "words" in row
        else "Any message."
    )


@pytest.mark.parametrize(
    "row", load_codes(), ids=lambda row: f"{row.get('status', '')}-{row.get('code', '')}-{row.get('words', '')}"
)
def test_every_known_code_has_its_kind_and_next_step(row: dict[str, Any]) -> None:
    text = example_message(row)
    assert text, f"no example message for {row['words']}"
    status = row.get("status", 429 if row.get("code") == 429 else 400)
    # A row without a code is for the codes that no row names.
    error = read_error(build_reply({"code": row.get("code", 999_999), "message": text}, status))
    assert error.kind == row["kind"]
    assert row["next"] in error.message
    assert text.rstrip(".") in error.message
    assert error.as_json()["status"] == status


def test_every_kind_of_the_table_is_an_error() -> None:
    kinds = {
        error.kind
        for name in errors.__all__
        if isinstance(error := getattr(errors, name), type) and issubclass(error, ComponentError)
    }
    assert {row["kind"] for row in load_codes()} <= kinds
    assert all(row["next"].endswith(".") for row in load_codes())


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (
            400,
            {"code": 4711, "message": "Invalid access token, does not contain scopes:[user:read:list_users:admin]."},
            MissingScope,
        ),
        (400, {"code": 200, "message": "Webinar plan is missing."}, MissingPlan),
        (400, {"code": 200, "message": "No permission to edit."}, Refused),
        (404, {"code": 1001, "message": "User does not exist."}, NotFound),
        (401, {"code": 124, "message": "Access token is expired."}, ConnectionFailed),
        (409, {"code": 1005, "message": "User already in the account."}, Conflict),
        (400, {"code": 999999, "message": "Something new."}, Refused),
        (404, {"code": 999999, "message": "Something new."}, NotFound),
        (404, b"<html>", Unexpected),
        (401, b"", Unexpected),
        (409, b"{}", Unexpected),
        (429, b"", RateLimited),
        (418, b"tea", Unexpected),
        (500, b"oops", Unavailable),
        (503, b"", Unavailable),
        (599, b"[]", Unavailable),
        (302, b"", Unexpected),
        (304, b"", Unexpected),
        (400, {"code": "300", "message": "Validation Failed."}, Refused),
        (400, {"code": "999999", "message": "of a gateway"}, Unexpected),
        (400, {"code": True, "message": "odd"}, Unexpected),
        (429, {"code": 429, "message": "You have exceeded the daily limit."}, QuotaSpent),
    ],
)
def test_a_failed_answer_becomes_its_error(status: int, body: Any, kind: type[ComponentError]) -> None:
    error = read_error(build_reply(body, status))
    assert type(error) is kind
    assert str(status) in error.message


def test_an_error_carries_every_detail_of_the_answer() -> None:
    fields = [{"field": "user_id", "message": "User ID is required."}, "odd", {"field": "type", "message": "Wrong."}]
    error = read_error(
        build_reply(
            {"code": 300, "message": "Validation Failed.", "errors": fields},
            400,
            {"x-zm-trackingid": "v=2.0;clid=us04"},
        )
    )
    assert error.as_json() == {
        "kind": "refused",
        "message": error.message,
        "status": 400,
        "code": 300,
        "zoom_message": "Validation Failed.",
        "errors": [fields[0], fields[2]],
        "tracking_id": "v=2.0;clid=us04",
    }


def test_a_missing_scope_names_the_scopes() -> None:
    message = "Invalid access token, does not contain scopes:[meeting:write, meeting:write:admin]."
    error = read_error(build_reply({"code": 4711, "message": message}, 400))
    assert isinstance(error, MissingScope)
    assert error.as_json()["scopes"] == ["meeting:write", "meeting:write:admin"]


SECRET = "hunter2-AbC.123"  # a test value


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {SECRET}",
        f"authorization: bearer  {SECRET}",
        f'"access_token" : "{SECRET}"',
        f"access_token={SECRET}&x=1",
        f'{{"refresh_token":"{SECRET}"}}',
        f"'password': '{SECRET}'",
        f'"client_secret":"{SECRET}"',
        f"?pwd={SECRET}",
        f"zak={SECRET}",
        f'{{\\"token\\": \\"{SECRET}\\"}}',
        f'"passcode": "{SECRET} {SECRET}"',
        f"Basic {SECRET}",
        f"Cookie: {SECRET}",
        f"api_key={SECRET}",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.hunter2-AbC.123",
    ],
)
def test_an_error_never_shows_a_secret(text: str) -> None:
    for answer in (
        build_reply(text.encode(), 200),
        build_reply(text.encode(), 400),
        build_reply({"code": 300, "message": text}, 400),
    ):
        text_of_error = json.dumps(read_error(answer).as_json())
        assert "hunter2" not in text_of_error
        assert "redacted" in text_of_error


def test_a_secret_at_the_end_of_an_excerpt_is_masked() -> None:
    assert "hunter2" not in read_error(build_reply(("x" * 185 + f"token={SECRET}").encode(), 400)).detail


@given(st.binary(max_size=300), st.integers(100, 599))
def test_any_bytes_are_data_or_a_typed_error(body: bytes, status: int) -> None:
    try:
        data = read(Reply(status, {}, body))
    except ComponentError as error:
        json.dumps(error.as_json())
        data = {}
    assert isinstance(data, dict)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["code", "message", "errors", "id", "x"]), inner),
    max_leaves=8,
)


@given(_JSON, st.sampled_from([200, 201, 400, 401, 404, 429, 500]))
def test_any_json_is_data_or_a_typed_error(body: Any, status: int) -> None:
    try:
        data = read(build_reply(body, status))
    except ComponentError as error:
        json.dumps(error.as_json())
        data = {}
    assert isinstance(data, dict)


@pytest.mark.parametrize(
    ("status", "advice"), [(499, "See the documentation"), (500, "Try again later."), (503, "Try")]
)
def test_the_status_decides_what_to_do_next(status: int, advice: str) -> None:
    error = replies.build_error(
        build_reply({"code": 999_999, "message": "Failed"}, status, {"x-zm-trackingid": "WEB_1"}), ()
    )
    assert advice in error.message
