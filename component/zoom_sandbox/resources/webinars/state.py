"""Webinars as the account keeps them."""

from __future__ import annotations

from zoom_sandbox.resources.conferences.kinds import WEBINAR
from zoom_sandbox.resources.conferences.state import ConferenceStore


class Webinars(ConferenceStore):
    """The account's webinars."""

    kind = WEBINAR
