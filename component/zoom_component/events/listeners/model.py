"""Define the keys of a listeners.yaml as frozen models. spec/listeners.schema.json is generated from them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from zoom_component.events.listeners.durations import DURATION_FORMATS
from zoom_component.spec.model_types import SpecModel

__all__ = ["ListenerModel", "ListenersModel"]

Duration = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]})]
Patterns = Annotated[
    Any, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]})
]
Where = Annotated[Any, WithJsonSchema({"type": "object"})]


class RetryModel(SpecModel):
    """Define how often and when an event is retried. Each delay is shortened by a random part of up to a half."""

    maxAttempts: int = Field(
        10, ge=1, le=100, description="The maximum number of attempts. After the last one the event is a dead letter."
    )
    firstDelay: Duration = Field("5s", description=f"The delay after the first attempt: {DURATION_FORMATS}.")
    factor: float = Field(3, ge=1, le=100, description="The factor by which each further delay grows.")
    maxDelay: Duration = Field("1h", description="The maximum delay.")


class SecretModel(SpecModel):
    """Name the place of a secret; the secret itself may not stand in the file."""

    env: str | None = Field(None, description="The environment variable that holds it.")
    file: str | None = Field(None, description="The file that holds it; a relative path starts at this file's folder.")


class ListenerModel(SpecModel):
    """Define a listener: one of `call`, `command`, `forward` and `run`, which events it gets, and how."""

    call: str | None = Field(None, description="A Python function that gets the event, such as shop.zoom:on_ended.")
    command: list[str] | None = Field(
        None,
        min_length=1,
        description="A program and its arguments. It reads the event from stdin; exit code 0 acknowledges it.",
    )
    env: list[str] = Field(
        default_factory=list,
        description="With command: environment variables that the program gets besides PATH and HOME.",
    )
    forward: str | None = Field(None, description="A URL to which the event is posted with a signature.")
    secret: SecretModel | None = Field(None, description="With forward: the secret of the signature.")
    allowHttp: bool = Field(False, description="With forward: true allows an http:// URL of another machine.")
    run: str | None = Field(None, description="The key of an action to run.")
    connection: str | None = Field(
        None, description="With run: the name of a saved connection; the environment's connection when omitted."
    )
    inputs: dict[str, str] = Field(
        default_factory=dict, description="With run: inputs and their paths in the event, such as payload.object.id."
    )
    constants: dict[str, Any] = Field(default_factory=dict, description="With run: inputs with a fixed value.")
    events: Patterns = Field("*", description="Event patterns: one such as meeting.*, or a list; a leading ! excludes.")
    where: Where = Field(default_factory=dict, description="Conditions on values of the event, by path.")
    allowUnknown: bool = Field(False, description="true allows names and paths that no known event has.")
    ordered: bool = Field(False, description="true delivers the events of one object one at a time and in order.")
    retry: RetryModel | None = Field(None, description="How often and when an event is retried.")
    timeout: Duration = Field("30s", description="The maximum duration of an attempt.")
    concurrency: int = Field(4, ge=1, le=256, description="The maximum number of events at the same time.")


class ListenersModel(SpecModel):
    """Define a listeners.yaml."""

    listeners: dict[str, ListenerModel] = Field(
        min_length=1, description="The listeners by name. The inbox identifies a listener by its name."
    )
