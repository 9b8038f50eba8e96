"""Store tracking fields."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall


class TrackingFields:
    """Store the account's tracking fields by id, as responses show them."""

    def __init__(self, account: Account) -> None:
        self.by_id: dict[str, dict[str, Any]] = {}

    def get(self, call: OperationCall) -> dict[str, Any]:
        """Return the tracking field of the path. Raises ApiError (404/5110)."""
        key = call.path_params["fieldId"]
        if key not in self.by_id:
            raise call.error("tracking.fieldNotFound", field_id=key)
        return self.by_id[key]
