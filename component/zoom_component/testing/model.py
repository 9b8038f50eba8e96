"""The words of a test spec and of a recording, as frozen models: the source of spec/test.schema.json."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, StringConstraints

from zoom_component.spec.model import ExpectedRequestModel, SpecModel

__all__ = ["RecordingModel", "TestSpecModel"]

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_CALLS: dict[str, JsonValue] = {"type": ["integer", "string", "array"]}
Name = Annotated[str, StringConstraints(pattern=r"^[^.\[\]{}$]+$")]


class FaultModel(SpecModel):
    """Something that goes wrong on the wire: which calls it hits, and what comes in place of Zoom's answer."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "*"] | None = Field(
        None, description="The method of the calls to hit; any method when left out."
    )
    path: str | None = Field(
        None,
        description="The path template of the calls to hit, such as /users/{userId} or /oauth/token; every call of the "
        "API when left out.",
    )
    calls: Any = Field(
        None,
        description="Which of them to hit, counted from 1, as 2 or 2-4 or a list of these; all when left out.",
        json_schema_extra=_CALLS,
    )
    status: int | None = Field(None, ge=100, le=599, description="The status that is answered in place of Zoom's.")
    body: Any = Field(None, description="The body that is answered: a text as it is, anything else as JSON.")
    headers: dict[str, str] | None = Field(None, description="The headers that are answered.")
    drop: bool | None = Field(None, description="true breaks the connection without an answer.")
    delay: float | None = Field(None, ge=0, description="Seconds until the answer; past the timeout, none comes.")
    retry_after: float | None = Field(None, ge=0, description="Seconds that a Retry-After header asks for.")
    retry_after_format: Literal["seconds", "date", "timestamp"] | None = Field(
        None, description="The format of that header."
    )
    html: bool | None = Field(None, description="true answers a page of HTML with 200.")
    truncate: bool | None = Field(None, description="true sends the first half of Zoom's own answer.")
    repeat_page: bool | None = Field(None, description="true gives the same next page token again.")
    revoke_token: bool | None = Field(None, description="true revokes the caller's token first.")
    probability: float | None = Field(None, ge=0, le=1, description="The share of calls to hit.")
    random_seed: int | None = Field(None, description="The same seed hits the same share.")


class SandboxModel(SpecModel):
    """How the embedded Zoom begins. Every spec file has one of its own."""

    seed: int = Field(0, description="The same seed gives the same ids and tokens in the same order.")
    clock: str | None = Field(None, description="The moment at which its clock stands, as 2026-03-10T11:00:00Z.")
    users: int = Field(0, ge=0, description="So many numbered people beside those that are always there.")
    faults: list[FaultModel] = Field(default_factory=list, description="Faults that last for the whole file.")


class StepErrorModel(SpecModel):
    """The error that a step has to end in. Only what is written is compared."""

    kind: str | None = Field(None, description="The kind of the error, such as not_found; docs/errors.md has them all.")
    code: int | str | None = Field(None, description="Zoom's code.")
    status: int | None = Field(None, description="The HTTP status.")
    message: str | None = Field(None, description="A part of what the error says.")


class StepRequestModel(SpecModel):
    """One request that a step has to send. Only what is written is compared."""

    method: Method | None = Field(None, description="The method.")
    path: str | None = Field(None, description="The path below the base URL, as it goes over the wire.")
    query: dict[str, str | list[str]] | None = Field(None, description="Query parameters that have to be there.")
    body: Any = Field(None, description="Fields that the JSON body has to hold.")


class StepEventModel(SpecModel):
    """One event that a step has to cause. Only what is written is compared."""

    event: str = Field(description="The name of the event, such as meeting.created.")
    payload: Any = Field(None, description="Fields that its payload has to hold.")


