"""Test that a failed call says whether it may have changed something, for each effect, failure and header.

No sandbox: it has no answers of gateways, and no connections that break.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.support.session_modes import COMPONENT, PRESENT

from zoom_component import SessionOptions
from zoom_component.errors import ComponentError

SENTENCE = "The change may have been made nevertheless: check before trying again."
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "read": ("getUser", {"userId": "me"}),
    "create": ("createMeeting", {"userId": "me", "topic": "Daily"}),
    "update": ("updateMeeting", {"meetingId": "85746065", "topic": "Daily"}),
    "delete": ("deleteUser", {"userId": "ada@example.com", "action": "delete"}),
    "any": ("rawRequest", {"method": "POST", "url": "/users/me/meetings", "data": "{}"}),
}
RETRY_AFTER = {
    "none": None, "seconds": "1", "zero": "0", "date": "Sat, 31 Jan 2026 12:00:02 GMT", "text": "soon",
    "years": "99999999",
}  # fmt: skip
Answer = Callable[[httpx.Request], httpx.Response]


def answer_with(status: int, retry_after: str | None, **body: Any) -> Answer:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return lambda request: httpx.Response(
        status, headers=headers, **(body or {"json": {"code": status, "message": "Failed"}})
    )


def fail_with(error: httpx.HTTPError) -> Answer:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    return fail


def call(effect: str, *answers: Answer, retries: int = 0, is_async: bool = False) -> ComponentError:
    """Return the error of a call; the last answer repeats."""
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0])(request)

    key, inputs = CALLS[effect]
    options = SessionOptions(
        retries=retries, first_wait=0.0, max_wait=0.0, count_daily=False, clock=lambda: PRESENT, random=lambda: 0.0
    )
    args: Any = {
        "token": "t", "base_url": "http://127.0.0.1/v2", "options": options, "transport": httpx.MockTransport(answer)
    }  # fmt: skip

    def run() -> None:
        if is_async:
            asyncio.run(COMPONENT.aconnect(**args).run(key, inputs))
        else:
            COMPONENT.connect(**args).run(key, inputs)

    with pytest.raises(ComponentError) as caught:
        run()
    return caught.value


def check(error: ComponentError, may_be_done: bool) -> None:
    assert error.may_be_done is may_be_done
    assert error.message.count("may have been made") == may_be_done
    assert error.message.endswith(SENTENCE) is may_be_done
    assert error.as_json().get("may_be_done", False) is may_be_done


@pytest.mark.parametrize("effect", CALLS)
@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 520, 599])
@pytest.mark.parametrize("retry_after", RETRY_AFTER)
def test_a_server_error_after_a_change(effect: str, status: int, retry_after: str) -> None:
    for is_async in (False, True):
        check(call(effect, answer_with(status, RETRY_AFTER[retry_after]), is_async=is_async), effect != "read")


@pytest.mark.parametrize("effect", CALLS)
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 408, 409, 413, 422, 429, 451])
@pytest.mark.parametrize("retry_after", RETRY_AFTER)
def test_a_refusal_changes_nothing(effect: str, status: int, retry_after: str) -> None:
    check(call(effect, answer_with(status, RETRY_AFTER[retry_after])), may_be_done=False)


@pytest.mark.parametrize("effect", CALLS)
def test_a_page_of_a_gateway(effect: str) -> None:
    for status in (500, 502, 503, 504):
        page = answer_with(status, "120", html="<html><title>Gateway</title></html>")
        check(call(effect, page), effect != "read")


@pytest.mark.parametrize("effect", CALLS)
@pytest.mark.parametrize(
    ("error", "is_sent"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("slow"), False),
        (httpx.PoolTimeout("busy"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.WriteTimeout("slow"), True),
        (httpx.ReadError("reset"), True),
        (httpx.WriteError("reset"), True),
        (httpx.RemoteProtocolError("closed"), True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_connection_that_fails(effect: str, error: httpx.HTTPError, is_sent: bool) -> None:
    failure = call(effect, fail_with(error))
    check(failure, may_be_done=is_sent and effect != "read")
    assert failure.message.startswith("nothing was sent") is not is_sent


@pytest.mark.parametrize("effect", ["create", "update", "delete"])
def test_a_success_that_cannot_be_read(effect: str) -> None:
    page = answer_with(200, None, html="<html><title>Welcome</title></html>")
    check(call(effect, page), may_be_done=True)
    check(call("read", page), may_be_done=False)


@pytest.mark.parametrize(
    "last",
    [
        answer_with(404, None, json={"code": 1001, "message": "User does not exist"}),
        answer_with(429, "60"),
        fail_with(httpx.ConnectError("refused")),
    ],
    ids=["not found", "rate", "connect"],
)
@pytest.mark.parametrize("effect", ["update", "delete"])
def test_an_attempt_before_the_last_one_counts(effect: str, last: Answer) -> None:
    """The first attempt may have done it, whatever becomes of the second."""
    error = call(effect, answer_with(503, None), last, retries=1)
    check(error, may_be_done=True)
    assert error.attempts.requests == 2
    assert "nothing was sent" not in error.message


def test_attempts_that_were_not_sent_changed_nothing() -> None:
    error = call("update", fail_with(httpx.ConnectError("refused")), retries=2)
    check(error, may_be_done=False)
    assert error.message.startswith("nothing was sent")
    check(call("create", fail_with(httpx.ConnectError("refused")), answer_with(409, None), retries=2), False)
