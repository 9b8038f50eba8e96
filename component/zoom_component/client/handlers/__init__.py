"""What an action does with its inputs: a generator that yields requests, is sent replies, and returns data.

A handler does no I/O and knows no colour; its test sends canned replies in. Nearly every action uses `http`; one that
needs more than its YAML can say gets a named handler here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from zoom_component.client.request.inputs import ValidatedInputs
from zoom_component.client.request.replies import ErrorCodes
from zoom_component.messages import Handler
from zoom_component.spec.spec import ActionSpec

__all__ = ["Call", "get_handler"]


class Call(NamedTuple):
    """One call of an action: its checked inputs, and how its caller wants it done.

    `stream`: hand pages on as they come and keep none; `page_size` and `resume` steer a list; `merging`: read, merge,
    write; `codes` gives the table of known error codes when one is needed.
    """

    action: ActionSpec
    inputs: ValidatedInputs
    load_error_codes: Callable[[], ErrorCodes]
    stream: bool = False
    page_size: int | None = None
    resume: str = ""
    merge: bool = False


def get_handler(name: str) -> Callable[[Call], Handler]:
    """The handler that a spec names."""
    return _HANDLERS[name]


def _http(call: Call) -> Handler:
    from zoom_component.client.handlers.http import handle_http

    return handle_http(call)


def _raw_request(call: Call) -> Handler:
    from zoom_component.client.handlers.raw_request import handle_raw_request

    return handle_raw_request(call)


_HANDLERS: Mapping[str, Callable[[Call], Handler]] = {"http": _http, "rawRequest": _raw_request}
