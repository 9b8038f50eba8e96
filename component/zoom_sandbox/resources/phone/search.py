"""Filter calls and phone users by the query of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.phone.serializers import PHONE_STATUS, connection_type
from zoom_sandbox.resources.phone.state import PhoneCall
from zoom_sandbox.resources.users.state import User


def call_matches(call: OperationCall, each: PhoneCall) -> bool:
    """Return whether a call matches the query of the call history."""
    query, row = call.raw_query, each.row
    keyword = query.get("keyword", "").lower()
    names = " ".join(row[name] for name in ("caller_name", "caller_number", "callee_name", "callee_number"))
    recorded = "recorded" if each.is_recorded else "non_recorded"
    return (
        query.get("recording_status") in (None, "", recorded)
        and query.get("directions") in (None, "", row["direction"])
        and query.get("connect_types") in (None, "", connection_type(row))
        and keyword in names.lower()
    )


def user_matches(query: Mapping[str, Any], user: User, phone: Mapping[str, Any]) -> bool:
    """Return whether a phone user matches a query."""
    return (
        query.get("status") in (None, PHONE_STATUS[user.status])
        and query.get("department") in (None, (user.extra_fields or {}).get("dept", ""))
        and query.get("keyword", "").lower()
        in f"{user.display_name} {user.email} {phone['extension']} {phone['number']}".lower()
    )
