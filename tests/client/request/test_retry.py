"""Test whether a request is sent again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoom_component.client.request.retry import RetryPolicy, RetryReason, compute_delay, parse_retry_after
from zoom_component.messages import BoundRequest, Effect, RetryOverride

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
KINDS = ["rate", "connect", "broken", "timeout", "500", "502", "503", "504", "501", "400", "404", "409"]
RETRIED: dict[Effect, set[str]] = {
    "read": {"rate", "connect", "broken", "timeout", "500", "502", "503", "504"},
    "update": {"rate", "connect", "broken", "timeout", "500", "502", "503", "504"},
    "delete": {"rate", "connect", "503"},
    "create": {"rate", "connect"},
    "any": {"rate"},
}


def wait(
    effect: Effect, kind: str, retry_after: float | None = None, attempt: int = 0, jitter: float = 0.5, **policy: Any
) -> float | None:
    return compute_delay(
        BoundRequest("GET", "/x", effect=effect), RetryReason(kind, retry_after), attempt, RetryPolicy(**policy), jitter
    )


@pytest.mark.parametrize("effect", RETRIED)
@pytest.mark.parametrize("kind", KINDS)
def test_the_effect_decides_what_is_retried(effect: Effect, kind: str) -> None:
    assert (wait(effect, kind) is not None) is (kind in RETRIED[effect])
    assert wait(effect, kind, attempt=3) is None


@given(st.sampled_from(KINDS), st.none() | st.floats(0, 30), st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1))
def test_no_wait_is_zero_or_above_the_limit(
    kind: str, retry_after: float | None, attempt: int, jitter: float, first_wait: float
) -> None:
    seconds = wait("read", kind, retry_after, attempt, jitter, max_retries=10_000, first_wait=first_wait)
    assert seconds is None or 0.01 <= seconds <= 30.25
    if seconds is not None and retry_after is not None:
        assert seconds >= retry_after


def test_waits_grow_and_are_spread_by_jitter() -> None:
    waits = [wait("read", "503", attempt=attempt, jitter=1.0) for attempt in range(3)]
    assert waits == [0.5, 1.0, 2.0]
    assert wait("read", "503", jitter=0.0) == 0.25
    assert wait("read", "503", attempt=9, jitter=1.0, max_retries=99) == 30.0


def test_a_wait_that_the_answer_asks_for_is_obeyed_up_to_the_limit() -> None:
    assert wait("read", "rate", 7.0, jitter=0.0) == 7.0
    assert wait("create", "rate", 0.0, jitter=0.0) == 0.25  # 0 counts as no wait, which grows
    assert wait("read", "503", 30.0) is not None
    assert wait("read", "503", 30.1) is None
    assert wait("read", "rate", 3600.0) is None


YEAR = 366 * 86_400.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("9" * 30, YEAR),
        ("9" * 5000, YEAR),
        ("10000000000", YEAR),
        (format_datetime(datetime(2026, 1, 31, 12, 1, tzinfo=UTC), usegmt=True), 60.0),
        ("2026-01-31T12:00:30Z", 30.0),
        ("2026-01-31T12:00:30", 30.0),
        ("2026-02-01", 43_200.0),
        ("Sat, 31 Jan 2026 11:00:00 GMT", 0.0),
        ("9999-12-31T23:59:59Z", YEAR),
        ("0001-01-01T00:00:00Z", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Sat, 99 Foo 2026", None),
    ],
)
def test_retry_after_holds_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text(max_size=40) | st.text(alphabet="0123456789.-+eE ", max_size=20) | st.floats().map(str))
@example("1e400")
@example("9" * 400)
def test_any_header_is_parsed_or_ignored(header: str) -> None:
    seconds = parse_retry_after(header, NOW)
    assert seconds is None or 0 <= seconds <= YEAR


@given(st.integers(0, 86_400))
def test_whole_seconds_are_taken_as_they_are(seconds: int) -> None:
    assert parse_retry_after(str(seconds), NOW) == seconds


def custom_wait(
    method: str, kind: str, attempt: int = 0, retry_after: float | None = None, **settings: Any
) -> float | None:
    request = BoundRequest(method, "/x", effect="any", retry=RetryOverride(**{"max_retries": 2, **settings}))
    return compute_delay(request, RetryReason(kind, retry_after), attempt, RetryPolicy(), 1.0)


def test_the_callers_own_settings_win_over_the_policy() -> None:
    assert custom_wait("GET", "500", max_retries=0) is None
    assert custom_wait("GET", "500", attempt=1) is not None
    assert custom_wait("GET", "500", attempt=2) is None
    assert custom_wait("GET", "500", delay=1.5) == 1.5
    assert 0.1 <= (custom_wait("GET", "500", delay=0.0) or 0) <= 0.25
    assert custom_wait("GET", "500", delay=9.0, exponential=True, attempt=1) == 1.0
    assert custom_wait("GET", "500", exponential=True, attempt=4000, max_retries=9999) == 30.0
    assert custom_wait("GET", "503", retry_after=5.0, delay=1.0) == 5.25
    assert custom_wait("GET", "503", retry_after=500.0) is None


@pytest.mark.parametrize("kind", ["500", "502", "connect", "broken"])
def test_own_settings_retry_idempotent_methods(kind: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        assert custom_wait(method, kind) is not None
    for method in ("POST", "PATCH", "LINK", "PURGE"):
        assert custom_wait(method, kind) is None
        assert custom_wait(method, kind, all_errors=True) is not None


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PURGE"])
def test_own_settings_retry_a_refusal_for_the_rate_with_every_method(method: str) -> None:
    assert custom_wait(method, "rate", delay=1.5) == 1.5
    assert custom_wait(method, "rate", retry_after=3.0) == 3.25
    assert custom_wait(method, "rate", retry_after=3600.0) is None
    assert custom_wait(method, "rate", max_retries=0) is None


@pytest.mark.parametrize("kind", ["404", "302", "timeout"])
def test_every_error_is_retried_only_if_the_caller_wants_it(kind: str) -> None:
    assert custom_wait("GET", kind) is None
    assert custom_wait("GET", kind, all_errors=True) is not None
