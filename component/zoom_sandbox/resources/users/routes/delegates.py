"""Who schedules for whom: a person's assistants, and seen from the other side, the people one schedules for.

https://developers.zoom.us/docs/api/users/#tag/users
"""

from __future__ import annotations

from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.users import faults
from zoom_sandbox.resources.users.state import LICENSED, Delegates, Users
from zoom_sandbox.times import stamp


@plays("GET", "/users/{userId}/assistants")
def list_assistants(call: Call) -> Payload:
    """Who may schedule for a person."""
    users = call.world.part(Users)
    found = call.world.part(Delegates).of(users.get(call))
    people = [(users.find(key), private) for key, private in found.items()]
    return {
        "assistants": [
            {"id": user.id, "email": user.email, "can_manage_host_private_event": private}
            for user, private in people
            if user is not None
        ]
    }


@plays("POST", "/users/{userId}/assistants")
def add_assistants(call: Call) -> Payload:
    """Let people schedule for a person, all or none; both sides need a licence."""
    users = call.world.part(Users)
    host, rows = users.get(call), call.body.get("assistants", [])
    people = [users.named(call, row) for row in rows]
    if any(user.type != LICENSED for user in (host, *people)):
        raise faults.no_licence(call)
    found = call.world.part(Delegates).of(host)
    for user, row in zip(people, rows, strict=True):
        found[user.id] = row.get("can_manage_host_private_event", False)
    return {"add_at": stamp(call.world.now()), "ids": ",".join(user.id for user in people)}


@plays("DELETE", "/users/{userId}/assistants")
def remove_assistants(call: Call) -> None:
    """Let nobody schedule for a person any more."""
    call.world.part(Delegates).of(call.world.part(Users).get(call)).clear()


@plays("DELETE", "/users/{userId}/assistants/{assistantId}")
def remove_assistant(call: Call) -> None:
    """Let somebody schedule for a person no more."""
    users = call.world.part(Users)
    found, assistant = call.world.part(Delegates).of(users.get(call)), users.find(call.ids["assistantId"])
    if assistant is None or found.pop(assistant.id, None) is None:
        raise faults.unknown(call, call.ids["assistantId"])


@plays("GET", "/users/{userId}/schedulers")
def list_schedulers(call: Call) -> Payload:
    """The people for whom a person schedules."""
    users = call.world.part(Users)
    keys = call.world.part(Delegates).schedules_for(users.get(call))
    people = [user for user in map(users.find, keys) if user is not None]
    return {"schedulers": [{"id": user.id, "email": user.email, "pmi": user.pmi} for user in people]}


@plays("DELETE", "/users/{userId}/schedulers")
def remove_schedulers(call: Call) -> None:
    """Let a person schedule for nobody any more."""
    user, delegates = call.world.part(Users).get(call), call.world.part(Delegates)
    for host in delegates.schedules_for(user):
        del delegates.assistants[host][user.id]


@plays("DELETE", "/users/{userId}/schedulers/{schedulerId}")
def remove_scheduler(call: Call) -> None:
    """Let a person schedule for somebody no more."""
    users, delegates = call.world.part(Users), call.world.part(Delegates)
    user, host = users.get(call), users.find(call.ids["schedulerId"])
    if host is None or delegates.of(host).pop(user.id, None) is None:
        raise faults.unknown(call, call.ids["schedulerId"])
