"""Handle panelists. https://developers.zoom.us/docs/api/meetings/#tag/webinars"""

from __future__ import annotations

from zoom_sandbox.errors import api_error, field_error, validation_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences.serializers import build_join_url
from zoom_sandbox.resources.panelists.state import Panelists
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema
from zoom_sandbox.times import format_time

operations = Operations()

_ALL = "/webinars/{webinarId}/panelists"


@operations.handles("GET", _ALL)
def list_panelists(call: OperationCall) -> Payload:
    """Return the panelists of a webinar."""
    panelists = list(call.account.store(Panelists).panelists_of(call.account.store(Webinars).get(call)).values())
    return {"panelists": panelists, "total_records": len(panelists)}


@operations.handles("POST", _ALL)
def add_panelists(call: OperationCall) -> Payload:
    """Add panelists; one with a known email is updated."""
    webinar = call.account.store(Webinars).get(call)
    panelists, people = call.account.store(Panelists).panelists_of(webinar), call.body.get("panelists", [])
    problems = [
        field_error("panelists.panelistIncomplete", index=index, name=name)
        for index, person in enumerate(people)
        for name in ("email", "name")
        if not person.get(name)
    ]
    if problems:
        raise validation_error(*problems)
    if not people:
        raise api_error("panelists.panelistsMissing")
    schema = response_schema("GET", _ALL)["properties"]["panelists"]["items"]
    for person in people:
        known_id = next(
            (row["id"] for row in panelists.values() if row["email"].lower() == person["email"].lower()), None
        )
        key = known_id or call.account.ids.next_user_id()
        panelists[key] = {
            **drop_unknown_fields(person, schema),
            "id": key,
            "join_url": f"{build_join_url(webinar)}&tk={key}",
        }
    return {"id": str(webinar.id), "updated_at": format_time(call.account.now())}


@operations.handles("DELETE", _ALL)
def remove_panelists(call: OperationCall) -> None:
    """Remove all panelists of a webinar."""
    call.account.store(Panelists).panelists_of(call.account.store(Webinars).get(call)).clear()


@operations.handles("DELETE", "/webinars/{webinarId}/panelists/{panelistId}")
def remove_panelist(call: OperationCall) -> None:
    """Remove a panelist."""
    panelists = call.account.store(Panelists).panelists_of(call.account.store(Webinars).get(call))
    if panelists.pop(call.path_params["panelistId"], None) is None:
        raise api_error("panelists.panelistNotFound")
