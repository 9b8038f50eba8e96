"""Define the keys of a test spec and of a recording as frozen models.

spec/test.schema.json is generated from TestSpecModel.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, StringConstraints

from zoom_component.spec.action_model import ExpectedRequestModel
from zoom_component.spec.model_types import SpecModel

__all__ = ["RecordingModel", "TestSpecModel"]

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_CALLS: dict[str, JsonValue] = {"type": ["integer", "string", "array"]}
Name = Annotated[str, StringConstraints(pattern=r"^[^.\[\]{}$]+$")]


class FaultModel(SpecModel):
    """Define an injected fault: which calls of the API it hits, and what happens to them."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "*"] | None = Field(
        None, description="The method of the calls to hit; any method when omitted."
    )
    path: str | None = Field(
        None,
        description="The path template of the calls to hit, such as /users/{userId} or /oauth/token; every call of the "
        "API when omitted.",
    )
    calls: Any = Field(
        None,
        description="Which of these calls to hit, counted from 1: a number, a range such as 2-4, or a list of these. "
        "All when omitted.",
        json_schema_extra=_CALLS,
    )
    status: int | None = Field(None, ge=100, le=599, description="The status of the response.")
    body: Any = Field(None, description="The body of the response: a text as it is, any other value as JSON.")
    headers: dict[str, str] | None = Field(None, description="Headers of the response.")
    drop: bool | None = Field(None, description="true closes the connection without a response.")
    delay: float | None = Field(
        None, ge=0, description="Seconds until the response. A delay beyond the timeout means no response."
    )
    retry_after: float | None = Field(None, ge=0, description="Seconds for the Retry-After header of the response.")
    retry_after_format: Literal["seconds", "date", "timestamp"] | None = Field(
        None, description="The format of that header."
    )
    html: bool | None = Field(None, description="true responds with an HTML page and status 200.")
    truncate: bool | None = Field(None, description="true sends only the first half of the sandbox's own response.")
    repeat_page: bool | None = Field(None, description="true repeats the same next page token.")
    revoke_token: bool | None = Field(None, description="true revokes the token of the call first.")
    probability: float | None = Field(None, ge=0, le=1, description="The share of calls to hit.")
    random_seed: int | None = Field(None, description="The same seed hits the same calls.")


class SandboxModel(SpecModel):
    """Define the initial state of the sandbox. Each spec file has its own sandbox."""

    seed: int = Field(0, description="The same seed gives the same ids and tokens in the same order.")
    clock: str | None = Field(None, description="The start time of the sandbox's clock, such as 2026-03-10T11:00:00Z.")
    users: int = Field(0, ge=0, description="How many numbered users the account has besides the standard ones.")
    faults: list[FaultModel] = Field(default_factory=list, description="Injected faults for all steps.")


class StepErrorModel(SpecModel):
    """Define the expected error of a step. Only the given keys are compared."""

    kind: str | None = Field(None, description="The kind of the error, such as not_found; docs/errors.md lists them.")
    code: int | str | None = Field(None, description="Zoom's error code.")
    status: int | None = Field(None, description="The HTTP status.")
    message: str | None = Field(None, description="A part of the error message.")


class StepRequestModel(SpecModel):
    """Define one expected request of a step. Only the given keys are compared."""

    method: Method | None = Field(None, description="The method.")
    path: str | None = Field(None, description="The path below the base URL, as it is sent.")
    query: dict[str, str | list[str]] | None = Field(None, description="Query parameters that must be present.")
    body: Any = Field(None, description="Fields that the JSON body must contain.")


class StepEventModel(SpecModel):
    """Define one expected event of a step. Only the given keys are compared."""

    event: str = Field(description="The name of the event, such as meeting.created.")
    payload: Any = Field(None, description="Fields that its payload must contain.")


