"""Find the store of the conferences that a call is about."""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import WEBINAR
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.webinars.state import Webinars


def get_store(call: OperationCall) -> ConferenceStore:
    """Return the store of the kind that the call's path names."""
    return call.account.store(Webinars if WEBINAR.parameter in call.path_params else Meetings)
