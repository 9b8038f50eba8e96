"""The words of a listeners.yaml, as frozen models: the source of spec/listeners.schema.json."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from zoom_component.events.listeners.durations import DURATION_FORMATS
from zoom_component.spec.model import SpecModel

__all__ = ["ListenerModel", "ListenersModel"]

Duration = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]})]
Patterns = Annotated[
    Any, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]})
]
Where = Annotated[Any, WithJsonSchema({"type": "object"})]


class RetryModel(SpecModel):
    """How often an event is tried, and how soon again. Every wait is shortened by chance, to the half at most."""

    attempts: int = Field(10, ge=1, le=100, description="How often at most; then the event is dead for the listener.")
    first: Duration = Field("5s", description=f"The wait after the first failure: {DURATION_FORMATS}.")
    factor: float = Field(3, ge=1, le=100, description="How many times as long each further wait is.")
    longest: Duration = Field("1h", description="The longest wait.")


class SecretModel(SpecModel):
    """Where a secret is kept; never the secret itself."""

    env: str | None = Field(None, description="The environment variable that holds it.")
    file: str | None = Field(None, description="The file that holds it, beside this one or anywhere.")


class ListenerModel(SpecModel):
    """A listener: one of `call`, `command`, `forward` and `run`, which events it gets, and how."""

    call: str | None = Field(None, description="A Python function, as in shop.zoom:on_ended. It is given the event.")
    command: list[str] | None = Field(
        None, min_length=1, description="A program and its arguments. The event is on its stdin; exit code 0 is done."
    )
    env: list[str] = Field(
        default_factory=list, description="With command: environment variables that it may see, beside PATH and HOME."
    )
    forward: str | None = Field(None, description="An address that the event is posted to, signed.")
    secret: SecretModel | None = Field(None, description="With forward: what signs it.")
    plain: bool = Field(False, description="With forward: true allows http:// to another machine.")
    run: str | None = Field(None, description="The key of an action to run.")
    connection: str | None = Field(None, description="With run: a saved connection; else the environment says.")
    inputs: dict[str, str] = Field(
        default_factory=dict, description="With run: inputs by their paths in the event, as in payload.object.id."
    )
    constants: dict[str, Any] = Field(default_factory=dict, description="With run: inputs that are always the same.")
    events: Patterns = Field("*", description="Which events, as in meeting.* or a list of such; ! before one excludes.")
    where: Where = Field(default_factory=dict, description="What has to stand at paths of the event.")
    unknown: bool = Field(False, description="true lets names and paths stand that no known event has.")
    ordered: bool = Field(False, description="true: events of one object one at a time, in their order.")
    retry: RetryModel | None = Field(None, description="How often an event is tried, and how soon again.")
    timeout: Duration = Field("30s", description="How long a try may take.")
    concurrency: int = Field(4, ge=1, le=256, description="How many events it gets at once.")


class ListenersModel(SpecModel):
    """A listeners.yaml."""

    listeners: dict[str, ListenerModel] = Field(
        min_length=1, description="Each by the name that the inbox knows it by, from one run to the next."
    )
