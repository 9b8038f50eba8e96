"""Actions by key, or by their slug in the toolkit catalogue, up to the moment of sending: spec, checked call, plan.

Inputs go by key, or by the name of the place they are sent to: `request.naming` knows them all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from zoom_component.client.calls import Plan
from zoom_component.client.handlers import Call, get_handler
from zoom_component.client.request.inputs import validate_inputs
from zoom_component.client.request.replies import ErrorCodes
from zoom_component.errors import InputError, Problem
from zoom_component.messages import BoundRequest
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec
from zoom_facts.paths import get_facts_dir

__all__ = ["Actions"]


class Actions:
    """Actions by key: their specs, checked calls, and plans. Knows no connection."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._actions: dict[str, ActionSpec] = {}
        self._codes: ErrorCodes | None = None

    @classmethod
    def load(cls, *roots: Path | str) -> Self:
        """The packaged specs, and those below further `roots` (folders that hold actions/, triggers/ ...)."""
        return cls(Catalogue(*roots))

    def get_action(self, key: str) -> ActionSpec:
        """The spec of an action. Raises InputError for a key that is not there, SpecError for a faulty file."""
        found = self._actions.get(key)
        if found is None:
            found = self._actions[key] = self.catalogue.action(key)
        return found

    def plan(self, key: str, inputs: Mapping[str, Any] | None = None) -> Plan:
        """What a call would send first. Raises SpecError and InputError; touches no wire."""
        call = self.call(key, inputs or {})
        flow = get_handler(call.action.handler)(call)
        try:
            request = next(flow)
        finally:
            flow.close()
        assert isinstance(request, BoundRequest)
        return Plan(request, call.inputs.values, tuple(call.inputs.warnings))

    def call(
        self,
        key: str,
        inputs: Mapping[str, Any],
        *,
        stream: bool = False,
        page_size: int | None = None,
        resume: str = "",
        merge: bool = False,
    ) -> Call:
        """A checked call, ready for its handler. Raises InputError with every problem at once."""
        action = self.get_action(key)
        _heeded(action, page_size=page_size, resume=resume, merging=merge)
        if all(name in action.inputs for name in inputs):
            gathered = validate_inputs(action, inputs, merge=merge)
            problems = gathered.problems
        else:
            from zoom_component.client.request.naming import resolve_names

            named = resolve_names(action, inputs)
            gathered = validate_inputs(action, named.inputs, merge=merge)
            problems = named.restore_names(gathered.problems)
        if problems:
            raise InputError(problems, action=key)
        return Call(action, gathered, self.load_error_codes, stream, page_size, resume, merge)

    def load_error_codes(self) -> ErrorCodes:
        """The table of known error codes, read when the first failure needs it."""
        if self._codes is None:
            text = (get_facts_dir() / "spec" / "zoom" / "errors.json").read_text(encoding="utf-8")
            self._codes = json.loads(text)["codes"]
        return self._codes


def _heeded(action: ActionSpec, *, page_size: int | None, resume: str, merging: bool) -> None:
    """Raises InputError for a wish that the action cannot heed: it would be believed to do something."""
    problems = []
    if action.pages is None:
        for name, given in (("page_size", page_size is not None), ("resume", bool(resume))):
            if given:
                problems.append(Problem(name, f"{action.key} is no list; leave it out"))
    if merging and action.merge is None:
        problems.append(Problem("merge", f"{action.key} does not read before it writes; leave it out"))
    if problems:
        raise InputError(problems, action=action.key)