class ExpectationModel(SpecModel):
    """Define the expected outcome of a step. Without `error`, the step must succeed."""

    result: Any = Field(None, description="A part of the result. The result may contain more fields.")
    equals: Any = Field(None, description="The whole result.")
    json_schema: dict[str, Any] | bool | None = Field(
        None, alias="schema", description="A JSON Schema (2020-12) that the result must match."
    )
    paths: dict[str, Any] | None = Field(None, description="Single values by path, such as users[0].email.")
    error: StepErrorModel | None = Field(None, description="The error with which the step must fail.")
    requests: list[StepRequestModel] | None = Field(
        None, description="The API calls that the step must send, in order and no others; [] for none."
    )
    tokenRequests: int | None = Field(None, ge=0, description="How many tokens the step must request.")
    events: list[StepEventModel] | None = Field(
        None,
        description="The events that the sandbox must publish during the step, or that the poll must emit, in order "
        "and no others.",
    )


class ActivityModel(SpecModel):
    """Define one thing that people do in Zoom's clients. Every id is that of a meeting or webinar."""

    start: str | None = Field(None, description="The meeting or webinar that starts.")
    join: str | None = Field(None, description="The meeting or webinar that somebody joins.")
    leave: str | None = Field(None, description="The meeting or webinar that somebody leaves.")
    record: str | None = Field(None, description="The meeting or webinar to record; the files exist once it has ended.")
    summarize: str | None = Field(None, description="The meeting or webinar that gets a summary.")
    end: str | None = Field(None, description="The meeting or webinar that ends.")
    name: str | None = Field(None, description="The name of the participant who joins or leaves.")
    email: str | None = Field(None, description="The email address of the participant who joins.")
    files: list[str] | None = Field(None, description="The files to record: video, gallery, audio, transcript, chat.")
    overview: str | None = Field(None, description="The text of the summary.")


class StepModel(SpecModel):
    """Define one step: what to run, poll or simulate, and the expected outcome."""

    name: Name | None = Field(None, description="A name, so that later steps can refer to the result as ${name.path}.")
    run: str | None = Field(None, description="The key of the action to run.")
    poll: str | None = Field(None, description="The key of the trigger to poll once.")
    simulate: list[ActivityModel] | None = Field(
        None, min_length=1, description="What people do on the sandbox, in order, before the action or the poll."
    )
    restart: bool | None = Field(
        None, description="true polls as after a restart of the process: only the stored state is known."
    )
    emitFirst: bool | None = Field(None, description="true lets a first poll emit the existing items.")
    inputs: dict[str, Any] = Field(
        default_factory=dict, description="The inputs of the action, or the settings of the trigger."
    )
    merge: bool | None = Field(None, description="true merges the inputs into the current values.")
    pageSize: int | None = Field(None, ge=1, description="The number of items of a page.")
    advance: float | None = Field(None, ge=0, description="Seconds by which the sandbox's clock advances before.")
    faults: list[FaultModel] = Field(default_factory=list, description="Injected faults for this step.")
    capture: dict[Name, str] = Field(
        default_factory=dict, description="Values of the result to keep: a name for ${name}, and the value's path."
    )
    expect: ExpectationModel | None = Field(None, description="The expected outcome; success when omitted.")


class TestSpecModel(SpecModel):
    """Define a test spec: a file whose name ends in .test.yaml."""

    name: str = Field(description="What the spec shows, in one line.")
    sandbox: SandboxModel | None = Field(None, description="The initial state of the sandbox.")
    steps: list[StepModel] = Field(min_length=1, description="The steps in order. The first failure ends the spec.")


class RecordedRequestModel(ExpectedRequestModel):
    """Define the request of a recorded exchange."""


class RecordedResponseModel(SpecModel):
    """Define the response of a recorded exchange, or the `error` that came instead."""

    status: int | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    base64: bool | None = None
    error: Literal["connect", "broken", "timeout"] | None = None


class RecordedExchangeModel(SpecModel):
    """Define one recorded exchange; `spec` is the path of the test spec that it belongs to."""

    spec: str | None = None
    request: RecordedRequestModel
    response: RecordedResponseModel


class RecordingModel(SpecModel):
    """Define a recording: requests and responses in order, with every secret replaced."""

    exchanges: list[RecordedExchangeModel]
