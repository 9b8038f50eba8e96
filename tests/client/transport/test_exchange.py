"""Test the execution of one request with a driver that sends nothing.

No sandbox: the exchange does no I/O, and the replies are those of a network that fails.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.calls import build_reply

from zoom_component.client.request.retry import RetryPolicy
from zoom_component.client.transport.exchange import (
    AttemptCounter,
    Authorize,
    Renew,
    RequestExchange,
    Send,
    SendFailure,
    Sleep,
)
from zoom_component.errors import ConnectionFailed, QuotaSpent, RateLimited, TimedOut, Unavailable
from zoom_component.messages import BoundRequest, Effect, Reply, RetryOverride

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
FINE = build_reply({"id": 1})
TIMEOUT, BROKEN, CONNECT = (SendFailure(kind, "ReadTimeout: slow") for kind in ("timeout", "broken", "connect"))


def busy(status: int = 429, after: str | None = None, **body: Any) -> Reply:
    return build_reply(body or {"code": 429, "message": "slow down"}, status, {"retry-after": after} if after else {})


class Execution:
    """Execute a request to its end, and hold the headers that were sent, the waits, and the reply."""

    def __init__(
        self,
        *outcomes: Reply | SendFailure,
        effect: Effect = "read",
        header: str | None = "Bearer 1",
        can_renew: bool = True,
        **retry: Any,
    ) -> None:
        self.sent: list[str] = []
        self.waits: list[float] = []
        self.sleeps: list[Sleep] = []
        self.authorized = 0
        self.reply: Reply | None = None
        self._outcomes = iter(outcomes)
        request = BoundRequest("POST", "/users/me/x", effect=effect, retry=RetryOverride(**retry) if retry else None)
        exchange = RequestExchange(RetryPolicy(), lambda: NOON, lambda: 0.0)
        counter = AttemptCounter()
        flow = exchange.execute(request, header, counter)
        try:
            step = next(flow)
            while True:
                step = (
                    flow.throw(self._build_error())
                    if isinstance(step, Renew) and not can_renew
                    else flow.send(self._execute(step))
                )
        except StopIteration as stop:
            self.reply = stop.value
        self.attempts = counter.get_attempts()

    def _execute(self, step: Any) -> Any:
        if isinstance(step, Send):
            self.sent.append(step.authorization)
            return next(self._outcomes)
        if isinstance(step, Sleep):
            self.waits.append(step.seconds)
            self.sleeps.append(step)
            return None
        if isinstance(step, Renew):
            return f"Bearer {int(step.rejected.split()[1]) + 1}"
        assert isinstance(step, Authorize)
        self.authorized += 1
        return "Bearer 1"

    def _build_error(self) -> ConnectionFailed:
        return ConnectionFailed("connect again", reconnect=True)


def test_a_success_is_one_request_with_the_cached_header() -> None:
    execution = Execution(FINE)
    assert (execution.reply, execution.sent, execution.waits, execution.authorized) == (FINE, ["Bearer 1"], [], 0)
    assert Execution(FINE, header=None).authorized == 1


@pytest.mark.parametrize(
    "rejection",
    [build_reply({"code": 124}, 401), busy(401, code=300, message="Token"), build_reply({"code": 124}, 400)],
)
def test_a_rejected_token_is_renewed_once(rejection: Reply) -> None:
    execution = Execution(rejection, FINE, effect="create")
    assert (execution.reply, execution.sent, execution.waits) == (FINE, ["Bearer 1", "Bearer 2"], [])


def test_a_second_rejection_is_the_answer() -> None:
    execution = Execution(busy(401), busy(401, code=124))
    assert execution.reply is not None
    assert execution.reply.status == 401
    assert execution.sent == ["Bearer 1", "Bearer 2"]


def test_the_error_of_a_failed_renewal_carries_the_rejection() -> None:
    with pytest.raises(ConnectionFailed, match="connect again") as caught:
        Execution(build_reply({"code": 124}, 401), can_renew=False)
    assert (caught.value.status, caught.value.code) == (401, 124)


@pytest.mark.parametrize("effect", ["read", "create", "update", "delete"])
def test_a_rate_limit_is_waited_for_as_long_as_the_answer_asks(effect: Effect) -> None:
    execution = Execution(busy(after="7"), FINE, effect=effect)
    assert (execution.reply, execution.waits) == (FINE, [7.0])
    date = Execution(busy(after="Sat, 31 Jan 2026 12:00:09 GMT"), FINE, effect=effect)
    assert date.waits == [9.0]
    assert Execution(busy(), busy(), FINE, effect=effect).waits == [0.25, 0.5]


@pytest.mark.parametrize(
    ("after", "at"),
    [
        ("31", "2026-01-31T12:00:31Z"),
        ("86400", "2026-02-01T12:00:00Z"),
        ("9" * 40, "2027-02-01T12:00:00Z"),
        ("9999-12-31T23:59:59Z", "2027-02-01T12:00:00Z"),
    ],
)
def test_a_wait_above_the_limit_is_an_error_that_says_when(after: str, at: str) -> None:
    with pytest.raises(RateLimited) as caught:
        Execution(busy(after=after))
    assert caught.value.retry_at == at
    assert at in caught.value.message
    assert (caught.value.status, caught.value.code, caught.value.zoom_message) == (429, 429, "slow down")


def test_a_limit_that_stays_ends_after_the_last_attempt() -> None:
    with pytest.raises(RateLimited) as caught:
        Execution(busy(), busy(), busy(), busy())
    assert caught.value.retry_at == "2026-01-31T12:00:01Z"


@pytest.mark.parametrize(
    ("answer", "at"),
    [
        (
            build_reply({"code": 429, "message": "You have exceeded the daily rate limit (100)."}, 429),
            "2026-02-01T00:00:00Z",
        ),
        (
            build_reply({"code": 429, "message": "Too many"}, 429, {"x-ratelimit-type": "Daily-limit"}),
            "2026-02-01T00:00:00Z",
        ),
        (
            build_reply({"code": 429, "message": "the daily limit"}, 429, {"retry-after": "2026-02-01T00:00:00Z"}),
            "2026-02-01T00:00:00Z",
        ),
        (build_reply({"code": 429, "message": "the daily limit"}, 429, {"retry-after": "60"}), "2026-01-31T12:01:00Z"),
    ],
)
def test_a_daily_limit_is_not_retried_and_says_when_it_resets(answer: Reply, at: str) -> None:
    with pytest.raises(QuotaSpent) as caught:
        Execution(answer)
    assert (caught.value.retry_at, caught.value.kind) == (at, "quota_spent")


@pytest.mark.parametrize("outcome", [TIMEOUT, BROKEN])
def test_a_create_without_an_answer_is_not_sent_twice(outcome: SendFailure) -> None:
    with pytest.raises((TimedOut, Unavailable)) as caught:
        Execution(outcome, effect="create")
    assert "ReadTimeout" in caught.value.detail
    assert Execution(outcome, FINE, effect="read").reply is FINE
    assert Execution(outcome, FINE, effect="update").reply is FINE


def test_a_read_without_an_answer_changes_nothing() -> None:
    with pytest.raises(TimedOut):
        Execution(TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT)
    with pytest.raises(Unavailable, match="the connection broke"):
        Execution(BROKEN, BROKEN, BROKEN, BROKEN)


@pytest.mark.parametrize("effect", ["read", "create", "update", "delete"])
def test_a_request_that_was_not_sent_is_retried_for_every_effect(effect: Effect) -> None:
    assert Execution(CONNECT, CONNECT, FINE, effect=effect).waits == [0.25, 0.5]
    with pytest.raises(Unavailable, match="no connection could be made"):
        Execution(CONNECT, CONNECT, CONNECT, CONNECT, effect=effect)


def test_a_server_error_is_retried_for_reads_and_not_for_creates() -> None:
    assert Execution(busy(500), FINE).reply is FINE
    create = Execution(busy(500), FINE, effect="create")
    assert create.reply is not None
    assert (create.reply.status, create.waits) == (500, [])


def test_a_busy_server_that_says_when_is_an_error_with_that_time() -> None:
    with pytest.raises(Unavailable) as caught:
        Execution(busy(503, after="3600"))
    assert caught.value.retry_at == "2026-01-31T13:00:00Z"
    assert caught.value.status == 503


def test_an_error_of_the_caller_is_the_answer_at_once() -> None:
    execution = Execution(busy(404, code=3001))
    assert execution.reply is not None
    assert (execution.reply.status, execution.waits) == (404, [])


def test_the_callers_own_retry_settings() -> None:
    assert Execution(busy(404), busy(302), FINE, max_retries=2, all_errors=True, delay=1.5).waits == [1.5, 1.5]
    assert Execution(CONNECT, FINE, max_retries=1, all_errors=True).reply is FINE
    with pytest.raises(Unavailable):
        Execution(CONNECT, max_retries=1)


def test_an_explanation_of_the_network_is_in_the_error() -> None:
    failure = SendFailure("connect", "ConnectError: [Errno 111]", "api.zoom.us, port 443, refused the connection")
    with pytest.raises(
        Unavailable, match=r"nothing was sent: api\.zoom\.us, port 443, refused the connection"
    ) as caught:
        Execution(*[failure] * 4)
    assert caught.value.detail == "ConnectError: [Errno 111]"


def test_the_requests_and_those_that_repeat_one_are_counted() -> None:
    assert Execution(FINE).attempts == (1, 0)
    assert Execution(busy(), busy(503), FINE).attempts == (3, 2)
    assert Execution(busy(401, code=124), FINE).attempts == (2, 1), "sent again with another token"


def test_a_wait_says_which_attempt_follows_and_why() -> None:
    execution = Execution(busy(after="2"), TIMEOUT, CONNECT, FINE)
    assert [(step.cause, step.attempt, step.limit) for step in execution.sleeps] == [
        ("429", 2, 4),
        ("no answer in time", 3, 4),
        ("no connection", 4, 4),
    ]
    assert Execution(busy(404), FINE, max_retries=1, all_errors=True).sleeps[0].limit == 2


BLOCK_PAGE = b"<html><head><title>Just a moment...</title></head></html>"


@pytest.mark.parametrize(
    "answer",
    [
        build_reply(BLOCK_PAGE, 503),
        build_reply(b"<html><title>Access Denied</title></html>", 503),
        build_reply(b"", 503, {"cf-mitigated": "challenge"}),
        build_reply(BLOCK_PAGE, 403),
    ],
)
def test_a_block_page_is_not_asked_for_again(answer: Reply) -> None:
    execution = Execution(answer)
    assert (execution.reply, execution.waits) == (answer, [])


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_without_a_server_behind_it_is_asked_again(status: int) -> None:
    page = build_reply(b"<html><head><title>502 Bad Gateway</title></head></html>", status)
    assert Execution(page, FINE).reply is FINE


@pytest.mark.parametrize(
    "answer",
    [
        build_reply(b"", 401),
        build_reply(b"<html><title>Sign in</title></html>", 401),
        build_reply({"message": "Unauthorized"}, 401),
        build_reply({"code": 401, "message": "Unauthorized"}, 401),
        build_reply({"error": {"code": 401}}, 401),
    ],
)
def test_a_token_is_not_renewed_because_a_gateway_refuses_it(answer: Reply) -> None:
    execution = Execution(answer, can_renew=False)
    assert (execution.reply, execution.sent) == (answer, ["Bearer 1"])


def test_a_limit_of_a_gateway_is_waited_for_and_says_whose_it_is() -> None:
    page = b"<title>Error 1015</title>"
    headers = {"server": "cloudflare", "cf-ray": "8f2b-FRA", "retry-after": "7"}
    assert Execution(build_reply(page, 429, headers), FINE).waits == [7.0]
    with pytest.raises(RateLimited) as caught:
        Execution(build_reply(b"<title>The daily news</title>", 429, {**headers, "retry-after": "900"}))
    assert caught.value.kind == "rate_limited", "the word daily on a page is no limit of Zoom's"
    assert 'something in front of Zoom answered 429 with a page titled "The daily news"' in caught.value.message
    assert "cf-ray: 8f2b-FRA" in caught.value.message
    assert caught.value.retry_at == "2026-01-31T12:15:00Z"
