"""Select the actions to offer to a model: by effect, resource or key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.diagnostics import quote, suggest
from zoom_component.spec.spec import ActionSpec

__all__ = ["EFFECTS", "ActionSelection"]

EFFECTS = ("read", "create", "update", "delete", "any")


@dataclass(frozen=True)
class ActionSelection:
    """Select actions; every action by default. `include` and `exclude` are keys or patterns such as `list*`.

    The effect of rawRequest is "any": `only` leaves it out unless it contains "any".
    """

    only: Sequence[str] = ()
    resources: Sequence[str] = ()
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def select_actions(self, catalogue: Catalogue) -> list[ActionSpec]:
        """Return the selected actions. Raise InputError for a value that selects nothing."""
        return [catalogue.action(row["key"]) for row in self.select_rows(catalogue)]

    def select_rows(self, catalogue: Catalogue) -> list[dict[str, Any]]:
        """Return their rows of the listing. Raise InputError for a value that selects nothing."""
        rows = catalogue.listing()
        self._check([row["key"] for row in rows], sorted({row["resource"] for row in rows}))
        return [row for row in rows if self._selects(row["key"], row["resource"], row["effect"])]

    def _selects(self, key: str, resource: str, effect: str) -> bool:
        is_included = any(fnmatchcase(key, pattern) for pattern in self.include)
        if self.include and not is_included:
            return False
        if any(fnmatchcase(key, pattern) for pattern in self.exclude):
            return False
        return (not self.only or effect in self.only) and (not self.resources or resource in self.resources)

    def _check(self, keys: list[str], resources: list[str]) -> None:
        problems = [
            Problem("--only", f"unknown effect {quote(word)}; {suggest(word, EFFECTS)}")
            for word in self.only
            if word not in EFFECTS
        ]
        problems += [
            Problem("--resources", f"unknown resource {quote(word)}; {suggest(word, resources, limit=40)}")
            for word in self.resources
            if word not in resources
        ]
        for option, patterns in (("--include", self.include), ("--exclude", self.exclude)):
            problems += [
                Problem(option, f"no action matches {quote(pattern)}; {suggest(pattern, keys)}")
                for pattern in patterns
                if not any(fnmatchcase(key, pattern) for key in keys)
            ]
        if problems:
            raise InputError(problems)
