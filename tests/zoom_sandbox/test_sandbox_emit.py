"""Any event that Zoom knows, out of nothing: from its sample, with values set."""

from __future__ import annotations

import pytest
from tests.support.webhook_receiver import SECRET, WebhookReceiver, check_event

from zoom_facts import find_event, list_event_names
from zoom_sandbox import ManualClock, Sandbox, Webhook
from zoom_sandbox.events.samples import compose_event
from zoom_sandbox.events.schema_fit import fit_to_schema

NOW = 1_773_140_400


def test_every_event_that_has_a_schema_can_be_emitted_and_fits_it() -> None:
    known = [
        name for name in list_event_names() if (event := find_event(name)) is not None and event.schema is not None
    ]
    assert len(known) == 385
    for name in known:
        body = compose_event(name, "an-account", NOW, {})
        assert body["event"] == name
        check_event(body)


def test_an_event_known_by_name_alone_has_an_empty_object() -> None:
    bare = [name for name in list_event_names() if (event := find_event(name)) is not None and event.schema is None]
    assert len(bare) == 150
    assert compose_event(bare[0], "an-account", NOW, {}) == {
        "event": bare[0],
        "event_ts": NOW * 1000,
        "payload": {"account_id": "an-account", "object": {}},
    }


def test_emitted_over_the_wire_with_values_set() -> None:
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
    about = body["payload"]["object"]
    assert (about["topic"], about["recording_files"][1]["file_size"]) == ("Über uns", 7)
    assert about["participant_audio_files"] == []


def test_what_is_set_is_sent_as_it_is() -> None:
    body = compose_event("meeting.started", "a", NOW, {"payload.object.id": None, "more.of.it": [1], "event_ts": 5})
    assert body["payload"]["object"]["id"] is None
    assert body["more"] == {"of": {"it": [1]}}
    assert body["event_ts"] == 5
    assert compose_event("meeting.started", "a", NOW, {})["payload"]["object"]["id"] is not None


@pytest.mark.parametrize("event", ["meeting.startd", "", "*"])
def test_an_unknown_event(event: str) -> None:
    with pytest.raises(ValueError, match="There is no event"):
        Sandbox().emit(event)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("payload.object.topic.first", "before 'first' stands a plain value"),
        ("payload.object.recording_files.9.id", "before '9' stands a list of 2"),
        ("payload.object.recording_files.9", "before '9' stands a list of 2"),
        ("payload.object.recording_files.x.id", "before 'x' stands a list of 2"),
        ("", "before '' stands a plain value"),
    ],
)
def test_a_path_to_nowhere(path: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        compose_event("recording.completed", "a", NOW, {path: 1})


def test_the_shape_of_an_event() -> None:
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
    given = {"id": 5, "number": "12", "kind": 3, "guest": "", "files": [{"x": 1, "y": 2}, {"y": 2}], "other": 1}
    assert fit_to_schema(given, schema) == {"id": "5", "number": 12, "guest": "", "files": [{"x": 1}]}
    assert fit_to_schema({"number": "1.5", "guest": "none"}, schema) == {}
    assert fit_to_schema({}, schema, fill=True) == {"id": ""}
