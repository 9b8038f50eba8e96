"""From the names that a caller uses to the keys of an action: a key is itself, an API name is the input it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zoom_component.errors import Problem
from zoom_component.spec.api_names import find_ambiguous_names, map_api_names
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.spec import ActionSpec

__all__ = ["ResolvedInputs", "resolve_names"]


class ResolvedInputs:
    """Inputs by key, how the caller called each, and what is wrong with the names."""

    __slots__ = ("inputs", "names", "problems")

    def __init__(self) -> None:
        self.inputs: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        self.problems: list[Problem] = []

    def restore_names(self, problems: Sequence[Problem]) -> list[Problem]:
        """Problems in the caller's own names, with those of the names first."""
        renamed = [Problem(self.names.get(problem.input, problem.input), problem.message) for problem in problems]
        return [*self.problems, *renamed]


def resolve_names(action: ActionSpec, raw: Mapping[str, Any]) -> ResolvedInputs:
    """The inputs of a call by key. Two names for one input contradict each other, even with the same value."""
    found = ResolvedInputs()
    known, doubtful = map_api_names(action.inputs), find_ambiguous_names(action.inputs)
    for name, value in raw.items():
        key = name if name in action.inputs else known.get(name)
        if name in doubtful and name not in action.inputs:
            keys = " and ".join(doubtful[name])
            found.problems.append(Problem(name, f"it leads to {keys}; name one of those"))
        elif key is None:
            near = suggest(str(name), [*action.inputs, *known])
            told = near if near.startswith("did you") else suggest(str(name), action.inputs)
            found.problems.append(Problem(str(name), f"this action has no such input; {told}"))
        elif key in found.names:
            found.problems.append(
                Problem(name, f"it is given twice, as {found.names[key]} and as {name}; give it once")
            )
        else:
            found.inputs[key], found.names[key] = value, name
    return found
