"""Zoom Phone, to be read: who has a phone, who called whom, and what was recorded."""

from zoom_component.sandbox.resources.phone import download, history, people, recordings
from zoom_component.sandbox.resources.phone.state import Calls, PhoneCall

__all__ = ["Calls", "PhoneCall", "download", "history", "people", "recordings"]
