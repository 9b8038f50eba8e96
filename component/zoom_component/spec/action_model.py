"""Define the keys of an action file as frozen models.

Each field carries the meaning and an example of its key: the JSON Schemas under spec/ and the tables of
spec/README.md are made from these models alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from zoom_component.spec.input_model import InputModel
from zoom_component.spec.model_types import FILE_KEY, FILE_LABEL, SLUG, Day, Key, Slug, SpecModel, ValueMeanings
from zoom_component.spec.shared_inputs_model import RuleModel

__all__ = ["ActionFile", "ExampleModel", "ExpectedRequestModel"]

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


class ActionSpanModel(SpecModel):
    """Describe how much of a range of days or times one request covers, where the facts do not have it."""

    first: str = Field(description="The input that the range begins with.", examples=["from"])
    last: str = Field(description="The input that the range ends with.", examples=["to"])
    months: int | None = Field(
        None, ge=1, le=120, description="The largest number of calendar months in one request.", examples=[1]
    )
    days: int | None = Field(
        None, ge=1, le=3660, description="The largest number of days in one request.", examples=[7]
    )
    backMonths: int | None = Field(
        None, ge=1, le=120, description="The number of months before today that a range may begin with.", examples=[6]
    )
    backDays: int | None = Field(
        None, ge=1, le=3660, description="The number of days before today that a range may begin with.", examples=[7]
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


class SunsetModel(SpecModel):
    """Describe when an operation ends and what replaces it."""

    date: Day | None = Field(
        None, description="The first day on which the operation no longer answers.", examples=["2027-01-31"]
    )
    replacement: str | None = Field(None, description="What to use instead.", examples=["listTeams"])


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


class ToolkitActionModel(SpecModel):
    """Describe where the toolkit catalogue differs from the action and the facts of its operation."""

    rateLimit: Literal["LIGHT", "MEDIUM", "HEAVY", "none"] | None = Field(
        None, description="The rate limit label in the catalogue.", examples=["MEDIUM"]
    )


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
    span: ActionSpanModel | None = Field(
        None,
        description="How much of a range of time one request covers, if spec/zoom/spans.json does not have it.",
        examples=[{"first": "from", "last": "to", "days": 7}],
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
