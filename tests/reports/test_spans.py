"""Test what people reported about lists that answer only a span of time.

zoom/api#36, onyx-dot-app/onyx#14733, graphaelli/zat#16 and ricardorodrigues-ca/zoom-recording-downloader#1: recordings
of more than a month are answered with the last month only, with status 200. https://github.com/zoom/api/issues/36 shows
the answer: for 2017-08-02 to 2018-04-09 its `from` is 2018-03-09.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.support.session_modes import BOTH_MODES, AsyncMode, SyncMode, list_calls

from zoom_component.errors import InputError, Refused
from zoom_sandbox import ManualClock, Sandbox

OCTOBER = {"userId": "me", "from": "2026-10-31", "to": "2027-03-30"}
LAST_DAY = date(2027, 3, 30)


def day_time(day: date) -> float:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def zoom() -> Sandbox:
    """Return an account in which the owner recorded a meeting every tenth day from 2026-10-31 on, until 2027-03-30."""
    clock = ManualClock(day_time(date(2026, 10, 31)))
    zoom = Sandbox(clock=clock)
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        while clock.now <= day_time(LAST_DAY):
            headers["authorization"] = f"Bearer {zoom.issue_token()}"
            meeting = client.post("/users/me/meetings", json={"topic": "Demo"}, headers=headers).json()["id"]
            zoom.lifecycle.start(meeting)
            zoom.lifecycle.record(meeting)
            zoom.lifecycle.end(meeting)
            clock.advance(10 * 86_400)
    clock.now = day_time(LAST_DAY)
    return zoom


def list_days(meetings: list[Any]) -> list[str]:
    return sorted(meeting["start_time"][:10] for meeting in meetings)


EVERY_DAY = [str(date(2026, 10, 31) + timedelta(days=10 * at)) for at in range(16)]


def test_zoom_answers_the_last_month_of_a_longer_range_and_says_so(zoom: Sandbox) -> None:
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        answer = client.get("/users/me/recordings", params={"from": "2017-08-02", "to": "2018-04-09"}).json()
        assert (answer["from"], answer["to"]) == ("2018-03-09", "2018-04-09")
        answer = client.get("/users/me/recordings", params={"from": "2026-10-31", "to": "2027-03-30"}).json()
        assert (answer["from"], answer["to"]) == ("2027-02-28", "2027-03-30")
        assert list_days(answer["meetings"]) == EVERY_DAY[-4:]


@BOTH_MODES
def test_recordings_of_five_months_are_all_listed(zoom: Sandbox, mode: type[SyncMode | AsyncMode]) -> None:
    zoom.clear_requests()
    result = mode(zoom).run("listUsersRecordings", OCTOBER)
    assert list_days(result.data["meetings"]) == EVERY_DAY
    assert (result.data["from"], result.data["to"], result.warnings) == ("2026-10-31", "2027-03-30", ())
    assert list_calls(zoom).count("GET /users/me/recordings") == 6
    assert list_days(mode(zoom).stream("listUsersRecordings", OCTOBER, page_size=2)) == EVERY_DAY


@BOTH_MODES
def test_a_failure_in_the_third_month_resumes_there(zoom: Sandbox, mode: type[SyncMode | AsyncMode]) -> None:
    pages = mode(zoom).pages("listUsersRecordings", OCTOBER, page_size=2)
    for at, (_, token) in enumerate(pages[:-1], start=1):
        rest = mode(zoom).pages("listUsersRecordings", OCTOBER, page_size=2, resume=token)
        assert [items for items, _ in rest] == [items for items, _ in pages[at:]]


def test_a_call_for_one_page_warns_and_is_not_split(zoom: Sandbox) -> None:
    result = SyncMode(zoom).run("listUsersRecordings", {**OCTOBER, "pageSize": 30})
    assert list_days(result.data["meetings"]) == EVERY_DAY[-4:]
    first, second = result.warnings
    assert first.startswith("from: the service answers 1 month of this list at most")
    assert second.startswith("the answer covers 2027-02-28 to 2027-03-30 only, although 2026-10-31 to 2027-03-30")


def test_a_tool_of_the_toolkit_stays_one_page(zoom: Sandbox) -> None:
    zoom.clear_requests()
    result = SyncMode(zoom).run("ZOOM_LIST_ALL_RECORDINGS", {"userId": "me", "from": "2026-10-31", "to": "2027-03-30"})
    assert list_calls(zoom).count("GET /users/me/recordings") == 1
    assert len(result.warnings) == 2


@pytest.mark.parametrize(
    ("action", "inputs", "requests"),
    [
        ("getPhoneRecordings", {"userId": "me", "from": "2026-12-01", "to": "2027-02-15"}, 3),
        ("getUsersPhoneRecordings", {"userId": "me", "from": "2026-12-01T00:00:00Z", "to": "2027-02-15T00:00:00Z"}, 3),
        ("getAccountsPhoneRecordings", {"from": "2027-01-01", "to": "2027-03-30"}, 3),
        ("listArchivedFiles", {"from": "2027-03-01T00:00:00Z", "to": "2027-03-30T00:00:00Z"}, 5),
    ],
)
def test_other_lists_with_a_limit_are_split_too(
    zoom: Sandbox, action: str, inputs: dict[str, str], requests: int
) -> None:
    zoom.clear_requests()
    result = SyncMode(zoom).run(action, inputs)
    assert result.warnings == ()
    assert len(list_calls(zoom)) - list_calls(zoom).count("token") == requests


def test_a_start_before_what_is_kept_is_a_warning() -> None:
    zoom = Sandbox(clock=ManualClock(day_time(date(2026, 1, 31))))
    inputs = {"userId": "me", "from": "2025-06-01", "to": "2025-09-10"}
    result = SyncMode(zoom).run("getPhoneRecordings", inputs)
    assert result.warnings[0].startswith("from: the service goes back 6 months, to 2025-07-31")
    assert any("although 2025-06-01 to 2025-06-30 was asked for" in text for text in result.warnings[1:])


@pytest.mark.parametrize("name", ["pageSize", "page_size", "option"])
def test_the_page_size_has_one_limit(name: str) -> None:
    """Accept what GET /users allows, 2,000 on a page, as an input and as an option. Source: JosephMcEvoy/PSZoom#116."""
    zoom = Sandbox(clock=ManualClock(day_time(date(2026, 1, 31))), users=3000)

    def list_users(size: int) -> int:
        inputs: dict[str, Any] = {} if name == "option" else {name: size}
        options: dict[str, Any] = {"page_size": size} if name == "option" else {}
        return len(SyncMode(zoom).pages("listUsers", inputs, **options)[0][0])

    assert list_users(2000) == 2000
    with pytest.raises(InputError, match="expected an integer from 1 to 2,000, got 2001"):
        list_users(2001)
    assert [len(items) for items, _ in SyncMode(zoom).pages("listUsers")] == [2000, 1004]


@pytest.mark.parametrize(
    "message",
    [
        "Daily report can only be provided for a month that falls within the recent 6 months.",
        "Only provide report in recent 6 months",
        "Invalid start date. Report is provided only for recent 13 months.",
        "The date range must be within the last seven days.",
    ],
)
def test_a_refused_range_is_no_spent_quota(message: str) -> None:
    """Read the messages that https://developers.zoom.us/docs/api/ documents with the code 300."""
    zoom = Sandbox(clock=ManualClock(day_time(date(2026, 1, 31))))
    zoom.add_fault("GET", "/report/daily", status=400, body={"code": 300, "message": message})
    with pytest.raises(Refused) as caught:
        SyncMode(zoom).run("getDailyUsageReport", {"year": "2025", "month": "3"})
    assert (caught.value.kind, caught.value.code) == ("refused", 300)
    assert "Ask for a shorter or a later one" in str(caught.value)
