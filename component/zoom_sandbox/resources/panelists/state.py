"""Store panelists by webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference


class Panelists:
    """Store each webinar's panelists by id, in the order in which they were added."""

    def __init__(self, account: Account) -> None:
        self._of: dict[int, dict[str, dict[str, Any]]] = {}

    def panelists_of(self, webinar: Conference) -> dict[str, dict[str, Any]]:
        """Return the panelists of a webinar, to be changed in place."""
        return self._of.setdefault(webinar.id, {})
