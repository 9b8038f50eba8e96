"""One request until it is settled, with a driver that sends nothing.

No embedded Zoom: an exchange is a generator without a wire; what comes of one on a wire is in tests/client/runtime.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.calls import build_reply

from zoom_component.client.request.retry import RetryPolicy
from zoom_component.client.transport.exchange import RequestExchange
from zoom_component.client.transport.steps import Authorize, Renew, Send, SendFailure, Sleep
from zoom_component.errors import ConnectionFailed, QuotaSpent, RateLimited, TimedOut, Unavailable
from zoom_component.messages import BoundRequest, Effect, Reply, RetryOverride

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
FINE = build_reply({"id": 1})
TIMEOUT, BROKEN, CONNECT = (SendFailure(kind, "ReadTimeout: slow") for kind in ("timeout", "broken", "connect"))


def busy(status: int = 429, after: str | None = None, **body: Any) -> Reply:
    return build_reply(body or {"code": 429, "message": "slow down"}, status, {"retry-after": after} if after else {})


class Settled:
    """An exchange driven to its end: the headers it sent, the waits, and the reply or the error."""

    def __init__(
        self,
        *outcomes: Reply | SendFailure,
        effect: Effect = "read",
        known: str | None = "Bearer 1",
        renewable: bool = True,
        **wishes: Any,
    ) -> None:
        self.sent: list[str] = []
        self.waits: list[float] = []
        self.authorized = 0
        self.reply: Reply | None = None
        self._outcomes = iter(outcomes)
        request = BoundRequest("POST", "/users/me/x", effect=effect, retry=RetryOverride(**wishes) if wishes else None)
        exchange = RequestExchange(RetryPolicy(), lambda: NOON, lambda: 0.0)
        flow = exchange.execute(request, known)
        try:
            step = next(flow)
            while True:
                step = (
                    flow.throw(self._refusal())
                    if isinstance(step, Renew) and not renewable
                    else flow.send(self._do(step))
                )
        except StopIteration as done:
            self.reply = done.value

    def _do(self, step: Any) -> Any:
        if isinstance(step, Send):
            self.sent.append(step.authorization)
            return next(self._outcomes)
        if isinstance(step, Sleep):
            self.waits.append(step.seconds)
            return None
        if isinstance(step, Renew):
            return f"Bearer {int(step.rejected.split()[1]) + 1}"
        assert isinstance(step, Authorize)
        self.authorized += 1
        return "Bearer 1"

    def _refusal(self) -> ConnectionFailed:
        return ConnectionFailed("connect again", reconnect=True)


def test_a_success_is_one_request_with_the_header_at_hand() -> None:
    settled = Settled(FINE)
    assert (settled.reply, settled.sent, settled.waits, settled.authorized) == (FINE, ["Bearer 1"], [], 0)
    assert Settled(FINE, known=None).authorized == 1


@pytest.mark.parametrize(
    "refusal", [build_reply({"code": 124}, 401), build_reply(b"", 401), build_reply({"code": 124}, 400)]
)
def test_a_refused_token_is_renewed_once(refusal: Reply) -> None:
    settled = Settled(refusal, FINE, effect="create")
    assert (settled.reply, settled.sent, settled.waits) == (FINE, ["Bearer 1", "Bearer 2"], [])


def test_a_token_refused_twice_is_the_answer() -> None:
    settled = Settled(busy(401), busy(401, code=124))
    assert settled.reply is not None
    assert settled.reply.status == 401
    assert settled.sent == ["Bearer 1", "Bearer 2"]


def test_a_renewal_that_fails_is_the_error_and_says_what_was_refused() -> None:
    with pytest.raises(ConnectionFailed, match="connect again") as caught:
        Settled(build_reply({"code": 124}, 401), renewable=False)
    assert (caught.value.status, caught.value.code) == (401, 124)


@pytest.mark.parametrize("effect", ["read", "create", "update", "delete"])
def test_a_rate_limit_is_waited_for_as_the_answer_asks(effect: Effect) -> None:
    settled = Settled(busy(after="7"), FINE, effect=effect)
    assert (settled.reply, settled.waits) == (FINE, [7.0])
    date = Settled(busy(after="Sat, 31 Jan 2026 12:00:09 GMT"), FINE, effect=effect)
    assert date.waits == [9.0]
    assert Settled(busy(), busy(), FINE, effect=effect).waits == [0.25, 0.5]


@pytest.mark.parametrize(
    ("after", "at"),
    [
        ("31", "2026-01-31T12:00:31Z"),
        ("86400", "2026-02-01T12:00:00Z"),
        ("9" * 40, "2027-02-01T12:00:00Z"),
        ("9999-12-31T23:59:59Z", "2027-02-01T12:00:00Z"),
    ],
)
def test_a_wait_past_the_cap_is_an_error_that_says_when(after: str, at: str) -> None:
    with pytest.raises(RateLimited) as caught:
        Settled(busy(after=after))
    assert caught.value.retry_at == at
    assert at in caught.value.message
    assert (caught.value.status, caught.value.code, caught.value.zoom_message) == (429, 429, "slow down")


def test_a_limit_that_never_passes_ends_after_the_last_try() -> None:
    with pytest.raises(RateLimited) as caught:
        Settled(busy(), busy(), busy(), busy())
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
def test_a_spent_day_is_not_tried_again_and_says_when_it_resets(answer: Reply, at: str) -> None:
    with pytest.raises(QuotaSpent) as caught:
        Settled(answer)
    assert (caught.value.retry_at, caught.value.kind) == (at, "quota_spent")


@pytest.mark.parametrize("outcome", [TIMEOUT, BROKEN])
def test_a_create_without_an_answer_is_not_sent_twice(outcome: SendFailure) -> None:
    with pytest.raises((TimedOut, Unavailable), match="may have been done all the same") as caught:
        Settled(outcome, effect="create")
    assert "ReadTimeout" in caught.value.detail
    assert Settled(outcome, FINE, effect="read").reply is FINE
    assert Settled(outcome, FINE, effect="update").reply is FINE


def test_a_reading_that_fails_for_good_leaves_no_doubt() -> None:
    with pytest.raises(TimedOut) as caught:
        Settled(TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT)
    assert "may have been done" not in caught.value.message
    with pytest.raises(Unavailable, match="the connection broke"):
        Settled(BROKEN, BROKEN, BROKEN, BROKEN)


@pytest.mark.parametrize("effect", ["read", "create", "update", "delete"])
def test_what_was_never_connected_is_tried_again_by_every_effect(effect: Effect) -> None:
    assert Settled(CONNECT, CONNECT, FINE, effect=effect).waits == [0.25, 0.5]
    with pytest.raises(Unavailable, match="is the base URL right"):
        Settled(CONNECT, CONNECT, CONNECT, CONNECT, effect=effect)


def test_a_failing_server_is_asked_again_for_reads_and_not_for_creates() -> None:
    assert Settled(busy(500), FINE).reply is FINE
    created = Settled(busy(500), FINE, effect="create")
    assert created.reply is not None
    assert (created.reply.status, created.waits) == (500, [])


def test_a_busy_server_that_says_when_is_an_error_with_that_time() -> None:
    with pytest.raises(Unavailable) as caught:
        Settled(busy(503, after="3600"))
    assert caught.value.retry_at == "2026-01-31T13:00:00Z"
    assert caught.value.status == 503


def test_a_refusal_is_the_answer_at_once() -> None:
    settled = Settled(busy(404, code=3001))
    assert settled.reply is not None
    assert (settled.reply.status, settled.waits) == (404, [])


def test_a_callers_own_wishes() -> None:
    assert Settled(busy(404), busy(302), FINE, most=2, every_error=True, delay=1.5).waits == [1.5, 1.5]
    assert Settled(CONNECT, FINE, most=1, every_error=True).reply is FINE
    with pytest.raises(Unavailable):
        Settled(CONNECT, most=1)
