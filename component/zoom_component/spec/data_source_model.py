"""Define the keys of a data source file as frozen models: the list that it offers and the labels of its items."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from zoom_component.spec.input_model import InputModel
from zoom_component.spec.model_types import FILE_LABEL, NOTES, Key, SpecModel
from zoom_component.spec.trigger_model import Dotted

__all__ = ["DataSourceFile"]


class LabelFieldModel(SpecModel):
    """Describe how a field of an item is written in a label; unchanged by default."""

    dateTime: bool | None = Field(
        None, description="Whether the field is a date-time. The label shows its date and time.", examples=[True]
    )
    timeZone: Dotted | None = Field(
        None, description="The field of the item that holds the time zone; UTC by default.", examples=["timezone"]
    )
    maxLength: int | None = Field(
        None, ge=1, description="The number of characters to show. Dots replace the rest.", examples=[50]
    )
    humanize: bool | None = Field(None, description="Whether underscores are shown as spaces.", examples=[True])


class OfferedListModel(SpecModel):
    """Describe a list of the response whose items are offered."""

    items: str = Field(description="The field of the response that holds the list.", examples=["groups"])
    value: list[Dotted] = Field(
        min_length=1,
        description="The field that holds the value, as text. If it is empty, the next one is used.",
        examples=[["id", "user_id"]],
    )
    valueWhen: dict[Key, list[Dotted]] = Field(
        default_factory=dict,
        description="The fields that hold the value while this input of the data source is true.",
        examples=[{"returnId": ["id"]}],
    )
    label: list[str] = Field(
        min_length=1,
        description="The text that users read: `{field}` stands for a field, `{#}` for the number of the item, and "
        "[a part in brackets] is left out when a field in it is empty. If every field outside brackets is empty, the "
        "next label is used.",
        examples=[["{first_name} {last_name}[ ({email})]", "{email}"]],
    )
    documentedLabel: list[str] = Field(
        default_factory=list,
        description="The label in the component document, where ours shows more.",
        examples=[["{first_name} {last_name}", "{email}"]],
    )
    fields: dict[Dotted, LabelFieldModel] = Field(
        default_factory=dict,
        description="How fields are written in the labels.",
        examples=[{"message": {"maxLength": 50}}],
    )


class SearchModel(SpecModel):
    """Describe the search of the action. Without it, a search looks through the labels."""

    input: str = Field(description="The input of the action for the search text.", examples=["searchKey"])
    actionInputs: dict[Key, Any] = Field(
        default_factory=dict,
        description="Further inputs of the action during a search.",
        examples=[{"searchType": "message"}],
    )


class DataSourceFile(SpecModel):
    """Describe a data source: sources/<key>.yaml."""

    key: Key = Field(
        description="The name that inputs and callers use. The file has the same name.", examples=["selectGroup"]
    )
    label: str = Field(description=FILE_LABEL, examples=["Select Group"])
    description: str = Field(
        description="What the data source lists, on one line.", examples=["The groups of the account"]
    )
    inputs: dict[Key, InputModel] = Field(
        default_factory=dict,
        description="The inputs of the data source, by key. Those that the action has too are passed to it.",
        examples=[{"userId": {"label": "User Id", "required": True, "dataSource": "selectUser"}}],
    )
    action: str = Field(description="The action to run. Its effect has to be read.", examples=["listGroups"])
    actionInputs: dict[Key, Any] = Field(
        default_factory=dict, description="Further inputs of the action.", examples=[{"status": "active"}]
    )
    search: SearchModel | None = Field(
        None, description="The search of the action, if it has one.", examples=[{"input": "searchKey"}]
    )
    lists: list[OfferedListModel] = Field(
        min_length=1,
        description="The lists to offer, one after the other.",
        examples=[[{"items": "groups", "value": ["id"], "label": ["{name}"]}]],
    )
    notes: str | None = Field(None, description=NOTES, examples=["Rooms are not offered."])
