"""Resolve the names that a caller uses for inputs: an input key, or the API name of the field that it is sent in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zoom_component.errors import Problem
from zoom_component.spec.api_names import find_ambiguous_names, map_api_names
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ActionSpec

__all__ = ["ResolvedInputs", "resolve_names"]

_MAX_PROBLEMS = 100  # of names in one call: finding a similar name takes time
_MAX_NAME = 100


class ResolvedInputs:
    """Hold inputs by key, the caller's `names` for the keys, and the problems with those names."""

    __slots__ = ("inputs", "names", "problems")

    def __init__(self) -> None:
        self.inputs: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.problems: list[Problem] = []

    def restore_names(self, problems: Sequence[Problem]) -> list[Problem]:
        """Return the problems under the caller's own names, after the problems of the names themselves."""
        restored = [Problem(self.names.get(problem.input, problem.input), problem.message) for problem in problems]
        return [*self.problems, *restored]


def resolve_names(action: ActionSpec, raw: Mapping[str, Any]) -> ResolvedInputs:
    """Return the inputs of a call by key. Two names for one input are a problem, even with the same value."""
    result = ResolvedInputs()
    api_names, ambiguous = map_api_names(action.inputs), find_ambiguous_names(action.inputs)
    for name, value in raw.items():
        key = name if name in action.inputs else api_names.get(name)
        if name in ambiguous and name not in action.inputs:
            message = f"ambiguous name; use {' or '.join(ambiguous[name])}"
            result.problems.append(Problem(name, message))
        elif key is None and len(result.problems) >= _MAX_PROBLEMS:
            message = f"unknown input; the call has {len(raw):,} inputs, and the names after this one are not checked"
            result.problems.append(Problem(str(name)[:_MAX_NAME], message))
            break
        elif key is None:
            hint = suggest(str(name), [*action.inputs, *api_names])
            if not hint.startswith("did you mean"):
                hint = suggest(str(name), action.inputs)
            result.problems.append(Problem(str(name)[:_MAX_NAME], f"unknown input; {hint}"))
        elif key in result.names:
            message = f"provided twice, as {result.names[key]} and as {name}; provide it once"
            result.problems.append(Problem(name, message))
        else:
            result.inputs[key], result.names[key] = value, name
    return result
