"""Whether to try again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.request.retry import RetryPolicy, RetryReason, compute_delay, parse_retry_after
from zoom_component.messages import BoundRequest, Effect, RetryOverride

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
KINDS = ["rate", "connect", "broken", "timeout", "500", "502", "503", "504", "501", "400", "404", "409"]
TRIED_AGAIN: dict[Effect, set[str]] = {
    "read": {"rate", "connect", "broken", "timeout", "500", "502", "503", "504"},
    "update": {"rate", "connect", "broken", "timeout", "500", "502", "503", "504"},
    "delete": {"rate", "connect", "503"},
    "create": {"rate", "connect"},
    "any": {"rate"},
}


def wait(
    effect: Effect, kind: str, asked: float | None = None, attempt: int = 0, chance: float = 0.5, **policy: Any
) -> float | None:
    return compute_delay(
        BoundRequest("GET", "/x", effect=effect), RetryReason(kind, asked), attempt, RetryPolicy(**policy), chance
    )


@pytest.mark.parametrize("effect", TRIED_AGAIN)
@pytest.mark.parametrize("kind", KINDS)
def test_the_effect_decides_what_is_tried_again(effect: Effect, kind: str) -> None:
    assert (wait(effect, kind) is not None) is (kind in TRIED_AGAIN[effect])
    assert wait(effect, kind, attempt=3) is None


@given(st.sampled_from(KINDS), st.none() | st.floats(0, 30), st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1))
def test_no_wait_is_ever_zero_or_past_the_cap(
    kind: str, asked: float | None, attempt: int, chance: float, first: float
) -> None:
    found = wait("read", kind, asked, attempt, chance, most=10_000, first=first)
    assert found is None or 0.01 <= found <= 30.25
    if found is not None and asked is not None:
        assert found >= asked


def test_waits_grow_and_are_spread_by_chance() -> None:
    waits = [wait("read", "503", attempt=attempt, chance=1.0) for attempt in range(3)]
    assert waits == [0.5, 1.0, 2.0]
    assert wait("read", "503", chance=0.0) == 0.25
    assert wait("read", "503", attempt=9, chance=1.0, most=99) == 30.0


def test_a_wait_that_the_answer_asks_for_is_kept_to_up_to_the_cap() -> None:
    assert wait("read", "rate", 7.0, chance=0.0) == 7.0
    assert wait("create", "rate", 0.0, chance=0.0) == 0.25  # "at once" grows like no wait at all
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
def test_retry_after_as_seconds_as_a_date_and_as_nonsense(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text(max_size=40))
def test_no_header_raises(header: str) -> None:
    found = parse_retry_after(header, NOW)
    assert found is None or 0 <= found <= YEAR


def own(method: str, kind: str, attempt: int = 0, asked: float | None = None, **wishes: Any) -> float | None:
    request = BoundRequest(method, "/x", effect="any", retry=RetryOverride(**{"max_retries": 2, **wishes}))
    return compute_delay(request, RetryReason(kind, asked), attempt, RetryPolicy(), 1.0)


def test_a_callers_own_wishes_win_over_the_policy() -> None:
    assert own("GET", "500", most=0) is None
    assert own("GET", "500", attempt=1) is not None
    assert own("GET", "500", attempt=2) is None
    assert own("GET", "500", delay=1.5) == 1.5
    assert 0.1 <= (own("GET", "500", delay=0.0) or 0) <= 0.25
    assert own("GET", "500", delay=9.0, doubling=True, attempt=1) == 1.0
    assert own("GET", "500", doubling=True, attempt=4000, most=9999) == 30.0
    assert own("GET", "503", asked=5.0, delay=1.0) == 5.25
    assert own("GET", "503", asked=500.0) is None


@pytest.mark.parametrize("kind", ["500", "502", "connect", "broken"])
def test_own_wishes_repeat_what_is_safe_to_repeat(kind: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        assert own(method, kind) is not None
    for method in ("POST", "PATCH", "LINK", "PURGE"):
        assert own(method, kind) is None
        assert own(method, kind, every_error=True) is not None


@pytest.mark.parametrize("kind", ["404", "rate", "302", "timeout"])
def test_every_error_is_tried_again_only_when_wished(kind: str) -> None:
    assert own("GET", kind) is None
    assert own("GET", kind, every_error=True) is not None
