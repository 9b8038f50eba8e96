"""Test the settings of a polling trigger."""

from __future__ import annotations

import pytest
from tests.support.polling_setup import COMPONENT, NOON

from zoom_component.errors import InputError
from zoom_component.events.polling import PollConfig, configure_poll


def configure(key: str, **inputs: object) -> PollConfig:
    return configure_poll(COMPONENT, key, inputs, now=NOON)


def test_toolkit_names_are_accepted() -> None:
    config = configure("ZOOM_MEETING_RECORDING_CHANGED_TRIGGER", meeting_id="1234567890", include_download_token="yes")
    assert config.trigger.key == "meetingRecordingChanged"
    assert config.settings["meetingId"] == "1234567890"
    assert config.settings["includeDownloadToken"] is True


def test_settings_are_coerced_and_have_defaults() -> None:
    config = configure("newCloudRecording", interval="2.5")
    assert (config.settings["userId"], config.page_size, config.interval) == ("me", 30, 150.0)


def test_empty_settings_and_defaults_are_like_none_and_labels_are_choices() -> None:
    plain = configure("newMeetingCreated", userId="me")
    empties = {"meetingType": "", "pageSize": None, "interval": " "}
    assert configure("newMeetingCreated", userId="me", **empties).build_state_name("x") == plain.build_state_name("x")
    labeled = configure("newMeetingCreated", userId="me", meetingType="SCHEDULED")
    assert labeled.settings["meetingType"] == "scheduled"


@pytest.mark.parametrize(
    ("key", "inputs", "message"),
    [
        ("newMeetingCreatd", {}, "did you mean newMeetingCreated"),
        ("ZOOM_NOTHING", {}, "unknown trigger"),
        ("webhookReceiver", {}, "expected a polling trigger (dailyUsageReportChanged"),
        ("meetingDetailsChanged", {}, "meetingId: is required"),
        ("meetingDetailsChanged", {"meetingId": "x"}, 'expected an integer of at least 1, got "x"'),
        ("newMeetingCreated", {"page_size": 301}, "pageSize: expected an integer from 1 to 300, got 301"),
        ("newMeetingCreated", {"pageSize": 1, "page_size": 2}, "expected one value, got two"),
        ("newMeetingCreated", {"meetingType": "old"}, "meetingType: expected scheduled"),
        ("newMeetingCreated", {"interval": "0"}, "interval: expected a number from 1 to 10,080, got 0"),
        ("newMeetingCreated", {"usrId": "me"}, "usrId: unknown input; did you mean userId"),
        (
            "meetingRecordingChanged",
            {"meetingId": "1234567890", "tokenTtl": 5},
            "tokenTtl: requires includeDownloadToken",
        ),
        ("dailyUsageReportChanged", {"month": 13}, "month: expected an integer from 1 to 12, got 13"),
    ],
)
def test_invalid_settings_are_refused(key: str, inputs: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as raised:
        configure(key, **inputs)
    assert message in raised.value.message


def test_warnings_of_the_action_are_passed_on() -> None:
    assert "UUID" in " ".join(configure("newMeetingParticipant", meetingId="1234567890").warnings)
    assert configure("newMeetingParticipant", meetingId="/abc==").warnings == ()
