"""The words that authors may write, as frozen models: the one source of the JSON Schemas under spec/.

Pydantic is imported here and nowhere on the way of a run.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["ActionFile", "ConnectionFile", "ExampleModel", "InputModel", "SharedInputsFile"]

InputType = Literal[
    "string", "text", "password", "boolean", "code", "data", "date", "timestamp", "connection", "template"
]
WireType = Literal[
    "string", "integer", "number", "boolean", "json", "object", "list", "strings", "commas", "pairs", "anything"
]
Format = Literal[
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
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$")]
Target = Annotated[
    str,
    StringConstraints(
        pattern=r"^(path|query|body|header|nowhere|(path|query|header)\.[^.\s]+|body(\.[A-Za-z0-9_]+)*(\.\*)?)$"
    ),
]


class SpecModel(BaseModel):
    """Every model refuses words it does not know, and never changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ListItemModel(SpecModel):
    """What each item of a comma list has to be."""

    sends: Literal["string", "integer"] = "string"
    minimum: int | None = None
    maximum: int | None = None
    model: dict[str, str] | None = None
    pattern: str | None = None


class ToolkitInputModel(SpecModel):
    """Where the toolkit catalogue tells an input otherwise than its other words do."""

    listed: bool | None = Field(None, description="false: the catalogue does not have it.")
    required: bool | None = Field(None, description="Whether the catalogue's tool can do without it.")
    type: Literal["string", "integer", "number", "boolean", "object", "string[]", "object[]"] | None = Field(
        None, description="The type that the catalogue names."
    )
    choices: Literal["closed", "told", "untold"] | None = Field(
        None, alias="model", description="Whether it names the choices as the only ones, in passing, or not at all."
    )
    values: list[str] | None = Field(None, min_length=1, description="The choices that it names, where they differ.")
    format: Literal["email", "date-time", "none"] | None = Field(None, description="The format that it names.")


class ToolkitActionModel(SpecModel):
    """Where the toolkit catalogue tells an action otherwise than its other words and the facts do."""

    rateLimit: Literal["LIGHT", "MEDIUM", "HEAVY", "none"] | None = Field(
        None, description="The rate label that it names."
    )


class InputModel(SpecModel):
    """One input. The first block are the platform's words, the second are ours."""

    label: str | None = Field(None, description="What a form shows above the field.")
    type: InputType = Field("string", description="The kind of field a form draws.")
    collection: Literal["valuelist", "keyvaluelist"] | None = Field(None, description="A list of values, or of pairs.")
    required: bool | None = Field(None, description="Whether the action can do without it.")
    shown: bool | None = Field(None, description="false hides it from forms.")
    default: Any = Field(None, description="Applied when the input is absent, on creates and reads only.")
    example: Any = Field(None, description="A value as a person would type it.")
    placeholder: str | None = Field(None, description="Grey text in an empty field.")
    comments: str | None = Field(None, description="What the value means, for the person who fills it in.")
    choices: dict[str, str] | None = Field(None, alias="model", description="The closed list: value to label.")
    dataSource: str | None = Field(None, description="The pick list that offers values.")
    language: str | None = Field(None, description="The language of a code field.")

    use: str | None = Field(None, description="Take the words of a shared input from _inputs.yaml; words here win.")
    send: Target | None = Field(
        None, description="Where it goes: path, query.name, body.a.b, body.a.* (merged) or header.Name."
    )
    sends: WireType | None = Field(None, description="What it is on the wire; text is turned into it, or refused.")
    scaffold: Any = Field(None, description="What an editor shows to start from. Never sent.")
    advanced: bool | None = Field(None, description="Shown apart, after the documented inputs.")
    format: Format | None = Field(None, description="The form that a text has to have.")
    pattern: str | None = Field(None, description="A regular expression that the whole text has to match.")
    minLength: int | None = Field(None, ge=0)
    maxLength: int | None = Field(None, ge=0)
    minimum: int | None = None
    maximum: int | None = None
    each: ListItemModel | None = Field(None, description="What each item of a list has to be.")
    along: str | None = Field(None, description="Sent only together with this input; given without it, refused.")
    unless: str | None = Field(
        None, description="Contradicts this input: the default steps back, both together are refused."
    )
    zone: str | None = Field(None, description="The input that holds the time zone of this date-time.")
    after: str | None = Field(None, description="This date or time may not lie before that input's.")
    caution: str | None = Field(
        None, description="A sentence that is said, not refused, when the value is a bare number."
    )
    toolkit: ToolkitInputModel | None = Field(None, description="What the toolkit catalogue tells otherwise.")


