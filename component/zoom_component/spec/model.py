"""Define the keys of action, connection and shared-input files as frozen models.

Each field carries the meaning and an example of its key: the JSON Schemas under spec/ and the tables of
spec/README.md are made from these models alone. Pydantic is imported to check files, never to run an action.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

__all__ = [
    "ActionFile",
    "ConnectionFile",
    "ExampleModel",
    "ExpectedRequestModel",
    "InputModel",
    "Key",
    "SharedInputsFile",
    "SpecModel",
    "ValueMeanings",
]


class ValueMeanings:
    """Hold what each value of a closed list means; editors show it from `enumDescriptions`."""

    def __init__(self, meanings: Mapping[str, str]) -> None:
        self.meanings = meanings

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core_schema)
        return {**schema, "enumDescriptions": [self.meanings[value] for value in schema["enum"]]}


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
        "instant",
        "meeting",
        "time-zone",
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
            "instant": "a date and a time with an offset, sent in UTC with Z",
            "meeting": "a meeting or webinar number (spaces are allowed), a join link, or a UUID",
            "time-zone": "a time zone name, such as Europe/Berlin",
            "url": "a URL",
            "year-month": "a month, such as 2026-05",
        }
    ),
]
Effect = Annotated[
    Literal["read", "create", "update", "delete", "any"],
    ValueMeanings(
        {
            "read": "changes nothing; defaults apply",
            "create": "creates something; defaults apply",
            "update": "changes something; sends only the inputs of the call, without defaults",
            "delete": "deletes something; sends only the inputs of the call, without defaults",
            "any": "depends on the inputs, as with a raw request",
        }
    ),
]
Grant = Annotated[
    Literal["authorization_code", "account_credentials"],
    ValueMeanings(
        {
            "authorization_code": "a user allows the app on a consent page; tokens are refreshed",
            "account_credentials": "the app acts for its own account, without a user",
        }
    ),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$")]
Target = Annotated[
    str,
    StringConstraints(
        pattern=r"^(path|query|body|header|none|(path|query|header)\.[^.\s]+|body(\.[A-Za-z0-9_]+)*(\.\*)?)$"
    ),
]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

FILE_KEY = "The name that callers use. The file has the same name."
FILE_LABEL = "The name that a designer shows."
SLUG = "The name in the toolkit catalogue. Callers can use it in place of the key."
NOTES = "Markdown that the documentation shows."


class SpecModel(BaseModel):
    """Refuse unknown keys, and never change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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


