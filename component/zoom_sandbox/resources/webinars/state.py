"""Store webinars."""

from __future__ import annotations

from zoom_sandbox.resources.conferences.kinds import WEBINAR
from zoom_sandbox.resources.conferences.state import ConferenceStore


class Webinars(ConferenceStore):
    """Store the account's webinars."""

    kind = WEBINAR
