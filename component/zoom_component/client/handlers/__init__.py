"""Define what an action does with its inputs: a generator that yields requests, receives replies and returns data.

A handler does no I/O, so the same one serves threads and asyncio, and its test sends canned replies into it. Nearly
every action uses `http`. An action that needs more than its YAML can express gets a handler of its own here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from zoom_component.client.handlers.http import handle_http
from zoom_component.messages import Handler

if TYPE_CHECKING:
    from zoom_component.client.calls import Call

__all__ = ["HANDLERS"]


def _handle_raw_request(call: Call) -> Handler:
    from zoom_component.client.handlers.raw_request import handle_raw_request

    return handle_raw_request(call)


HANDLERS: Mapping[str, Callable[[Call], Handler]] = {"http": handle_http, "rawRequest": _handle_raw_request}
