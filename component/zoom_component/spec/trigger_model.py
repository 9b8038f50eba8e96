"""The words of a trigger's file, as frozen models: what a webhook brings, and what is asked for again and again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from zoom_component.spec.model import InputModel, Key, SpecModel

__all__ = ["TriggerFile"]

Dotted = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]


class PayloadFieldModel(SpecModel):
    """One field of what a trigger emits."""

    type: Literal["string", "integer", "number", "boolean", "object", "string[]", "object[]"] = Field(
        description="The JSON type of its value."
    )
    required: bool | None = Field(None, description="Whether it is always there.")
    comments: str | None = Field(None, description="What it tells.")


class PollInputModel(SpecModel):
    """Where the value of an action's input comes from: the first of these words that has one decides."""

    setting: str | None = Field(None, description="The input of the trigger whose value it takes.")
    today: Literal["year", "month", "day"] | None = Field(
        None, description="A part of the day of the poll, in UTC; of days before too, as far as lookback says."
    )
    value: Any = Field(None, description="A value that is always the same.")
    when: str | None = Field(None, description="It is given only while this input of the trigger is true.")


class SpanModel(SpecModel):
    """The two inputs of an action that narrow a list to days. They are given the days since the last poll."""

    first: str = Field(description="The input that takes the first day.")
    last: str = Field(description="The input that takes the last day.")
    days: int = Field(ge=1, description="How many days one call may ask for; more are asked for in several.")


class NewItemsModel(SpecModel):
    """A list in which new items are looked for."""

    identity: list[Dotted] = Field(min_length=1, description="The fields that together tell one item from another.")


class SnapshotListModel(SpecModel):
    """How a list inside a snapshot is compared: item by item."""

    by: str = Field(description="The field that tells one item of the list from another.")
    gone: bool | None = Field(None, description="false: an item that is not there any more is no change.")


class SnapshotModel(SpecModel):
    """One object whose fields are compared with those of the poll before."""

    identity: list[Dotted] = Field(
        default_factory=list, description="The fields that tell whether it is still the same object, or another."
    )
    compare: list[Dotted] = Field(
        default_factory=list, description="The fields that count, with all that is in them; every field when left out."
    )
    ignore: list[Dotted] = Field(default_factory=list, description="Fields that change by themselves and never count.")
    lists: dict[Dotted, SnapshotListModel] = Field(
        default_factory=dict,
        description="Lists of objects that are compared item by item; others are one value.",
    )


class ChangesModel(SpecModel):
    """Where an event says what changed."""

    field: str = Field(description="The field of the payload.")
    tells: Literal["names", "values", "items"] = Field(description="What stands there.")


class EventTypeModel(SpecModel):
    """One type of event. The first whose words all hold is taken; one without words always holds."""

    event: str = Field(description="What stands in the payload's event_type.")
    first: bool | None = Field(None, description="true: there was nothing before.")
    added: list[Dotted] | None = Field(None, min_length=1, description="An item came into one of these lists.")
    becomes: dict[Dotted, Any] | None = Field(None, description="One of these fields has this value now, and had not.")
    only: list[Dotted] | None = Field(None, min_length=1, description="Nothing changed outside of these fields.")


class PollModel(SpecModel):
    """What is asked for at each poll, what is looked for in the answer, and what is emitted for it."""

    action: str = Field(description="The action that is run. It has to be one that reads.")
    given: dict[Key, PollInputModel] = Field(default_factory=dict, description="The action's inputs, by key.")
    pageSize: str | None = Field(None, description="The input of the trigger that says how many items a page has.")
    missing: Literal["fails", "waits"] = Field(
        "fails", description="What it means when Zoom answers that the thing is not there."
    )
    lookback: int = Field(0, ge=0, le=366, description="How many days before the last poll are asked for once more.")
    span: SpanModel | None = None
    items: NewItemsModel | None = None
    snapshot: SnapshotModel | None = None
    holds: str | None = Field(
        None, description="The field of the payload that holds what was found; left out, the payload is what was found."
    )
    changes: ChangesModel | None = None
    types: list[EventTypeModel] = Field(
        default_factory=list, description="The types of events, the one to try first first."
    )


class TriggerFile(SpecModel):
    """One trigger: triggers/<key>.yaml."""

    key: Key
    slug: str | None = Field(None, description="What the toolkit catalogue calls it; it is understood as a key, too.")
    label: str
    description: str
    inputs: dict[Key, InputModel] = Field(default_factory=dict)
    payload: dict[str, PayloadFieldModel] = Field(
        default_factory=dict, description="What an event of it holds, by field."
    )
    poll: PollModel | None = Field(None, description="Says that it asks Zoom again and again, and for what.")
    branches: list[str] = Field(default_factory=list)
    notes: str | None = None
