"""Webinars as the account keeps them."""

from __future__ import annotations

from zoom_sandbox.resources.gatherings.kinds import WEBINAR
from zoom_sandbox.resources.gatherings.state import Gatherings


class Webinars(Gatherings):
    """The account's webinars."""

    kind = WEBINAR
