"""What is watched: settings as the trigger has them, refused before anything is asked."""

from __future__ import annotations

import pytest
from tests.support.polling_setup import COMPONENT, NOON

from zoom_component.errors import InputError
from zoom_component.events.polling import PollConfig, configure_poll


def watched(key: str, **inputs: object) -> PollConfig:
    return configure_poll(COMPONENT, key, inputs, now=NOON)


def test_the_catalogues_names_are_understood() -> None:
    found = watched("ZOOM_MEETING_RECORDING_CHANGED_TRIGGER", meeting_id="1234567890", include_download_token="yes")
    assert found.trigger.key == "meetingRecordingChanged"
    assert found.settings["meetingId"] == "1234567890"
    assert found.settings["includeDownloadToken"] is True


def test_settings_are_coerced_and_have_defaults() -> None:
    found = watched("newCloudRecording", interval="2.5")
    assert (found.settings["userId"], found.page_size, found.interval) == ("me", 30, 150.0)


@pytest.mark.parametrize(
    ("key", "inputs", "told"),
    [
        ("newMeetingCreatd", {}, "did you mean newMeetingCreated"),
        ("ZOOM_NOTHING", {}, "there is no trigger"),
        ("webhookReceiver", {}, "polls nothing; those that do: dailyUsageReportChanged"),
        ("meetingDetailsChanged", {}, "meetingId: it is required"),
        ("meetingDetailsChanged", {"meetingId": "x"}, 'came "x"; accepted: a whole number'),
        ("newMeetingCreated", {"page_size": 301}, "pageSize: came 301; accepted: 1 to 300"),
        ("newMeetingCreated", {"pageSize": 1, "page_size": 2}, "it is given twice"),
        ("newMeetingCreated", {"meetingType": "old"}, "accepted: scheduled"),
        ("newMeetingCreated", {"interval": "0"}, "interval: came 0; accepted: 1 to 10,080"),
        ("newMeetingCreated", {"usrId": "me"}, "this trigger has no such input; did you mean userId"),
        ("meetingRecordingChanged", {"meetingId": "1234567890", "tokenTtl": 5}, "only along with includeDownloadToken"),
        ("dailyUsageReportChanged", {"month": 13}, "month: came 13; accepted: 1 to 12"),
    ],
)
def test_what_cannot_be_watched_is_told_at_once(key: str, inputs: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as raised:
        watched(key, **inputs)
    assert told in raised.value.message


def test_what_the_action_would_say_is_said() -> None:
    assert "UUID" in " ".join(watched("newMeetingParticipant", meetingId="1234567890").warnings)
    assert watched("newMeetingParticipant", meetingId="/abc==").warnings == ()
