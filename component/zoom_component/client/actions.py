"""Look up actions by key or by toolkit slug, check calls of them, and plan what a call would send.

Inputs are named by key, or by the API name of the field that they are sent in (`request.naming`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

from zoom_component.client.calls import Call, Plan
from zoom_component.client.handlers import HANDLERS
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.client.request.replies import ErrorCodes
from zoom_component.errors import InputError, Problem
from zoom_component.messages import BoundRequest
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec
from zoom_facts.paths import get_facts_dir

__all__ = ["Actions"]


class Actions:
    """Hold the actions of a catalogue, without a connection."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._actions: dict[str, ActionSpec] = {}
        self._error_codes: ErrorCodes | None = None

    @classmethod
    def load(cls, *roots: Path | str) -> Self:
        """Return the packaged specs and those in further `roots`, folders that hold actions/, triggers/ and so on."""
        return cls(Catalogue(*roots))

    def get_action(self, key: str) -> ActionSpec:
        """Return the spec of an action. Raises InputError for an unknown key, SpecError for an invalid file."""
        action = self._actions.get(key)
        if action is None:
            action = self._actions[key] = self.catalogue.action(key)
        return action

    def call(
        self,
        key: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        stream: bool = False,
        page_size: int | None = None,
        resume: str = "",
        merge: bool = False,
        now: float | None = None,
    ) -> Call:
        """Return a checked call, which a session can run. Raises InputError with every problem at once.

        Times in the past cause warnings; `now` is in epoch seconds, and the time of this machine by default.
        """
        action = self.get_action(key)
        raw, now = inputs or {}, time.time() if now is None else now
        _check_options(action, page_size=page_size, resume=resume, merge=merge)
        if all(name in action.inputs for name in raw):
            validated = validate_inputs(action, raw, merge=merge, now=now)
            problems = validated.problems
        else:
            from zoom_component.client.request.naming import resolve_names

            resolved = resolve_names(action, raw)
            validated = validate_inputs(action, resolved.inputs, merge=merge, now=now)
            problems = resolved.restore_names(validated.problems)
        if problems:
            raise InputError(problems, action=key)
        call = Call(action, validated, self.load_error_codes, stream, page_size, resume, merge)
        return _check_span(call._replace(now=now)) if action.pages is not None or action.span is not None else call

    def plan(self, call: Call | str, inputs: Mapping[str, Any] | None = None) -> Plan:
        """Return what a call would send first; nothing is sent.

        `call` is a checked call, or the key of an action with its `inputs`. Raises SpecError and InputError.
        """
        if isinstance(call, str):
            call = self.call(call, inputs)
        with closing(HANDLERS[call.action.handler](call)) as flow:
            request = next(flow)
        assert isinstance(request, BoundRequest)
        windows = _list_windows(call) if call.action.span is not None else ()
        return Plan(request, call.inputs.values, tuple(call.inputs.warnings), _find_instants(call), windows)

    def load_error_codes(self) -> ErrorCodes:
        """Return the table of known error codes, which is read when the first failure needs it."""
        if self._error_codes is None:
            text = (get_facts_dir() / "spec" / "zoom" / "errors.json").read_text(encoding="utf-8")
            self._error_codes = json.loads(text)["codes"]
        return self._error_codes


def _find_instants(call: Call) -> dict[str, str | None]:
    """Return the date-times of a call's inputs in UTC; None for a local time whose time zone is not known."""
    from zoom_component.client.request.times import to_instant

    instants = {}
    for key, value in call.inputs.values.items():
        spec = call.action.inputs[key]
        if spec.format in ("date-time", "instant") and isinstance(value, str):
            zone = call.inputs.values.get(spec.time_zone) if spec.time_zone else None
            instants[key] = to_instant(value, zone if isinstance(zone, str) else None)
    return instants


def _check_span(call: Call) -> Call:
    """Return a call with warnings about its range of time. Raises InputError for one that takes too many requests."""
    span, values = call.action.span, call.inputs.values
    if span is None or span.first not in values:
        return call
    from zoom_component.client.request.paging import asks_for_one_page
    from zoom_component.client.request.spans import find_range, find_span_warnings

    query = [(span.from_param, str(values[span.first])), (span.to_param, str(values.get(span.last) or ""))]
    if (asked := find_range(span, query, call.now)) is not None:
        is_one_page = asks_for_one_page(call.action, values)
        reason = "the call asks for one page, so the rest is not asked for" if is_one_page else ""
        call.inputs.warnings += find_span_warnings(span, asked, call.now, reason)
    return call


def _list_windows(call: Call) -> tuple[tuple[str, str], ...]:
    """Return the range of each request of a list, if its range takes several."""
    from zoom_component.client.handlers.http import bind_request
    from zoom_component.client.handlers.lists import plan_list

    if call.action.pages is None:
        return ()
    return plan_list(call, bind_request(call.action, call.inputs.values)).windows


def _check_options(action: ActionSpec, *, page_size: int | None, resume: str, merge: bool) -> None:
    """Raise InputError for an option that the action does not support."""
    problems = []
    if action.pages is None:
        options = {"page_size": page_size is not None, "resume": bool(resume)}
        message = f"is only valid for list actions; {action.key} is not one"
        problems = [Problem(name, message) for name, is_set in options.items() if is_set]
    if merge and action.merge is None:
        problems.append(Problem("merge", f"is not supported by {action.key}, which does not read before it writes"))
    if problems:
        raise InputError(problems, action=action.key)
