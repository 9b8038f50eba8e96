"""Serialize meeting summaries."""

from __future__ import annotations

from zoom_sandbox.operations import Payload
from zoom_sandbox.resources.past.state import PastInstance
from zoom_sandbox.times import format_time

SUMMARY_DELAY = 120  # a summary is written two minutes after the end


def serialize_full(instance: PastInstance) -> Payload:
    """Return the whole summary of an instance."""
    summary = instance.data["summary"]
    return {
        **serialize_row(instance),
        "summary_title": summary["title"],
        "summary_overview": summary["overview"],
        "summary_details": summary["details"],
        "next_steps": summary["next_steps"],
    }


def serialize_row(instance: PastInstance) -> Payload:
    """Return a summary as lists show it."""
    created_at = format_time(instance.end + SUMMARY_DELAY)
    return {
        "meeting_host_id": instance.host.id,
        "meeting_host_email": instance.host.email,
        "meeting_uuid": instance.uuid,
        "meeting_id": instance.id,
        "meeting_topic": instance.topic,
        "meeting_start_time": format_time(instance.start),
        "meeting_end_time": format_time(instance.end),
        "summary_start_time": format_time(instance.start),
        "summary_end_time": format_time(instance.end),
        "summary_created_time": created_at,
        "summary_last_modified_time": created_at,
    }
