"""Panelists: listed, asked, asked no more. https://developers.zoom.us/docs/api/meetings/#tag/webinars"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.gatherings.shown import join_url
from zoom_sandbox.resources.panelists import faults
from zoom_sandbox.resources.panelists.state import Panelists
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.shapes import answer_schema, fitting
from zoom_sandbox.times import stamp

_ALL = "/webinars/{webinarId}/panelists"


@plays("GET", _ALL)
def list_panelists(call: Call) -> Payload:
    """A webinar's panelists."""
    panelists = list(call.world.part(Panelists).of(call.world.part(Webinars).get(call)).values())
    return {"panelists": panelists, "total_records": len(panelists)}


@plays("POST", _ALL)
def add_panelists(call: Call) -> Payload:
    """Ask people to speak; the same email again changes what is known of the person."""
    webinar = call.world.part(Webinars).get(call)
    known, people = call.world.part(Panelists).of(webinar), call.body.get("panelists", [])
    wrong = [
        f"panelists[{index}].{name}"
        for index, person in enumerate(people)
        for name in ("email", "name")
        if not person.get(name)
    ]
    if wrong:
        raise faults.incomplete(wrong)
    if not people:
        raise faults.nobody()
    schema = answer_schema("GET", _ALL)["properties"]["panelists"]["items"]
    for person in people:
        same = next((row["id"] for row in known.values() if row["email"].lower() == person["email"].lower()), None)
        key = same or call.world.ids.user()
        known[key] = {**fitting(person, schema), "id": key, "join_url": f"{join_url(webinar)}&tk={key}"}
    return {"id": str(webinar.id), "updated_at": stamp(call.world.now())}


@plays("DELETE", _ALL)
def remove_panelists(call: Call) -> None:
    """Ask nobody to speak any more."""
    call.world.part(Panelists).of(call.world.part(Webinars).get(call)).clear()


@plays("DELETE", "/webinars/{webinarId}/panelists/{panelistId}")
def remove_panelist(call: Call) -> None:
    """Ask somebody to speak no more."""
    known = call.world.part(Panelists).of(call.world.part(Webinars).get(call))
    if known.pop(call.ids["panelistId"], None) is None:
        raise faults.unknown()
