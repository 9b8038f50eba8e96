"""Define the keys of a trigger file as frozen models: webhook triggers and polling triggers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from zoom_component.spec.input_model import InputModel
from zoom_component.spec.model_types import FILE_KEY, FILE_LABEL, SLUG, Key, SpecModel, ValueMeanings

__all__ = ["Dotted", "TriggerFile"]

Dotted = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
DayPart = Annotated[
    Literal["year", "month", "day"],
    ValueMeanings(
        {"year": "the year, such as 2026", "month": "the month, from 1 to 12", "day": "the date, such as 2026-05-17"}
    ),
]
OnMissing = Annotated[
    Literal["fail", "wait"],
    ValueMeanings({"fail": "the poll fails", "wait": "the poll reports nothing and tries again next time"}),
]
Report = Annotated[
    Literal["names", "values", "items"],
    ValueMeanings(
        {
            "names": "a list of the changed fields, such as settings.waiting_room",
            "values": "an object: each changed field with its old and its new value",
            "items": "a list of the IDs of the changed items",
        }
    ),
]


class PayloadFieldModel(SpecModel):
    """Describe one field of the event that a trigger emits."""

    type: Literal["string", "integer", "number", "boolean", "object", "string[]", "object[]"] = Field(
        description="The JSON type of the value.", examples=["string[]"]
    )
    required: bool | None = Field(None, description="Whether every event has the field.", examples=[True])
    comments: str | None = Field(None, description="What the field means.", examples=["Fields that changed."])


class PollInputModel(SpecModel):
    """Describe where the value of an action's input comes from. The first of these keys with a value wins."""

    setting: str | None = Field(None, description="The input of the trigger that holds the value.", examples=["userId"])
    today: DayPart | None = Field(
        None,
        description="A part of the date of the poll, in UTC. With `lookback`, earlier days are requested too.",
        examples=["month"],
    )
    value: Any = Field(None, description="A constant value.", examples=["download_access_token"])
    when: str | None = Field(
        None,
        description="A boolean input of the trigger. The value is sent only while it is true.",
        examples=["includeDownloadToken"],
    )


class SpanModel(SpecModel):
    """Describe the two inputs that restrict a list to a range of days, from the last poll to today."""

    first: str = Field(description="The input for the first day.", examples=["from"])
    last: str = Field(description="The input for the last day.", examples=["to"])
    days: int | None = Field(
        None,
        ge=1,
        description="The largest number of days in one call. Without it, the action splits the range where it has to.",
        examples=[30],
    )


class NewItemsModel(SpecModel):
    """Describe a list in which the trigger looks for new items."""

    identity: list[Dotted] = Field(
        min_length=1,
        description="The fields that together identify an item.",
        examples=[["user_id", "join_time"]],
    )


class SnapshotListModel(SpecModel):
    """Describe how a list in a snapshot is compared, item by item."""

    by: str = Field(description="The field that identifies an item of the list.", examples=["occurrence_id"])
    ignoreRemoved: bool | None = Field(
        None, description="Whether a removed item is not a change; false by default.", examples=[True]
    )


class SnapshotModel(SpecModel):
    """Describe an object whose fields are compared with those of the previous poll."""

    identity: list[Dotted] = Field(
        default_factory=list,
        description="The fields that identify the object. If they change, it is a different object.",
        examples=[["uuid"]],
    )
    compare: list[Dotted] = Field(
        default_factory=list,
        description="The fields to compare, with everything in them; every field by default.",
        examples=[["topic", "settings"]],
    )
    ignore: list[Dotted] = Field(
        default_factory=list,
        description="Fields that change by themselves. They are never compared.",
        examples=[["start_url", "recording_files.play_url"]],
    )
    lists: dict[Dotted, SnapshotListModel] = Field(
        default_factory=dict,
        description="Lists of objects that are compared item by item. Other lists are compared as one value.",
        examples=[{"recording_files": {"by": "id"}}],
    )


class ChangesModel(SpecModel):
    """Describe how an event reports its changes."""

    field: str = Field(description="The field of the payload that holds the changes.", examples=["changed_fields"])
    report: Report = Field(description="The form of the changes.", examples=["names"])


