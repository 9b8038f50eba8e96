"""Define the keys of an input as frozen models.

Each field carries the meaning and an example of its key: the JSON Schemas under spec/ and the tables of
spec/README.md are made from these models alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from zoom_component.spec.model_types import SpecModel, ValueMeanings

__all__ = ["InputModel"]

InputType = Annotated[
    Literal["string", "text", "password", "boolean", "code", "data", "date", "timestamp", "connection", "template"],
    ValueMeanings(
        {
            "string": "one line of text; numbers are typed as text too",
            "text": "several lines of text",
            "password": "text that is never displayed",
            "boolean": "a switch; true, false, yes, no, on, off, 1 and 0 are accepted",
            "code": "JSON in an editor",
            "data": "a file or its content",
            "date": "a date",
            "timestamp": "a date and a time",
            "connection": "the connection that the action uses",
            "template": "text with `{{#key}}` placeholders, for connections only",
        }
    ),
]
WireType = Annotated[
    Literal[
        "string",
        "integer",
        "number",
        "boolean",
        "json",
        "object",
        "array",
        "stringArray",
        "commaSeparated",
        "keyValueObject",
        "any",
    ],
    ValueMeanings(
        {
            "string": "a string",
            "integer": "an integer of any size",
            "number": "a number",
            "boolean": "true or false",
            "json": "any JSON value; text is parsed as JSON",
            "object": "a JSON object",
            "array": "a JSON array",
            "stringArray": "an array of strings; a comma-separated text is split",
            "commaSeparated": "one string with comma-separated values; a list is joined",
            "keyValueObject": "an object built from key-value pairs",
            "any": "any value, sent unchanged",
        }
    ),
]
Format = Annotated[
    Literal[
        "country",
        "date",
        "date-or-time",
        "date-time",
        "email",
        "id",
        "ids",
        "instant",
        "meeting",
        "phone",
        "time-zone",
        "token",
        "url",
        "year-month",
    ],
    ValueMeanings(
        {
            "country": "a country code of two letters",
            "date": "a date, such as 2026-05-17",
            "date-or-time": "a date, or a date and a time",
            "date-time": "a date and a time: with Z, with an offset, or local to `timeZone`",
            "email": "an email address",
            "id": "an ID; escaped wherever it is sent",
            "ids": "IDs or email addresses, separated by semicolons or commas",
            "instant": "a date and a time with an offset, sent in UTC with Z",
            "meeting": "a meeting or webinar number, a link or an invitation that names one, or a UUID",
            "phone": "a telephone number",
            "time-zone": "a time zone name, such as Europe/Berlin",
            "token": "an opaque token, such as that of a page",
            "url": "a URL",
            "year-month": "a month, such as 2026-05",
        }
    ),
]
Target = Annotated[
    str,
    StringConstraints(
        pattern=r"^(path|query|body|header|none|(path|query|header)\.[^.\s]+|body(\.[A-Za-z0-9_]+)*(\.\*)?)$"
    ),
]


class ListItemModel(SpecModel):
    """Describe each item of a list."""

    wireType: Literal["string", "integer"] = Field(
        "string", description="The JSON type of an item in the request.", examples=["integer"]
    )
    minimum: int | None = Field(None, description="The smallest value of an item.", examples=[1])
    maximum: int | None = Field(None, description="The largest value of an item.", examples=[7])
    model: dict[str, str] | None = Field(
        None,
        description="The allowed items: value to label.",
        examples=[{"US": "United States", "DE": "Germany"}],
    )
    pattern: str | None = Field(
        None, description="A regular expression that the whole item has to match.", examples=["[0-9]+"]
    )
    format: Literal["email", "id"] | None = Field(
        None,
        description="The format of an item that is text, or of the field `email` of an item that is an object.",
        examples=["id"],
    )


class ToolkitInputModel(SpecModel):
    """Describe where the toolkit catalogue differs from the other keys of an input."""

    listed: bool | None = Field(
        None, description="Whether the catalogue lists the input; true by default.", examples=[False]
    )
    required: bool | None = Field(None, description="Whether the input is required in the catalogue.", examples=[False])
    type: Literal["string", "integer", "number", "boolean", "object", "string[]", "object[]"] | None = Field(
        None, description="The type in the catalogue.", examples=["integer"]
    )
    choices: (
        Annotated[
            Literal["closed", "documented", "hidden"],
            ValueMeanings(
                {
                    "closed": "as an enum: no other value is allowed",
                    "documented": "as documented values: other values may be allowed",
                    "hidden": "not at all",
                }
            ),
        ]
        | None
    ) = Field(None, description="How the catalogue presents the choices of the input.", examples=["documented"])
    values: list[str] | None = Field(
        None, min_length=1, description="The choices in the catalogue, where they differ.", examples=[["1", "2"]]
    )
    format: Literal["email", "date-time", "none"] | None = Field(
        None, description="The format in the catalogue.", examples=["none"]
    )


class InputModel(SpecModel):
    """Describe one input. The first twelve keys are the platform's, the others are ours."""

    label: str | None = Field(None, description="The text that a form shows above the field.", examples=["Topic"])
    type: InputType = Field("string", description="The kind of field in a form.", examples=["boolean"])
    collection: Literal["valuelist", "keyvaluelist"] | None = Field(
        None, description="A list of values, or a list of key-value pairs.", examples=["valuelist"]
    )
    required: bool | None = Field(None, description="Whether the input is required.", examples=[True])
    shown: bool | None = Field(None, description="Whether forms show the input; true by default.", examples=[False])
    default: Any = Field(
        None,
        description="The value of an absent input. Applies to actions that create or read.",
        examples=["active"],
    )
    example: Any = Field(None, description="A value as a user types it.", examples=["Daily Meeting"])
    placeholder: str | None = Field(None, description="Gray text in an empty field.", examples=["Name of the meeting"])
    comments: str | None = Field(
        None, description="What the value means, for the user of the form.", examples=["The name of the meeting."]
    )
    choices: dict[str, str] | None = Field(
        None,
        alias="model",
        description="The allowed values: value to label. Callers may give either, in any case.",
        examples=[{"1": "Daily", "2": "Weekly"}],
    )
    dataSource: str | None = Field(
        None, description="The data source that lists the available values.", examples=["selectUser"]
    )
    language: str | None = Field(None, description="The language of a code field.", examples=["json"])

    use: str | None = Field(
        None,
        description="The name of a shared input in _inputs.yaml to copy keys from. Keys in this input override them.",
        examples=["userId"],
    )
    target: Target | None = Field(
        None,
        description="Where the value is sent: path, query.name, body.a.b, body.a.* (merged) or header.Name.",
        examples=["body.settings.host_video"],
    )
    wireType: WireType | None = Field(
        None,
        description="The type of the value in the request. Text is converted to it; text that does not fit is refused.",
        examples=["integer"],
    )
    template: Any = Field(
        None,
        description="A value that an editor shows as a starting point. It is never sent.",
        examples=[[{"field": "Region", "value": "West"}]],
    )
    advanced: bool | None = Field(
        None, description="Whether the input is listed apart, after the documented inputs.", examples=[True]
    )
    format: Format | None = Field(None, description="The format that a text has to have.", examples=["email"])
    pattern: str | None = Field(
        None, description="A regular expression that the whole text has to match.", examples=["[A-Z]{2}"]
    )
    minLength: int | None = Field(None, ge=0, description="The smallest number of characters.", examples=[8])
    maxLength: int | None = Field(None, ge=0, description="The largest number of characters.", examples=[2000])
    minimum: int | None = Field(None, description="The smallest value of a number.", examples=[1])
    maximum: int | None = Field(None, description="The largest value of a number.", examples=[31])
    items: ListItemModel | None = Field(
        None,
        description="The type and the limits of each item of a list.",
        examples=[{"wireType": "integer", "minimum": 1, "maximum": 7}],
    )
    dependsOn: str | None = Field(
        None,
        description="An input without which this one is refused. The default applies only together with it.",
        examples=["recurrence"],
    )
    conflictsWith: str | None = Field(
        None,
        description="An input that cannot be combined with this one. The default does not apply beside it.",
        examples=["endDateTime"],
    )
    timeZone: str | None = Field(
        None, description="The input that holds the time zone of this date-time.", examples=["timezone"]
    )
    notBefore: str | None = Field(
        None, description="An input whose date or time this one may not precede.", examples=["from"]
    )
    pastWarning: str | None = Field(
        None,
        description="What happens to a date-time in the past, as the end of the warning that a call returns then.",
        examples=["the meeting starts at once."],
    )
    warning: str | None = Field(
        None,
        description="A warning that a call returns when the value is a bare number.",
        examples=["A number selects the latest instance."],
    )
    toolkit: ToolkitInputModel | None = Field(
        None, description="What differs in the toolkit catalogue.", examples=[{"type": "integer"}]
    )
