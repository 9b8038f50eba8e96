"""Panelists as the account keeps them, by webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.world import World


class Panelists:
    """Each webinar's panelists by id, in the order in which they were asked."""

    def __init__(self, world: World) -> None:
        self._of: dict[int, dict[str, dict[str, Any]]] = {}

    def of(self, webinar: Gathering) -> dict[str, dict[str, Any]]:
        """A webinar's panelists, to be changed in place."""
        return self._of.setdefault(webinar.id, {})