class ToolkitActionModel(SpecModel):
    """Describe where the toolkit catalogue differs from the action and the facts of its operation."""

    rateLimit: Literal["LIGHT", "MEDIUM", "HEAVY", "none"] | None = Field(
        None, description="The rate limit label in the catalogue.", examples=["MEDIUM"]
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
        description="The allowed values: value to label.",
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
    warning: str | None = Field(
        None,
        description="A warning that a call returns when the value is a bare number.",
        examples=["A number selects the latest instance."],
    )
    toolkit: ToolkitInputModel | None = Field(
        None, description="What differs in the toolkit catalogue.", examples=[{"type": "integer"}]
    )


class RequestModel(SpecModel):
    """Describe the request of an action."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(description="The HTTP method.", examples=["PATCH"])
    path: Annotated[str, StringConstraints(pattern=r"^/[^?#\s]*$")] = Field(
        description="The path below the base URL. An input with `target: path.name` fills each `{name}`.",
        examples=["/meetings/{meetingId}"],
    )


class PagesModel(SpecModel):
    """Describe how a list is paged. What is left out comes from the facts of the operation."""

    items: str = Field(description="The field of the response that holds the items.", examples=["users"])
    pageSize: int | None = Field(
        None, ge=1, description="The number of items to request per page; maxPageSize by default.", examples=[300]
    )
    maxPageSize: int | None = Field(
        None,
        ge=1,
        description="The largest page size that the operation allows, where the facts do not have it.",
        examples=[2000],
    )


class RuleModel(SpecModel):
    """Describe a rule across inputs."""

    use: str | None = Field(
        None,
        description="The name of a shared rule in _inputs.yaml. It replaces the keys below.",
        examples=["weeklyNeedsDays"],
    )
    inputs: list[str] | None = Field(
        None, min_length=1, description="The inputs that the message is about.", examples=[["weeklyDay"]]
    )
    json_schema: dict[str, Any] | None = Field(
        None,
        alias="schema",
        description="A JSON Schema that the object of all inputs has to match.",
        examples=[{"required": ["weeklyDay"]}],
    )
    message: str | None = Field(
        None,
        description="What is wrong and what to do, in whole sentences.",
        examples=["A weekly meeting needs its days. Give Weekly Day."],
    )


class MergeModel(SpecModel):
    """Describe an update that can read the current state first and merge the inputs into it."""

    read: str = Field(
        description="The path to read first, with the placeholders of the request.",
        examples=["/meetings/{meetingId}"],
    )
    groups: list[str] = Field(
        min_length=1,
        description="The objects of the body that are merged with the current state.",
        examples=[["recurrence"]],
    )


class DailyQuotaModel(SpecModel):
    """Describe a daily quota, counted on this machine until 00:00 UTC."""

    name: str = Field(
        description="The name of the counter. Actions with the same name share it.", examples=["hostMeetings"]
    )
    limit: int = Field(ge=1, description="The number of calls per day.", examples=[100])
    per: list[str] = Field(
        min_length=1,
        description="The inputs that identify a counter: each combination of values has its own.",
        examples=[["userId"]],
    )


class ExpectedRequestModel(SpecModel):
    """Describe the first request of an example, without the headers of the connection."""

    method: str = Field(description="The HTTP method.", examples=["POST"])
    path: str = Field(
        description="The path with every placeholder filled in and escaped.", examples=["/users/me/meetings"]
    )
    query: dict[str, str | list[str]] = Field(
        default_factory=dict, description="The query; every value is text.", examples=[{"page_size": "300"}]
    )
    body: Any = Field(None, description="The exact JSON body.", examples=[{"settings": {"host_video": False}}])


class ExampleModel(SpecModel):
    """Describe an example: inputs, the request, the response and the result. Each example runs as a test."""

    name: str | None = Field(None, description="A short title.", examples=["The topic alone"])
    inputs: dict[str, Any] = Field(
        description="The inputs as a user types them: text.", examples=[{"userId": "me", "hostVideo": "false"}]
    )
    sends: ExpectedRequestModel = Field(
        description="The first request that the action sends.", examples=[{"method": "GET", "path": "/users/me"}]
    )
    answer: Any = Field(
        None,
        description="The body of the response; by default, a successful response of the operation.",
        examples=[{"id": "abc"}],
    )
    status: int | None = Field(
        None,
        ge=200,
        le=299,
        description="The status of the response; by default, the operation's first successful status.",
        examples=[201],
    )
    result: Any = Field(None, description="The `data` of the result.", examples=[{"id": "abc"}])


class SunsetModel(SpecModel):
    """Describe when an operation ends and what replaces it."""

    date: Day | None = Field(
        None, description="The first day on which the operation no longer answers.", examples=["2027-01-31"]
    )
    replacement: str | None = Field(None, description="What to use instead.", examples=["listTeams"])


class ActionFile(SpecModel):
    """Describe an action: actions/<resource>/<key>.yaml."""

    key: Key = Field(description=FILE_KEY, examples=["listGroups"])
    slug: Slug | None = Field(None, description=SLUG, examples=["APP_LIST_GROUPS"])
    label: str = Field(description=FILE_LABEL, examples=["List Groups"])
    description: str = Field(
        description="What the action does, in the imperative, on one line.",
        examples=["List the groups of the account"],
    )
    effect: Effect = Field(
        description="What the action does to Zoom. Retries, defaults and safety hints follow from it.",
        examples=["read"],
    )
    operation: str | None = Field(
        None,
        description="The ID of the operation in spec/zoom, which has the scopes, rate limit label and error codes.",
        examples=["groups"],
    )
    request: RequestModel | None = Field(
        None,
        description="The method and path of the request. Required for the handler `http`.",
        examples=[{"method": "GET", "path": "/groups"}],
    )
    handler: Literal["http", "rawRequest"] = Field(
        "http", description="The code that makes the requests: `http` for nearly every action.", examples=["http"]
    )
    documents: list[Literal["current", "older", "catalogue"]] = Field(
        default_factory=list,
        description="The documents that have the action. Leave it out for an action of your own.",
        examples=[["current"]],
    )
    plan: str | None = Field(
        None, description="The plan, license or add-on that Zoom requires.", examples=["Pro or above."]
    )
    sunset: SunsetModel | None = Field(
        None,
        description="When a deprecated operation ends, if the facts do not have the date.",
        examples=[{"date": "2027-01-31", "replacement": "listTeams"}],
    )
    inputs: dict[Key, InputModel] = Field(
        default_factory=dict,
        description="The inputs of the action, by key.",
        examples=[{"topic": {"label": "Topic", "target": "body"}}],
    )
    rules: list[RuleModel] = Field(
        default_factory=list,
        description="Rules across inputs, checked before any request.",
        examples=[[{"inputs": ["to"], "schema": {"required": ["to"]}, "message": "Give To."}]],
    )
    pages: PagesModel | None = Field(
        None,
        description="How the list is paged, for an action that returns a list in pages.",
        examples=[{"items": "users"}],
    )
    merge: MergeModel | None = Field(
        None,
        description="Lets a caller read the current state first and merge the inputs into it.",
        examples=[{"read": "/meetings/{meetingId}", "groups": ["recurrence"]}],
    )
    dailyQuota: DailyQuotaModel | None = Field(
        None,
        description="A daily quota. Calls above it are refused without a request.",
        examples=[{"name": "hostMeetings", "limit": 100, "per": ["userId"]}],
    )
    notes: str | None = Field(
        None,
        description="Markdown that the documentation shows below the inputs.",
        examples=["Rooms are not listed."],
    )
    toolkit: ToolkitActionModel | None = Field(
        None, description="What differs in the toolkit catalogue.", examples=[{"rateLimit": "none"}]
    )
    examplePayload: Any = Field(
        None, description="An example of a whole result, with `data` around it.", examples=[{"data": {"groups": []}}]
    )
    examples: list[ExampleModel] = Field(
        default_factory=list,
        description="Calls that run as tests and that the documentation shows.",
        examples=[[{"inputs": {}, "sends": {"method": "GET", "path": "/groups"}}]],
    )


class SharedInputsFile(SpecModel):
    """Describe the inputs that several actions use: actions/_inputs.yaml, or _inputs.yaml in a resource's folder."""

    everyAction: list[str] = Field(
        default_factory=list,
        description="Shared inputs that every action below this folder has.",
        examples=[["connection"]],
    )
    inputs: dict[Key, InputModel] = Field(
        default_factory=dict,
        description="Inputs by key, for `use` in this folder and the folders below.",
        examples=[{"userId": {"label": "User Id", "target": "path"}}],
    )
    rules: dict[Key, RuleModel] = Field(
        default_factory=dict,
        description="Rules by name, for `use` in this folder and the folders below.",
        examples=[
            {
                "toNeedsFrom": {
                    "inputs": ["to"],
                    "schema": {"dependentRequired": {"to": ["from"]}},
                    "message": "Give From too.",
                }
            }
        ],
    )


class ConnectionFile(SpecModel):
    """Describe a kind of connection: connections/<key>.yaml."""

    key: Key = Field(description=FILE_KEY, examples=["oauth"])
    label: str = Field(description=FILE_LABEL, examples=["OAuth 2.0"])
    description: str = Field(
        description="On whose behalf the connection acts, on one line.",
        examples=["Acts for the user who allows the app"],
    )
    grant: Grant = Field(description="The OAuth grant that issues the tokens.", examples=["authorization_code"])
    pkce: Literal["S256", "plain"] | None = Field(
        None, description="The PKCE code challenge method; no PKCE by default.", examples=["S256"]
    )
    inputs: dict[Key, InputModel] = Field(
        description="The fields of the connection, by key.",
        examples=[{"clientSecret": {"label": "Client Secret", "type": "password", "required": True}}],
    )
    notes: str | None = Field(
        None,
        description="Markdown that explains how to set up the app.",
        examples=["Copy both values from the app's page."],
    )
