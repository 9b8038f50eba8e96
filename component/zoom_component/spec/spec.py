"""The compiled spec: what the runtime reads. Plain slots, made from JSON, with nothing left to resolve or check.

The words are those of the files (spec/README.md); `language.model` is the form that authors write, and
`language.compile` the only road from there to here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zoom_component.messages import Effect

__all__ = [
    "ABSENT",
    "ActionSpec",
    "ConnectionSpec",
    "DailyQuotaSpec",
    "DateSpan",
    "Input",
    "InputRule",
    "MergeSpec",
    "PagingSpec",
    "PayloadField",
    "PollEventType",
    "PollInput",
    "PollSpec",
    "ResponseSpec",
    "SnapshotSpec",
    "Sunset",
    "TriggerSpec",
]


class _Absent:
    """Not given at all: apart from null, "", false and 0."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Any = _Absent()


class Input(NamedTuple):
    """One input of an action, a trigger or a connection. Lengths count characters; ABSENT is what was not written."""

    key: str
    label: str
    type: str = "string"
    collection: str | None = None
    required: bool = False
    shown: bool = True
    default: Any = ABSENT
    example: Any = ABSENT
    placeholder: str | None = None
    comments: str | None = None
    model: Mapping[str, str] | None = None
    data_source: str | None = None
    language: str | None = None
    template: Any = ABSENT
    advanced: bool = False
    target: str | None = None
    wire_type: str = "string"
    format: str | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    items: Mapping[str, Any] | None = None
    depends_on: str | None = None
    conflicts_with: str | None = None
    time_zone: str | None = None
    not_before: str | None = None
    warning: str | None = None
    toolkit: Mapping[str, Any] | None = None


class InputRule(NamedTuple):
    """A rule across inputs: a JSON Schema over the coerced inputs, and the sentence that is said when it fails.

    `schema` is the schema's JSON text: rules are compiled by it, once for all calls.
    """

    inputs: tuple[str, ...]
    schema: str
    message: str


class PagingSpec(NamedTuple):
    """How a list goes on. `by` is "token" or "number"; `size` is what is asked for unless the caller says otherwise.

    `whole` is false where a call gets one page and no more, as a tool of the toolkit catalogue does.
    """

    items: str
    page_size: int
    max_page_size: int
    style: str
    page_size_param: str
    page_param: str
    token_field: str
    follow: bool = True


class ResponseSpec(NamedTuple):
    """What a success looks like: `statuses` documented, `empty` allowed, `keys` that the operation's answers know."""

    statuses: tuple[int, ...]
    may_be_empty: bool
    keys: frozenset[str]


class MergeSpec(NamedTuple):
    """Read, merge, write: the path to read, and the groups of the body that the given inputs are laid over."""

    path: str
    groups: tuple[str, ...]


class DailyQuotaSpec(NamedTuple):
    """A day's allowance that is counted on this machine: how many, for which inputs together, under which name."""

    name: str
    limit: int
    per: tuple[str, ...]


class Sunset(NamedTuple):
    """The day (ISO 8601) from which on an operation does not answer any more, and what to use in its place."""

    date: str | None = None
    replacement: str | None = None


class ActionSpec(NamedTuple):
    """One action, ready to run. `resource` is its folder; `documents` says which documents know it."""

    key: str
    label: str
    description: str
    resource: str
    effect: Effect
    method: str
    path: str
    inputs: Mapping[str, Input]
    handler: str = "http"
    operation: str | None = None
    rules: tuple[InputRule, ...] = ()
    pages: PagingSpec | None = None
    response: ResponseSpec | None = None
    merge: MergeSpec | None = None
    daily_quota: DailyQuotaSpec | None = None
    scopes: tuple[str, ...] = ()
    granular_scopes: tuple[str, ...] = ()
    rate_limit: str | None = None
    plan: str | None = None
    deprecated: bool = False
    sunset: Sunset | None = None
    errors: tuple[Mapping[str, Any], ...] = ()
    notes: str | None = None
    documents: tuple[str, ...] = ()
    example_payload: Any = ABSENT
    examples: tuple[Mapping[str, Any], ...] = ()
    file: str = ""
    slug: str | None = None
    toolkit: Mapping[str, Any] | None = None

    @property
    def applies_defaults(self) -> bool:
        """Defaults travel on creates and reads, never on updates and deletes (docs/departures.md)."""
        return self.effect in ("create", "read", "any")


class ConnectionSpec(NamedTuple):
    """A kind of connection. `grant`: "authorization_code" or "account_credentials"; `pkce`: "S256", "plain" or None."""

    key: str
    label: str
    description: str
    grant: str
    inputs: Mapping[str, Input]
    pkce: str | None = None
    notes: str | None = None
    file: str = ""


class PollInput(NamedTuple):
    """Where the value of an action's input comes from at a poll: the first of these that has one."""

    setting: str | None = None
    today: str | None = None
    value: Any = None
    when: str | None = None


class DateSpan(NamedTuple):
    """The inputs that narrow a list to days, and how many days one call may ask for."""

    first: str
    last: str
    days: int


class SnapshotSpec(NamedTuple):
    """What is compared of an object. `identity` tells whether it is another one by now.

    `lists` are compared item by item: the field that tells those apart, and whether one that is gone counts.
    """

    compare: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, bool]] = {}
    identity: tuple[str, ...] = ()


class PollEventType(NamedTuple):
    """A type of event and when it is the one; without further words, always."""

    event: str
    first: bool = False
    added: tuple[str, ...] = ()
    changed_to: Mapping[str, Any] = {}
    only_fields: tuple[str, ...] = ()


class PollSpec(NamedTuple):
    """What is asked for at each poll and what is made of it. Either `identity` or `snapshot` is set.

    `waits`: what is not there yet is no failure. `lookback` is in days. `changes` is the field of the payload that
    tells what changed, and what stands there: "names", "values" or "items".
    """

    action: str
    inputs: Mapping[str, PollInput]
    page_size: str | None = None
    waits_when_missing: bool = False
    lookback: int = 0
    span: DateSpan | None = None
    identity: tuple[str, ...] = ()
    snapshot: SnapshotSpec | None = None
    payload_key: str | None = None
    changes: tuple[str, str] | None = None
    types: tuple[PollEventType, ...] = ()


class PayloadField(NamedTuple):
    """One field of what a trigger emits."""

    type: str
    required: bool = False
    comments: str | None = None


class TriggerSpec(NamedTuple):
    """One trigger: of webhooks, or, with `poll`, one that asks again and again."""

    key: str
    label: str
    description: str
    inputs: Mapping[str, Input]
    branches: tuple[str, ...] = ()
    notes: str | None = None
    file: str = ""
    slug: str | None = None
    payload: Mapping[str, PayloadField] = {}
    poll: PollSpec | None = None
