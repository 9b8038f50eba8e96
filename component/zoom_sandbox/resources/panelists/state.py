"""Panelists as the account keeps them, by webinar."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference


class Panelists:
    """Each webinar's panelists by id, in the order in which they were asked."""

    def __init__(self, account: Account) -> None:
        self._of: dict[int, dict[str, dict[str, Any]]] = {}

    def panelists_of(self, webinar: Conference) -> dict[str, dict[str, Any]]:
        """A webinar's panelists, to be changed in place."""
        return self._of.setdefault(webinar.id, {})
