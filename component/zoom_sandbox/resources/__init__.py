"""Hold the resources of the sandbox, a package each.

All packages have the same parts: `routes` (a module or a package) handles operations and downloads, `state` has the
stores, `errors.yaml` the errors. A part that a resource does not need is left out: `conferences`, which meetings and
webinars share, has no routes. Further modules have names such as `serializers` (objects as responses show them),
`events` and `edit` (what a request's body changes).

A resource owns its stores. It may use the stores of others by their classes, but never their routes. It gets calls
that passed the checks of their operations; bearer tokens and interfaces are none of its concern.
"""

from __future__ import annotations

from zoom_sandbox.account import Account
from zoom_sandbox.operations import Operations


def load_operations() -> Operations:
    """Return the operations of all resources, merged into a new value.

    The modules are imported here, so that importing one resource does not load them all.
    """
    from zoom_sandbox.resources.archive import routes as archive
    from zoom_sandbox.resources.chat import routes as chat
    from zoom_sandbox.resources.devices import routes as devices
    from zoom_sandbox.resources.groups import routes as groups
    from zoom_sandbox.resources.live import routes as live
    from zoom_sandbox.resources.meetings import routes as meetings
    from zoom_sandbox.resources.panelists import routes as panelists
    from zoom_sandbox.resources.past import routes as past
    from zoom_sandbox.resources.phone import routes as phone
    from zoom_sandbox.resources.polls import routes as polls
    from zoom_sandbox.resources.recordings import routes as recordings
    from zoom_sandbox.resources.registrants import routes as registrants
    from zoom_sandbox.resources.reports import routes as reports
    from zoom_sandbox.resources.roles import routes as roles
    from zoom_sandbox.resources.summaries import routes as summaries
    from zoom_sandbox.resources.templates import routes as templates
    from zoom_sandbox.resources.tracking import routes as tracking
    from zoom_sandbox.resources.users import routes as users
    from zoom_sandbox.resources.viewers import routes as viewers
    from zoom_sandbox.resources.webinars import routes as webinars

    modules = (
        archive,
        chat,
        devices,
        groups,
        live,
        meetings,
        panelists,
        past,
        phone,
        polls,
        recordings,
        registrants,
        reports,
        roles,
        summaries,
        templates,
        tracking,
        users,
        viewers,
        webinars,
    )
    return Operations(*(module.operations for module in modules))


def create_seeded_stores(account: Account) -> None:
    """Create the stores that hold data from the start; every other store is created when it is first used."""
    from zoom_sandbox.resources.chat.state.conversations import Chat
    from zoom_sandbox.resources.past.state import PastInstances
    from zoom_sandbox.resources.phone.state import PhoneCalls, Phones
    from zoom_sandbox.resources.recordings.state import CloudRecordings

    account.store(PastInstances)
    account.store(Chat)
    account.store(PhoneCalls)
    account.store(Phones)
    account.store(CloudRecordings)
