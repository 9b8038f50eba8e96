"""Test the events that are emitted by hand: made from Zoom's sample, with values set."""

from __future__ import annotations

import pytest
from tests.support.webhook_receiver import SECRET, WebhookReceiver, check_event

from zoom_facts import find_event, list_event_names
from zoom_sandbox import ManualClock, Sandbox, Webhook
from zoom_sandbox.events.samples import compose_event
from zoom_sandbox.events.schema_fit import fit_to_schema

NOW = 1_773_140_400


def test_every_event_with_a_schema_can_be_emitted_and_is_valid() -> None:
    documented = [
        name for name in list_event_names() if (event := find_event(name)) is not None and event.schema is not None
    ]
    assert len(documented) == 385
    for name in documented:
        body = compose_event(name, "an-account", NOW, {})
        assert body["event"] == name
        check_event(body)


def test_an_event_that_is_only_known_by_name_has_an_empty_object() -> None:
    without_schema = [
        name for name in list_event_names() if (event := find_event(name)) is not None and event.schema is None
    ]
    assert len(without_schema) == 150
    assert compose_event(without_schema[0], "an-account", NOW, {}) == {
        "event": without_schema[0],
        "event_ts": NOW * 1000,
        "payload": {"account_id": "an-account", "object": {}},
    }


def test_an_emitted_event_is_delivered_with_its_values() -> None:
    with WebhookReceiver() as receiver:
        zoom = Sandbox(clock=ManualClock(NOW), account_id="acc-1", webhooks=[Webhook(receiver.url, SECRET)])
        zoom.emit(
            "recording.completed",
            set={
                "payload.object.topic": "Über uns",
                "payload.object.recording_files.1.file_size": 7,
                "payload.object.participant_audio_files": [],
            },
        )
        zoom.wait_for_deliveries()
        body = receiver.last()
    assert body["payload"]["account_id"] == "acc-1"
    assert body["event_ts"] == NOW * 1000
    payload_object = body["payload"]["object"]
    assert (payload_object["topic"], payload_object["recording_files"][1]["file_size"]) == ("Über uns", 7)
    assert payload_object["participant_audio_files"] == []


def test_values_are_set_without_a_check() -> None:
    body = compose_event("meeting.started", "a", NOW, {"payload.object.id": None, "more.of.it": [1], "event_ts": 5})
    assert body["payload"]["object"]["id"] is None
    assert body["more"] == {"of": {"it": [1]}}
    assert body["event_ts"] == 5
    assert compose_event("meeting.started", "a", NOW, {})["payload"]["object"]["id"] is not None


@pytest.mark.parametrize("event", ["meeting.startd", "", "*"])
def test_an_unknown_event_is_refused(event: str) -> None:
    with pytest.raises(ValueError, match="expected the name of an event"):
        Sandbox().emit(event)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("payload.object.topic.first", '"first" would be inside a scalar'),
        ("payload.object.recording_files.9.id", '"9" would be inside a list of 2 items'),
        ("payload.object.recording_files.9", '"9" would be inside a list of 2 items'),
        ("payload.object.recording_files.x.id", '"x" would be inside a list of 2 items'),
        ("", '"" would be inside a scalar'),
    ],
)
def test_a_path_that_does_not_exist_is_refused(path: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compose_event("recording.completed", "a", NOW, {path: 1})


def test_a_payload_is_fitted_to_the_schema_of_its_event() -> None:
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "number": {"type": "integer"},
            "kind": {"enum": [1, 2]},
            "guest": {"anyOf": [{"format": "email"}, {"enum": [""]}], "type": "string"},
            "files": {"type": "array", "items": {"type": "object", "required": ["x"], "properties": {"x": {}}}},
        },
    }
    payload = {"id": 5, "number": "12", "kind": 3, "guest": "", "files": [{"x": 1, "y": 2}, {"y": 2}], "other": 1}
    assert fit_to_schema(payload, schema) == {"id": "5", "number": 12, "guest": "", "files": [{"x": 1}]}
    assert fit_to_schema({"number": "1.5", "guest": "none"}, schema) == {}
    assert fit_to_schema({}, schema, fill=True) == {"id": ""}
