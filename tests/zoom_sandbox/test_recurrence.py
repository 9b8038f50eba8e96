"""Test recurrence: every occurrence follows the rule, none is missing, and the wall time stays the same."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_sandbox.resources.conferences.recurrence import MAX_OCCURRENCES, RecurrenceRule, list_starts, parse_rule

ZONES = st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
FIRST = st.integers(1_600_000_000, 1_900_000_000)


def list_local_times(rule: RecurrenceRule, first: int, zone: str) -> list[datetime]:
    return [datetime.fromtimestamp(moment, ZoneInfo(zone)) for moment in list_starts(rule, first, zone)]


def matches_rule(rule: RecurrenceRule, first: date, day: date) -> bool:
    """Return whether a rule includes a day, judging by the day alone."""
    if day < first:
        return False
    if rule.type == 1:
        return (day - first).days % rule.interval == 0
    if rule.type == 2:
        sunday = first - timedelta(days=(first.weekday() + 1) % 7)
        return (day - sunday).days // 7 % rule.interval == 0 and (day.weekday() + 1) % 7 + 1 in rule.weekly_days
    months = (day.year - first.year) * 12 + day.month - first.month
    if months % rule.interval:
        return False
    if rule.monthly_week is None:
        return day.day == rule.monthly_day
    if (day.weekday() + 1) % 7 + 1 != rule.monthly_week_day:
        return False
    if rule.monthly_week == -1:
        return day.day + 7 > monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 + 1 == rule.monthly_week


def list_days(rule: RecurrenceRule, first: date, count: int) -> list[date]:
    matches: list[date] = []
    day = first
    while len(matches) < count:
        if matches_rule(rule, first, day):
            matches.append(day)
        day += timedelta(days=1)
    return matches


DAILY = st.builds(RecurrenceRule, type=st.just(1), interval=st.integers(1, 99), times=st.integers(1, 12))
WEEKLY = st.builds(
    RecurrenceRule,
    type=st.just(2),
    interval=st.integers(1, 6),
    weekly_days=st.lists(st.integers(1, 7), min_size=1, max_size=7).map(tuple),
    times=st.integers(1, 20),
)
MONTHLY = st.builds(
    RecurrenceRule, type=st.just(3), interval=st.integers(1, 3), monthly_day=st.integers(1, 31), times=st.integers(1, 6)
)
MONTHLY_WEEK = st.builds(
    RecurrenceRule,
    type=st.just(3),
    interval=st.integers(1, 3),
    monthly_week=st.sampled_from([-1, 1, 2, 3, 4]),
    monthly_week_day=st.integers(1, 7),
    times=st.integers(1, 6),
)


@settings(max_examples=150, deadline=None)
@given(rule=DAILY | WEEKLY | MONTHLY | MONTHLY_WEEK, first=FIRST, zone=ZONES)
def test_occurrences_are_the_days_of_the_rule(rule: RecurrenceRule, first: int, zone: str) -> None:
    local = datetime.fromtimestamp(first, ZoneInfo(zone))
    matches = list_local_times(rule, first, zone)
    assert [each.date() for each in matches] == list_days(rule, local.date(), rule.times)


@settings(max_examples=100, deadline=None)
@given(rule=DAILY | WEEKLY | MONTHLY | MONTHLY_WEEK, first=FIRST, zone=ZONES)
def test_the_wall_time_stays_the_same(rule: RecurrenceRule, first: int, zone: str) -> None:
    wall = datetime.fromtimestamp(first, ZoneInfo(zone)).replace(tzinfo=None)
    for each in list_local_times(rule, first, zone):
        expected = datetime.combine(each.date(), wall.time(), ZoneInfo(zone))
        skipped = datetime.fromtimestamp(expected.timestamp(), ZoneInfo(zone)).time() != wall.time()
        assert skipped or each.time() == wall.time()


@settings(max_examples=100, deadline=None)
@given(interval=st.integers(1, 30), first=FIRST, span=st.integers(0, 400))
def test_an_end_date_is_the_last_possible_start(interval: int, first: int, span: int) -> None:
    until = first + span * 86_400
    matches = list_starts(RecurrenceRule(1, interval, times=MAX_OCCURRENCES, until=until), first, "UTC")
    assert len(matches) == min(span // interval + 1, MAX_OCCURRENCES)
    assert all(moment <= until for moment in matches)


def test_daylight_saving_time_keeps_the_wall_time() -> None:
    first = int(datetime(2026, 3, 7, 9, tzinfo=ZoneInfo("America/New_York")).timestamp())
    matches = list_starts(RecurrenceRule(1, times=3), first, "America/New_York")
    assert [moment - first for moment in matches] == [0, 23 * 3600, 47 * 3600]


def test_a_month_without_the_day_is_skipped() -> None:
    first = int(datetime(2026, 1, 31, 9, tzinfo=ZoneInfo("UTC")).timestamp())
    matches = list_local_times(RecurrenceRule(3, monthly_day=31, times=4), first, "UTC")
    assert [(each.month, each.day) for each in matches] == [(1, 31), (3, 31), (5, 31), (7, 31)]


def test_the_last_friday_of_december_is_in_december() -> None:
    first = int(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("UTC")).timestamp())
    matches = list_local_times(RecurrenceRule(3, monthly_week=-1, monthly_week_day=6, times=2), first, "UTC")
    assert [each.date() for each in matches] == [date(2026, 12, 25), date(2027, 1, 29)]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"type": 1}, RecurrenceRule(1)),
        ({"type": 2, "weekly_days": "1,7", "end_times": 3}, RecurrenceRule(2, weekly_days=(1, 7), times=3)),
        (
            {"type": 3, "monthly_week": -1, "monthly_week_day": 2, "repeat_interval": 2},
            RecurrenceRule(3, 2, monthly_week=-1, monthly_week_day=2),
        ),
        (
            {"type": 1, "end_date_time": "2026-03-10T11:00:00Z"},
            RecurrenceRule(1, times=MAX_OCCURRENCES, until=1_773_140_400),
        ),
    ],
)
def test_a_rule_has_the_defaults_of_the_facts(values: dict[str, object], rule: RecurrenceRule) -> None:
    assert parse_rule(values) == rule
