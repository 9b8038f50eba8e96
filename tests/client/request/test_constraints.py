"""Test the formats of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.messages import call_or_message

from zoom_component.client.request.constraints import normalize_format
from zoom_component.client.request.values import InvalidValue

FORMATS = [
    "country",
    "date",
    "date-or-time",
    "date-time",
    "email",
    "id",
    "meeting",
    "time-zone",
    "url",
    "year-month",
]


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text(max_size=40) | st.text(alphabet="http:/[]@.-+0129zj? \n", max_size=30))
def test_any_text_is_accepted_or_refused_with_a_message(name: str, text: str) -> None:
    _, message = call_or_message(normalize_format, name, text)
    assert message is None or (message.startswith("expected ") and ", got " in message)


@pytest.mark.parametrize(
    ("name", "text", "sent"),
    [
        ("date", " 2026-01-31 ", "2026-01-31"),
        ("date-or-time", "2026-01-31", "2026-01-31"),
        ("date-or-time", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ("year-month", "2026-01", "2026-01"),
        ("email", " someone@example.com", "someone@example.com"),
        ("email", "josé@exämple.com", "josé@exämple.com"),
        ("time-zone", "America/New_York", "America/New_York"),
        ("time-zone", "UTC", "UTC"),
        ("time-zone", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("country", "us", "US"),
        ("id", " me ", "me"),
        ("url", "https://example.com/x?y=1", "https://example.com/x?y=1"),
        ("meeting", "89347503000", "89347503000"),
        ("meeting", "893 4750 3000", "89347503000"),
        ("meeting", "893-4750-3000", "89347503000"),
        ("meeting", "https://zoom.us/j/89347503000?pwd=x", "89347503000"),
        ("meeting", "https://us02web.zoom.us/w/89347503000", "89347503000"),
        ("meeting", "/ajXp112Q==", "/ajXp112Q=="),
        ("meeting", "abc//d==", "abc//d=="),
        ("meeting", "https://x.zoom.us/wc/join/89347503000", "89347503000"),
    ],
)
def test_text_is_normalized(name: str, text: str, sent: str) -> None:
    assert normalize_format(name, text) == sent


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2026-02-30"),
        ("date", "2026-1-1"),
        ("date", "31.01.2026"),
        ("date-or-time", "yesterday"),
        ("date-or-time", "2026-01-31T99:00:00"),
        ("year-month", "2026-13"),
        ("year-month", "2026"),
        ("email", "someone"),
        ("email", "a@b"),
        ("email", "a b@example.com"),
        ("email", "a@example.com,b@example.com"),
        ("email", ""),
        ("time-zone", "New York"),
        ("time-zone", "America"),
        ("time-zone", "../etc/passwd"),
        ("time-zone", "EST5EDT4,M3"),
        ("time-zone", "GMT+1:00"),
        ("country", "USA"),
        ("country", ""),
        ("id", ""),
        ("id", "a\nb"),
        ("id", "x" * 400),
        ("url", "example.com"),
        ("url", "ftp://example.com"),
        ("url", "https://"),
        ("url", "http://["),
        ("url", "https://a b"),
        ("meeting", "https://zoom.us/my/name"),
        ("meeting", "https://["),
        ("meeting", " "),
    ],
)
def test_text_without_the_format_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^expected "):
        normalize_format(name, text)


@pytest.mark.parametrize("text", ["0", "-5", "1.5", "1e10", "+7", "000"])
def test_a_number_that_no_meeting_can_have_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="expected a meeting number, a join link or a UUID"):
        normalize_format("meeting", text)
