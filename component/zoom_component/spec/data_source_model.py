"""The words of a data source's file, as frozen models: which list is offered, and how people recognise its items."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from zoom_component.spec.model import InputModel, Key, SpecModel
from zoom_component.spec.trigger_model import Dotted

__all__ = ["DataSourceFile"]


class LabelFieldModel(SpecModel):
    """How one field of an item stands in a label. Left out, it stands there as it is."""

    moment: bool | None = Field(None, description="It is a moment; the label tells its day and time.")
    zone: Dotted | None = Field(
        None, description="The field of the item that names the time zone to tell it in; without one it is UTC."
    )
    cut: int | None = Field(None, ge=1, description="How many characters of it are shown; dots stand for the rest.")
    plain: bool | None = Field(None, description="It is a word of the API: its underscores are shown as spaces.")


class OfferedListModel(SpecModel):
    """A list of the answer whose items are offered."""

    items: str = Field(description="The field of the answer that holds it.")
    value: list[Dotted] = Field(
        min_length=1,
        description="The field whose content is the value, as text; further ones stand in where it is empty.",
    )
    instead: dict[Key, list[Dotted]] = Field(
        default_factory=dict, description="The fields of the value while this input of the source is true."
    )
    label: list[str] = Field(
        min_length=1,
        description="What people read: text with `{field}`, with `{#}` for the item's number, and with [a part] that "
        "is left out where a field in it is empty. Where every field outside of such parts is empty, the next counts.",
    )
    documented: list[str] = Field(
        default_factory=list, description="The label of the component document, where ours tells more."
    )
    fields: dict[Dotted, LabelFieldModel] = Field(default_factory=dict, description="How fields stand in the labels.")


class SearchModel(SpecModel):
    """The action's own search, used in place of looking through the labels."""

    input: str = Field(description="The input of the action that takes the words.")
    given: dict[Key, Any] = Field(default_factory=dict, description="What else the action is given then.")


class DataSourceFile(SpecModel):
    """One data source: sources/<key>.yaml."""

    key: Key
    label: str
    description: str
    inputs: dict[Key, InputModel] = Field(default_factory=dict)
    action: str = Field(description="The action that is run. It has to be one that reads.")
    given: dict[Key, Any] = Field(
        default_factory=dict, description="What the action is given beside the inputs of the same name."
    )
    search: SearchModel | None = None
    lists: list[OfferedListModel] = Field(min_length=1, description="What is offered, one list after the other.")
    notes: str | None = None