class ExpectationModel(SpecModel):
    """What a step has to come to. Without `error`, the step has to succeed."""

    result: Any = Field(None, description="A part of the result: what is written has to be there, more may be.")
    equals: Any = Field(None, description="The whole result.")
    json_schema: dict[str, Any] | bool | None = Field(
        None, alias="schema", description="A JSON Schema (2020-12) that the result has to meet."
    )
    paths: dict[str, Any] | None = Field(None, description="Single values by their path, such as users[0].email.")
    error: StepErrorModel | None = Field(None, description="The error that the step has to end in.")
    requests: list[StepRequestModel] | None = Field(
        None, description="The calls of the API that the step sends, in order and no others; [] for none."
    )
    tokens: int | None = Field(None, ge=0, description="How often the step asks for a token, first and again.")
    events: list[StepEventModel] | None = Field(
        None,
        description="The events that the embedded Zoom announces for the step, or that a poll emits, in order and no "
        "others.",
    )


class ActivityModel(SpecModel):
    """One thing that people do in Zoom's clients; every id is a meeting's or a webinar's."""

    start: str | None = Field(None, description="The meeting or webinar that begins.")
    join: str | None = Field(None, description="Where somebody comes in.")
    leave: str | None = Field(None, description="Where somebody leaves.")
    record: str | None = Field(None, description="What is recorded; the files are there once it has ended.")
    summarize: str | None = Field(None, description="What a summary is written of.")
    end: str | None = Field(None, description="What ends.")
    name: str | None = Field(None, description="Who joins or leaves.")
    email: str | None = Field(None, description="The e-mail address of who joins.")
    files: list[str] | None = Field(None, description="What is recorded: video, gallery, audio, transcript, chat.")
    overview: str | None = Field(None, description="What the summary says.")


class StepModel(SpecModel):
    """One step: an action that runs, a trigger that polls, or something that people do; and what has to come of it."""

    name: Name | None = Field(None, description="The name that ${name.path} of later steps takes its result by.")
    run: str | None = Field(None, description="The key of the action to run.")
    poll: str | None = Field(None, description="The key of the trigger that polls once.")
    play: list[ActivityModel] | None = Field(
        None,
        min_length=1,
        description="What people do on the embedded Zoom, one thing after the other, before anything is asked.",
    )
    restart: bool | None = Field(None, description="true polls as after a restart: only what is kept is known.")
    emitFirst: bool | None = Field(None, description="true has a first poll emit what is there.")
    inputs: dict[str, Any] = Field(
        default_factory=dict, description="The inputs of the action, or the settings of the trigger."
    )
    merge: bool | None = Field(None, description="true reads first and lays the inputs over what is there.")
    pageSize: int | None = Field(None, ge=1, description="Items of a list at a time.")
    advance: float | None = Field(None, ge=0, description="Seconds that pass on the embedded Zoom's clock before.")
    faults: list[FaultModel] = Field(default_factory=list, description="Faults that last for this step.")
    capture: dict[Name, str] = Field(
        default_factory=dict, description="Values of the result to keep: a name for ${name}, and the path to take."
    )
    expect: ExpectationModel | None = Field(None, description="What has to come of it; to succeed when left out.")


class TestSpecModel(SpecModel):
    """One test spec: a file that ends in .test.yaml."""

    name: str = Field(description="What the spec shows, in a line.")
    zoom: SandboxModel | None = Field(None, description="How the embedded Zoom begins.")
    steps: list[StepModel] = Field(min_length=1, description="The steps, one after the other; the first failure ends.")


class RecordedRequestModel(ExpectedRequestModel):
    """The request of a recorded exchange."""


class RecordedResponseModel(SpecModel):
    """The answer of a recorded exchange; `failed` where none came: connect, broken or timeout."""

    status: int | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    base64: bool | None = None
    failed: Literal["connect", "broken", "timeout"] | None = None


class RecordedExchangeModel(SpecModel):
    """One recorded exchange; `of` names the test spec it belongs to."""

    of: str | None = None
    request: RecordedRequestModel
    answer: RecordedResponseModel


class RecordingModel(SpecModel):
    """A recording: what was sent and what came back, in order, with every secret replaced."""

    exchanges: list[RecordedExchangeModel]
