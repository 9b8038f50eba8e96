"""The two stores together: which of them a call is about, and what becomes of a person's gatherings in both."""

from __future__ import annotations

from collections.abc import Mapping

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences import events
from zoom_sandbox.resources.conferences.kinds import WEBINAR
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.users.state import TRANSFER_HOOKS, User
from zoom_sandbox.resources.webinars.state import Webinars


def get_store(call: OperationCall) -> ConferenceStore:
    """The store of the kind that the call's path names."""
    return call.account.store(Webinars if WEBINAR.parameter in call.path_params else Meetings)


def _transfer_conferences(world: Account, user: User, heirs: Mapping[str, User]) -> None:
    world.store(Meetings).close_room(user)
    for store, thing in ((world.store(Meetings), "meeting"), (world.store(Webinars), "webinar")):
        for gathering in store.of_host(user):
            if thing in heirs:
                store.move(gathering, heirs[thing])
                events.send_moved(world, gathering, user.id)
            else:
                store.remove(gathering)
                events.send_deleted(world, gathering)


TRANSFER_HOOKS.append(_transfer_conferences)
