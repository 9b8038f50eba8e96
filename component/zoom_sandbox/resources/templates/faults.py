"""How Zoom refuses what is asked about templates: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal, invalid
from zoom_sandbox.resources.gatherings.kinds import Kind


def taken_name() -> Refusal:
    """The person has a template of the name already."""
    return invalid(("name", "A template has this name already. Send overwrite to replace it."))


def no_model(call: Call, kind: Kind) -> Refusal:
    """What a template is to be made of is not there, or another's."""
    return call.refuse(f"The user has no such {kind.word.lower()}.", (400, 3001), (400, 3000))
