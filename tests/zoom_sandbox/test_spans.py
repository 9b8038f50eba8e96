"""Test that a list answers only the span of time that Zoom answers, and says so in its own from and to."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.support.sandbox_answers import get_json, get_refusal

# The account's time is 2026-03-10T11:00:00Z.
RECORDINGS, PHONE, ARCHIVE = "/users/me/recordings", "/phone/users/me/recordings", "/archive_files"


@pytest.mark.parametrize(
    ("path", "asked", "answered"),
    [
        (RECORDINGS, ("2026-02-10", "2026-03-10"), ("2026-02-10", "2026-03-10")),
        (RECORDINGS, ("2026-02-09", "2026-03-10"), ("2026-02-10", "2026-03-10")),
        (RECORDINGS, ("2025-06-01", "2026-03-31"), ("2026-02-28", "2026-03-31")),
        (RECORDINGS, ("2024-01-01", "2024-03-31"), ("2024-02-29", "2024-03-31")),
        (RECORDINGS, ("2017-08-02", "2018-04-09"), ("2018-03-09", "2018-04-09")),  # zoom/api#36
        (PHONE, ("2025-12-01", "2026-03-10"), ("2026-02-10", "2026-03-10")),
        (PHONE, ("2025-09-01", "2025-09-20"), ("2025-09-10", "2025-09-20")),  # six months back
        (PHONE, ("2026-01-01T10:00:00Z", "2026-03-01T10:00:00Z"), ("2026-02-01", "2026-03-01")),
        (
            "/meetings/85746065001/recordings/analytics_summary",
            ("2025-12-01", "2026-03-10"),
            ("2026-02-10", "2026-03-10"),
        ),
    ],
)
def test_a_longer_range_begins_later(
    client: httpx.Client, path: str, asked: tuple[str, str], answered: tuple[str, str]
) -> None:
    answer = get_json(client, path, **dict(zip(("from", "to"), asked, strict=True)))
    assert (answer["from"], answer["to"]) == answered


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (ARCHIVE, {"from": "2026-03-01T00:00:00Z", "to": "2026-03-08T00:00:01Z"}),
        ("/report/users", {"from": "2026-02-01", "to": "2026-03-02"}),
        ("/report/users", {"from": "2025-09-01", "to": "2025-09-20"}),
        ("/report/cloud_recording", {"from": "2026-02-01", "to": "2026-03-04"}),
        ("/report/users", {"from": "2026-03-02", "to": "2026-03-01"}),
    ],
)
def test_a_range_that_zoom_refuses_is_a_validation_error(
    client: httpx.Client, path: str, query: dict[str, Any]
) -> None:
    assert get_refusal(client.get(path, params=query)) == (400, 300)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (ARCHIVE, {"from": "2026-03-01T00:00:00Z", "to": "2026-03-08T00:00:00Z"}),
        ("/report/users", {"from": "2026-02-01", "to": "2026-03-01"}),
    ],
)
def test_a_range_within_the_limit_is_answered(client: httpx.Client, path: str, query: dict[str, Any]) -> None:
    get_json(client, path, **query)


def test_phone_recordings_are_filtered_by_the_second(client: httpx.Client) -> None:
    days = {"from": "2026-02-10", "to": "2026-03-10"}
    times = sorted(row["date_time"] for row in get_json(client, "/phone/recordings", **days)["recordings"])
    first, last = times[0], times[-1]

    def count(start: str, end: str) -> int:
        return len(get_json(client, "/phone/recordings", **{"from": start, "to": end})["recordings"])

    assert count(first, last) == len(times)
    assert count(first, first) == times.count(first)
