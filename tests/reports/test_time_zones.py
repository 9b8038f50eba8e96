"""Test public reports about the names of time zones: what came in, and what is right."""

from __future__ import annotations

import json

import pytest

from zoom_component import Component
from zoom_component.errors import InputError
from zoom_sandbox import Sandbox

COMPONENT = Component.load()


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Eastern Standard Time", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("Tokyo Standard Time", "Asia/Tokyo"),
        ("AUS Eastern Standard Time", "Australia/Sydney"),
        ("europe/berlin", "Europe/Berlin"),
        ("AMERICA/NEW_YORK", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("(UTC+01:00) Amsterdam, Berlin", "Europe/Berlin"),
        ("(UTC+09:00) Osaka, Sapporo, Tokyo", "Asia/Tokyo"),
    ],
)
def test_names_that_calendars_give_are_accepted(name: str, zone: str) -> None:
    """Accept names of Windows and of Outlook, and any case, where they mean one zone.

    https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/280,
    https://github.com/WordPress/wordcamp.org/issues/1525
    """
    with Sandbox() as zoom, COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        inputs = {"userId": "me", "startTime": "2030-03-04T09:30:00", "timezone": name}
        assert session.run("createMeeting", inputs).data["timezone"] == zone
        assert json.loads(zoom.requests[-1].body)["timezone"] == zone
        session.run("updateUser", {"userId": "me", "timezone": name})
        assert session.run("getUser", {"userId": "me"}).data["timezone"] == zone


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("UTC+6", "Asia/Dhaka or Etc/GMT-6"),
        ("GMT-5", "America/Bogota, America/Lima, America/Panama or Etc/GMT+5"),
        ("UTC+05:30", "Asia/Kolkata"),
        ("PST", "America/Los_Angeles"),
        ("CEST", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Eastern Time (US & Canada)", "America/New_York"),
    ],
)
def test_an_ambiguous_name_is_refused_with_the_right_one(name: str, hint: str) -> None:
    with pytest.raises(InputError) as info:
        COMPONENT.plan("createMeeting", {"userId": "me", "timezone": name})
    assert f'got "{name}"' in str(info.value)
    assert "did you mean " in str(info.value)
    assert hint in str(info.value)


@pytest.mark.parametrize("name", ["localtime", "posix/Europe/Berlin", "right/Europe/Berlin", "Factory"])
def test_names_that_only_some_machines_know_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="expected a time zone such as"):
        COMPONENT.plan("createMeeting", {"userId": "me", "timezone": name})
