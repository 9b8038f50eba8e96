"""A summary as Zoom answers it: in full, and as a row of a list."""

from __future__ import annotations

from zoom_sandbox.plays import Payload
from zoom_sandbox.resources.past.state import Instance
from zoom_sandbox.times import stamp

LATER = 120  # a summary is written two minutes after the end


def full(instance: Instance) -> Payload:
    """The whole summary of a time that has one."""
    summary = instance.source["summary"]
    return {
        **row(instance),
        "summary_title": summary["title"],
        "summary_overview": summary["overview"],
        "summary_details": summary["details"],
        "next_steps": summary["next_steps"],
    }


def row(instance: Instance) -> Payload:
    """What a list shows of a summary."""
    written = stamp(instance.end + LATER)
    return {
        "meeting_host_id": instance.host.id,
        "meeting_host_email": instance.host.email,
        "meeting_uuid": instance.uuid,
        "meeting_id": instance.id,
        "meeting_topic": instance.topic,
        "meeting_start_time": stamp(instance.start),
        "meeting_end_time": stamp(instance.end),
        "summary_start_time": stamp(instance.start),
        "summary_end_time": stamp(instance.end),
        "summary_created_time": written,
        "summary_last_modified_time": written,
    }