class EventTypeModel(SpecModel):
    """Describe one type of event and its conditions. The first type whose conditions all hold is used."""

    event: str = Field(description="The value of `event_type` in the payload.", examples=["recording_added"])
    first: bool | None = Field(
        None, description="true: the condition holds when there was no earlier state.", examples=[True]
    )
    added: list[Dotted] | None = Field(
        None,
        min_length=1,
        description="The condition holds when an item was added to one of these lists.",
        examples=[["recording_files"]],
    )
    changedTo: dict[Dotted, Any] | None = Field(
        None,
        description="The condition holds when one of these fields changed to this value.",
        examples=[{"recording_files.status": "completed"}],
    )
    onlyFields: list[Dotted] | None = Field(
        None,
        min_length=1,
        description="The condition holds when nothing outside these fields changed.",
        examples=[["settings"]],
    )


class PollModel(SpecModel):
    """Describe the action that a poll runs, what the poll looks for, and what it emits."""

    action: str = Field(description="The action to run. Its effect has to be read.", examples=["listMeetings"])
    inputs: dict[Key, PollInputModel] = Field(
        default_factory=dict,
        description="Where the inputs of the action come from, by key.",
        examples=[{"userId": {"setting": "userId"}}],
    )
    pageSize: str | None = Field(
        None, description="The input of the trigger that holds the page size.", examples=["pageSize"]
    )
    onMissing: OnMissing = Field(
        "fail", description="What happens when Zoom answers that the object does not exist.", examples=["wait"]
    )
    lookback: int = Field(
        0, ge=0, le=366, description="The number of days before the last poll to request again.", examples=[7]
    )
    span: SpanModel | None = Field(
        None,
        description="Restricts a list to the days since the last poll.",
        examples=[{"first": "from", "last": "to"}],
    )
    items: NewItemsModel | None = Field(
        None,
        description="Looks for new items in the list that the action returns.",
        examples=[{"identity": ["uuid"]}],
    )
    snapshot: SnapshotModel | None = Field(
        None,
        description="Looks for changes in the object that the action returns.",
        examples=[{"ignore": ["start_url"]}],
    )
    payloadKey: str | None = Field(
        None,
        description="The field of the payload that holds the item or object. By default, the item is the payload.",
        examples=["meeting"],
    )
    changes: ChangesModel | None = Field(
        None,
        description="Adds the changes to the payload.",
        examples=[{"field": "changed_fields", "report": "names"}],
    )
    types: list[EventTypeModel] = Field(
        default_factory=list,
        description="The types of events, in the order in which they are tried.",
        examples=[[{"event": "meeting_created"}]],
    )


class TriggerFile(SpecModel):
    """Describe a trigger: triggers/<key>.yaml."""

    key: Key = Field(description=FILE_KEY, examples=["webhookReceiver"])
    slug: str | None = Field(None, description=SLUG, examples=["NEW_GROUP_TRIGGER"])
    label: str = Field(description=FILE_LABEL, examples=["Webhook"])
    description: str = Field(
        description="What the trigger receives or looks for, on one line.", examples=["Receive events"]
    )
    inputs: dict[Key, InputModel] = Field(
        default_factory=dict,
        description="The settings of the trigger, by key.",
        examples=[{"webhookSecretToken": {"label": "Secret Token", "required": True}}],
    )
    payload: dict[str, PayloadFieldModel] = Field(
        default_factory=dict,
        description="The fields of an event.",
        examples=[{"meeting": {"type": "object", "required": True}}],
    )
    poll: PollModel | None = Field(
        None,
        description="What a polling trigger requests from Zoom at each poll.",
        examples=[{"action": "listMeetings", "inputs": {"userId": {"value": "me"}}, "items": {"identity": ["id"]}}],
    )
    branches: list[str] = Field(
        default_factory=list,
        description="The branches that a webhook request can take.",
        examples=[["Notification", "URL Verify"]],
    )
    notes: str | None = Field(
        None,
        description="Markdown that explains how to set up the trigger.",
        examples=["Turn on Event Subscriptions."],
    )