class RequestModel(SpecModel):
    """The request an action makes."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, StringConstraints(pattern=r"^/[^?#\s]*$")]


class PagesModel(SpecModel):
    """How a list goes on. What is left out comes from the facts of the operation."""

    items: str = Field(description="The field of an answer that holds the items.")
    size: int | None = Field(
        None, ge=1, description="Items asked for at a time; the most that the operation allows unless said."
    )
    most: int | None = Field(None, ge=1, description="The most that the operation allows, where the facts do not say.")


class RuleModel(SpecModel):
    """A rule across inputs: a JSON Schema over what the inputs came to, and the sentence that is said when it fails."""

    use: str | None = Field(None, description="Take a shared rule from _inputs.yaml, in place of the words below.")
    inputs: list[str] | None = Field(None, min_length=1, description="The inputs that the sentence is about.")
    accepts: dict[str, Any] | None = Field(
        None, description="A JSON Schema that the inputs, as an object, have to meet."
    )
    message: str | None = Field(None, description="What is wrong and what to do, in a sentence.")


class MergeModel(SpecModel):
    """Read, merge, write: which path to read first, and which groups of the body are laid over what was read."""

    read: str
    groups: list[str] = Field(min_length=1)


class DailyQuotaModel(SpecModel):
    """A day's allowance, counted on this machine until 00:00 UTC."""

    name: str = Field(description="Actions with one name share the count.")
    limit: int = Field(ge=1)
    per: list[str] = Field(min_length=1, description="The inputs whose values together make up one count.")


class ExpectedRequestModel(SpecModel):
    """What an example has to send: the first request, without the connection's part."""

    method: str
    path: str
    query: dict[str, str | list[str]] = Field(default_factory=dict)
    body: Any = None


class ExampleModel(SpecModel):
    """One example: inputs, what is sent, what comes back, what the result is. Each runs as a test."""

    name: str | None = None
    inputs: dict[str, Any]
    sends: ExpectedRequestModel
    answer: Any = Field(None, description="The body that comes back; a success of the operation when left out.")
    status: int | None = Field(None, ge=200, le=299)
    result: Any = Field(None, description="What `data` is then.")


class SunsetModel(SpecModel):
    """When an operation ends, and what takes its place."""

    ends: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = Field(
        None, description="The day from which on it does not answer any more."
    )
    instead: str | None = Field(None, description="What to use in its place.")


class ActionFile(SpecModel):
    """One action: actions/<resource>/<key>.yaml."""

    key: Key
    slug: Slug | None = Field(None, description="What the toolkit catalogue calls it; it is understood as a key, too.")
    label: str
    description: str
    effect: Literal["read", "create", "update", "delete", "any"] = Field(
        description="What it does to Zoom: retries, defaults and safety hints follow from it."
    )
    operation: str | None = Field(
        None, description="The operation's id in spec/zoom: scopes, rate label, codes come from there."
    )
    request: RequestModel | None = None
    handler: Literal["http", "rawRequest"] = "http"
    documents: list[Literal["current", "older", "catalogue"]] = Field(default_factory=list)
    plan: str | None = Field(None, description="The plan, licence or add-on that Zoom wants.")
    sunset: SunsetModel | None = Field(
        None, description="Says that the operation is deprecated, where more is known than the facts tell."
    )
    inputs: dict[Key, InputModel] = Field(default_factory=dict)
    rules: list[RuleModel] = Field(default_factory=list)
    pages: PagesModel | None = None
    merge: MergeModel | None = None
    daily: DailyQuotaModel | None = None
    notes: str | None = None
    toolkit: ToolkitActionModel | None = Field(None, description="What the toolkit catalogue tells otherwise of it.")
    examplePayload: Any = None
    examples: list[ExampleModel] = Field(default_factory=list)


class SharedInputsFile(SpecModel):
    """Inputs that several actions use: actions/_inputs.yaml, or _inputs.yaml in a resource's folder."""

    every: list[str] = Field(default_factory=list, description="Inputs that every action below this folder has.")
    inputs: dict[Key, InputModel] = Field(default_factory=dict)
    rules: dict[Key, RuleModel] = Field(default_factory=dict, description="Rules that several actions use, by name.")


class ConnectionFile(SpecModel):
    """One kind of connection: connections/<key>.yaml."""

    key: Key
    label: str
    description: str
    grant: Literal["authorization_code", "account_credentials"]
    pkce: Literal["S256", "plain"] | None = None
    inputs: dict[Key, InputModel]
    notes: str | None = None
