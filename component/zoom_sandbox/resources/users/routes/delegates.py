"""Handle assistants and schedulers: who schedules meetings for whom.

https://developers.zoom.us/docs/api/users/#tag/users
"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.users.state import LICENSED, Delegates, Users
from zoom_sandbox.times import format_time

operations = Operations()


@operations.handles("GET", "/users/{userId}/assistants")
def list_assistants(call: OperationCall) -> Payload:
    """Return the assistants of a user."""
    users = call.account.store(Users)
    assistants = call.account.store(Delegates).assistants_of(users.get(call))
    people = [(users.find(key), private) for key, private in assistants.items()]
    return {
        "assistants": [
            {"id": user.id, "email": user.email, "can_manage_host_private_event": private}
            for user, private in people
            if user is not None
        ]
    }


@operations.handles("POST", "/users/{userId}/assistants")
def add_assistants(call: OperationCall) -> Payload:
    """Add assistants to a user, all or none. Raises ApiError for one side without a license, and for known ones."""
    users = call.account.store(Users)
    host, rows = users.get(call), call.body.get("assistants", [])
    people = [users.get_listed(call, row) for row in rows]
    if any(user.type != LICENSED for user in (host, *people)):
        raise call.error("users.licenseMissing")
    assistants = call.account.store(Delegates).assistants_of(host)
    for user in people:
        if user is host:
            raise call.error("users.assistantIsSelf")
        if user.id in assistants:
            raise call.error("users.assistantKnown", user=user.email)
    for user, row in zip(people, rows, strict=True):
        assistants[user.id] = row.get("can_manage_host_private_event", False)
    return {"add_at": format_time(call.account.now()), "ids": ",".join(user.id for user in people)}


@operations.handles("DELETE", "/users/{userId}/assistants")
def remove_assistants(call: OperationCall) -> None:
    """Remove all assistants of a user."""
    call.account.store(Delegates).assistants_of(call.account.store(Users).get(call)).clear()


@operations.handles("DELETE", "/users/{userId}/assistants/{assistantId}")
def remove_assistant(call: OperationCall) -> None:
    """Remove an assistant of a user."""
    users = call.account.store(Users)
    assistants, assistant = (
        call.account.store(Delegates).assistants_of(users.get(call)),
        users.find(call.path_params["assistantId"]),
    )
    if assistant is None or assistants.pop(assistant.id, None) is None:
        raise call.error("users.userNotFound", user=call.path_params["assistantId"])


@operations.handles("GET", "/users/{userId}/schedulers")
def list_schedulers(call: OperationCall) -> Payload:
    """Return the users for whom a user schedules."""
    users = call.account.store(Users)
    keys = call.account.store(Delegates).schedules_for(users.get(call))
    people = [user for user in map(users.find, keys) if user is not None]
    return {"schedulers": [{"id": user.id, "email": user.email, "pmi": user.pmi} for user in people]}


@operations.handles("DELETE", "/users/{userId}/schedulers")
def remove_schedulers(call: OperationCall) -> None:
    """Remove a user from the assistants of all others."""
    user, delegates = call.account.store(Users).get(call), call.account.store(Delegates)
    for host in delegates.schedules_for(user):
        del delegates.assistants[host][user.id]


@operations.handles("DELETE", "/users/{userId}/schedulers/{schedulerId}")
def remove_scheduler(call: OperationCall) -> None:
    """Remove a user from the assistants of one other."""
    users, delegates = call.account.store(Users), call.account.store(Delegates)
    user, host = users.get(call), users.find(call.path_params["schedulerId"])
    if host is None or delegates.assistants_of(host).pop(user.id, None) is None:
        raise call.error("users.userNotFound", user=call.path_params["schedulerId"])
