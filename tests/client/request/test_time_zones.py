"""Test the names of time zones: what can mean one zone is accepted, and an error suggests the right name."""

from __future__ import annotations

import random
from datetime import datetime
from zoneinfo import TZPATH, reset_tzpath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.messages import call_or_message

from zoom_component.client.request.time_zones import load_zone, to_time_zone
from zoom_component.client.request.values import InvalidValue
from zoom_facts.time_zones import find_time_zone, list_time_zones, load_time_zone_names

NAMES = sorted(list_time_zones())


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        (" america / new  york ", "America/New_York"),
        ("America/Port-au-prince", "America/Port-au-Prince"),
        ("utc", "UTC"),
        ("Z", "UTC"),
        ("UTC+0", "UTC"),
        ("GMT+00:00", "UTC"),
        ("est", "EST"),
        ("sst", "SST"),
        ("Eastern Standard Time", "America/New_York"),
        ("eastern daylight time", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("India Standard Time", "Asia/Calcutta"),
        ("Nepal Standard Time", "Asia/Kathmandu"),
        ("Central Standard Time (Mexico)", "America/Mexico_City"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(UTC+01:00) Amsterdam, Berlin", "Europe/Berlin"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(GMT-4:00) Eastern Time (US and Canada)", "America/New_York"),
        (" (GMT+6:00) Astana, Dhaka", "Asia/Dhaka"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ("(UTC+01:00) Europe/Berlin", "Europe/Berlin"),
        ("Europe/Berlin (GMT+2)", "Europe/Berlin"),
    ],
)
def test_a_name_that_means_one_zone_is_accepted(text: str, zone: str) -> None:
    assert to_time_zone(text) == zone


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("UTC+6", "an offset is not a time zone; did you mean Asia/Dacca, Asia/Dhaka or Etc/GMT-6?"),
        ("GMT-5", "America/Bogota, America/Lima, America/Panama or Etc/GMT+5?"),
        ("UTC+5:30", "did you mean Asia/Calcutta or Asia/Kolkata?"),
        ("UTC\u221212", "did you mean Etc/GMT+12?"),
        ("UTC+25", "an offset is not a time zone"),
        ("New York", "did you mean America/New_York?"),
        ("Berlin", "did you mean Europe/Berlin?"),
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("Europe/Zürich", "did you mean Europe/Zurich?"),
        ("Eastern Time", "did you mean America/New_York?"),
        ("Pacific Time (US & Canada)", "did you mean America/Los_Angeles?"),
        ("PST", "did you mean America/Los_Angeles, "),
        ("EDT", "did you mean America/New_York, "),
        ("CST", "did you mean America/Chicago, Asia/Shanghai, "),
        ("IST", "did you mean Asia/Calcutta, Asia/Jerusalem, Asia/Kolkata or Europe/Dublin?"),
        ("(UTC+05:00) Berlin", "did you mean Europe/Berlin?"),
        ("posix/Europe/Berlin", "did you mean Europe/Berlin?"),
    ],
)
def test_any_other_name_is_refused_with_the_zones_that_it_may_mean(text: str, hint: str) -> None:
    with pytest.raises(InvalidValue, match=r"^expected a time zone such as America/New_York") as info:
        to_time_zone(text)
    assert hint in str(info.value)


@pytest.mark.parametrize(
    "text", ["", "localtime", "Factory", "posixrules", "right/UTC", "Mars/Olympus", "../etc/passwd", "x" * 100_000]
)
def test_what_is_not_a_zone_is_refused(text: str) -> None:
    _, message = call_or_message(to_time_zone, text)
    assert message is not None
    assert message.startswith("expected a time zone")


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_every_name_is_accepted_in_any_case_and_with_blanks(name: str, choices: random.Random) -> None:
    text = "".join(choices.choice((letter.upper(), letter.lower())) for letter in name)
    assert to_time_zone(name) == to_time_zone(text) == to_time_zone(f" {text.replace('_', '  ')} ") == name


@given(st.text(max_size=40))
def test_any_text_is_a_zone_of_the_list_or_refused(text: str) -> None:
    zone, message = call_or_message(to_time_zone, text)
    assert zone in list_time_zones() if message is None else message.startswith("expected a time zone")


def test_every_name_and_label_of_windows_is_accepted() -> None:
    facts = load_time_zone_names()
    for name, zone in facts.windows.items():
        assert to_time_zone(name) == to_time_zone(name.upper()) == zone
    labels = {name: f"({_format_offset(facts.windows[name])}) {label}" for name, label in facts.windows_labels.items()}
    refused = {labels[name] for name in labels if call_or_message(to_time_zone, labels[name])[1]}
    assert not refused
    for name, label in labels.items():
        assert _format_offset(to_time_zone(label)) == _format_offset(facts.windows[name])
    for zone, label in facts.zoom.items():
        assert to_time_zone(f"({_format_offset(zone).replace('UTC', 'GMT')}) {label}") == zone


def _format_offset(zone: str) -> str:
    """Return the offset of a zone in January as the labels of Windows have it."""
    info = find_time_zone(zone)
    assert info is not None
    return f"UTC{datetime(2030, 1, 15, tzinfo=info).isoformat()[-6:]}"


def test_the_zones_do_not_depend_on_the_machine() -> None:
    path = TZPATH
    try:
        reset_tzpath(())
        find_time_zone.cache_clear()
        assert all(load_zone(name) is not None for name in NAMES)
    finally:
        reset_tzpath(path)
    assert load_zone("localtime") is None
    assert load_zone(None) is None
