"""Define the compiled specs that a run reads: named tuples, decoded from JSON, with nothing left to resolve.

spec/README.md explains the keys. The modules `*_model` define what authors write; `spec.compiler` translates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from zoom_component.messages import Effect

__all__ = [
    "ABSENT",
    "EFFECTS_WITH_DEFAULTS",
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
    "SpanSpec",
    "Sunset",
    "TriggerSpec",
]


class _Absent:
    """Represent a value that was not given, as opposed to null, "", false and 0."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Any = _Absent()

EFFECTS_WITH_DEFAULTS: frozenset[Effect] = frozenset({"create", "read", "any"})
"""The effects of the actions whose defaults apply; never those of updates and deletes (docs/departures.md)."""


class Input(NamedTuple):
    """Describe one input of an action, a trigger, a connection or a data source. Lengths are in characters."""

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
    past_warning: str | None = None
    warning: str | None = None
    toolkit: Mapping[str, Any] | None = None


class InputRule(NamedTuple):
    """Describe a rule across inputs: a JSON Schema of the converted inputs, and the message if they do not match.

    `schema` is the JSON text of the schema: validators are cached by it. A call that violates a rule that `is_warning`
    is sent.
    """

    inputs: tuple[str, ...]
    schema: str
    message: str
    is_warning: bool = False


class PagingSpec(NamedTuple):
    """Describe how a list is paged. `style` names a class in client/request/paging.py.

    `page_size` is requested unless the caller chooses another one. `page_param` asks for a page by its token, or in the
    style "number" by its number; `number_param` by its number, "" for none. `follow` is False for one page a call.
    """

    items: str
    page_size: int
    max_page_size: int
    style: str
    page_size_param: str
    page_param: str
    token_field: str
    number_param: str = ""
    follow: bool = True


class SpanSpec(NamedTuple):
    """Describe the range of days or times that a list takes, and how much of it one request covers.

    `first` and `last` are inputs, `from_param` and `to_param` their query parameters. One request covers `months`
    (calendar) or `days`, any range if both are 0. A range may begin `back_months` or `back_days` before today, at any
    time if both are 0; an earlier one is refused if `refuses_older`, or answered without what is older.
    """

    first: str
    last: str
    from_param: str
    to_param: str
    months: int = 0
    days: int = 0
    back_months: int = 0
    back_days: int = 0
    refuses_older: bool = False


class ResponseSpec(NamedTuple):
    """Describe a successful response: its statuses, whether its body may be empty, and its top-level keys."""

    statuses: tuple[int, ...]
    may_be_empty: bool
    keys: frozenset[str]


class MergeSpec(NamedTuple):
    """Describe an update that reads first: the path to read, and the objects of the body that are merged."""

    path: str
    groups: tuple[str, ...]


class DailyQuotaSpec(NamedTuple):
    """Describe a daily quota, counted on this machine: its name, its limit, and the inputs that identify a counter."""

    name: str
    limit: int
    per: tuple[str, ...]


class Sunset(NamedTuple):
    """Hold the first day (ISO 8601) on which an operation no longer answers, and what replaces it."""

    date: str | None = None
    replacement: str | None = None


class ActionSpec(NamedTuple):
    """Describe an action that is ready to run. `resource` is its folder; `documents` are those that have it."""

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
    span: SpanSpec | None = None
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


class ConnectionSpec(NamedTuple):
    """Describe a kind of connection. `grant` is "authorization_code" or "account_credentials".

    `pkce` is "S256", "plain" or None.
    """

    key: str
    label: str
    description: str
    grant: str
    inputs: Mapping[str, Input]
    pkce: str | None = None
    notes: str | None = None
    file: str = ""


class PollInput(NamedTuple):
    """Describe where the value of an action's input comes from at a poll. The first field with a value wins."""

    setting: str | None = None
    today: str | None = None
    value: Any = None
    when: str | None = None


class DateSpan(NamedTuple):
    """Hold the inputs that restrict a list to a range of days, and the largest range of a call, None for any."""

    first: str
    last: str
    days: int | None = None


class SnapshotSpec(NamedTuple):
    """Describe which fields of an object are compared. If those in `identity` change, it is a different object.

    `lists` are compared item by item: the field that identifies an item, and whether a removed item is a change.
    """

    compare: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, bool]] = {}
    identity: tuple[str, ...] = ()


class PollEventType(NamedTuple):
    """Describe a type of event and its conditions, which all have to hold."""

    event: str
    first: bool = False
    added: tuple[str, ...] = ()
    changed_to: Mapping[str, Any] = {}
    only_fields: tuple[str, ...] = ()


class PollSpec(NamedTuple):
    """Describe what a poll requests and emits. Either `identity` or `snapshot` is set.

    `waits_when_missing`: an object that does not exist is not an error. `lookback` is in days. `changes` is the field
    of the payload that reports the changes, and their form: "names", "values" or "items".
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
    """Describe one field of the event that a trigger emits."""

    type: str
    required: bool = False
    comments: str | None = None


class TriggerSpec(NamedTuple):
    """Describe a trigger: a polling trigger if it has a `poll`, or else a webhook trigger."""

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
