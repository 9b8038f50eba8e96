"""Test that whatever the sandbox stores comes back in the form in which Zoom returns it, and may be sent again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_sandbox import ManualClock, Sandbox

NOW = datetime(2026, 3, 10, 11, tzinfo=UTC)
UTC_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TIME_FIELDS = ("start_time", "created_at", "user_created_at")
LICENSED = ["ada@example.com", "mia@example.com"]
KINDS = pytest.mark.parametrize("kind", ["meetings", "webinars"])

zones = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Europe/London", "Pacific/Auckland", "SST"])
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
wall_times = st.datetimes(datetime(2026, 3, 12), datetime(2029, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


@st.composite
def start_times(draw: st.DrawFn) -> str:
    """Return a time to come as callers write it: local, with an offset or with Z, with or without seconds."""
    moment = draw(wall_times)
    form = draw(st.sampled_from(["local", "offset", "z", "fraction", "minutes"]))
    if form == "offset":
        return moment.replace(tzinfo=draw(offsets)).isoformat()
    if form == "minutes":
        return f"{moment:%Y-%m-%dT%H:%M}"
    return f"{moment.isoformat()}{ {'local': '', 'z': 'Z', 'fraction': '.123Z'}[form] }"


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Return the body of a new meeting or webinar, of the default type."""
    hosts = draw(st.lists(st.sampled_from(LICENSED), unique=True))
    separator = draw(st.sampled_from([",", ";", ", ", " ; "]))
    return {
        "topic": draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)),
        "agenda": draw(st.text(st.characters(codec="utf-8"), max_size=100)),
        "start_time": draw(start_times()),
        "timezone": draw(zones),
        "duration": draw(st.integers(1, 1440)),
        "password": draw(st.from_regex(r"[A-Za-z0-9@_*!-]{1,10}", fullmatch=True)),
        "settings": {
            "alternative_hosts": separator.join(hosts),
            "approval_type": draw(st.sampled_from([0, 1, 2])),
            "host_video": draw(st.booleans()),
        },
    }


def open_client() -> httpx.Client:
    sandbox = Sandbox(clock=ManualClock(NOW.timestamp()))
    headers = {"authorization": f"Bearer {sandbox.issue_token()}"}
    return httpx.Client(transport=sandbox.create_transport(), base_url="http://zoom.test/v2", headers=headers)


def check_form(value: Any, name: str = "") -> None:
    """Fail for a time that is not UTC with Z, and for a number or boolean that is text."""
    if isinstance(value, dict):
        for key, part in value.items():
            check_form(part, key)
    elif isinstance(value, list):
        for part in value:
            check_form(part, name)
    elif name in TIME_FIELDS:
        assert UTC_TIME.fullmatch(value), (name, value)
    elif name in ("id", "duration", "type", "pmi", "approval_type") and name != "occurrence_id":
        assert type(value) is int or (name in ("pmi",) and value.isdecimal()), (name, value)
    elif name == "host_video":
        assert type(value) is bool


@KINDS
@given(body=bodies())
def test_a_meeting_comes_back_in_zooms_form(kind: str, body: dict[str, Any]) -> None:
    with open_client() as client:
        created = client.post(f"/users/me/{kind}", json=body)
        assert created.status_code == 201, created.text
        read = client.get(f"/{kind}/{created.json()['id']}").json()
    assert read == created.json()
    check_form(read)
    settings, wanted = read["settings"], body["settings"]
    hosts = [part.strip() for part in re.split("[,;]", wanted["alternative_hosts"]) if part.strip()]
    assert settings["alternative_hosts"] == ";".join(hosts)
    assert (settings["approval_type"], settings["host_video"]) == (wanted["approval_type"], wanted["host_video"])
    assert all(ord(character) <= 0xFFFF for character in read["agenda"])
    assert len(read["agenda"]) == len(body["agenda"])
    assert [read[name] for name in ("topic", "timezone", "duration", "password")] == [
        body[name] for name in ("topic", "timezone", "duration", "password")
    ]


@KINDS
@given(body=bodies())
def test_what_comes_back_may_be_sent_again(kind: str, body: dict[str, Any]) -> None:
    # What was read and is sent as an update changes nothing.
    with open_client() as client:
        read = client.post(f"/users/me/{kind}", json=body).json()
        path = f"/{kind}/{read['id']}"
        names = ("topic", "agenda", "start_time", "timezone", "duration", "password", "settings", "type")
        assert client.patch(path, json={name: read[name] for name in names}).status_code == 204
        assert client.get(path).json() == read


@given(start=start_times(), count=st.integers(0, 60), days=st.integers(1, 99))
def test_a_series_comes_back_in_zooms_form(start: str, count: int, days: int) -> None:
    rule = {"type": 1, "repeat_interval": days, "end_times": count}
    with open_client() as client:
        body = {"type": 8, "start_time": start, "timezone": "UTC", "recurrence": rule}
        read = client.post("/users/me/meetings", json=body).json()
    check_form(read)
    assert read["recurrence"] == rule
    assert len(read["occurrences"]) == (count or 60)
    assert read["occurrences"][0]["start_time"] == read["start_time"]
    assert all(type(each["occurrence_id"]) is str for each in read["occurrences"])


@given(moment=st.datetimes(datetime(1971, 1, 1), datetime(2026, 3, 10, 10, 59, 59)))
def test_no_meeting_starts_before_it_is_created(moment: datetime) -> None:
    with open_client() as client:
        created = client.post("/users/me/meetings", json={"start_time": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}).json()
    assert created["start_time"] == created["created_at"] == f"{NOW:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("key", ["me", "ben@example.com", "ida@example.com", "pia@example.com"])
def test_a_user_comes_back_in_zooms_form(key: str) -> None:
    with open_client() as client:
        check_form({name: part for name, part in client.get(f"/users/{key}").json().items() if name != "id"})
