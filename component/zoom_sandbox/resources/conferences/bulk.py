"""Create very many meetings or webinars for load tests, spread over the hosts and over time."""

from __future__ import annotations

import gc

from zoom_sandbox.account import Account
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.meetings.state import Meetings
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.resources.webinars.state import Webinars
from zoom_sandbox.seed import read_seed
from zoom_sandbox.times import format_time

_HOUR = 3600


def add_numbered_conferences(account: Account) -> None:
    """Create the numbered meetings and webinars that the options ask for."""
    collects = gc.isenabled()
    gc.disable()  # nothing here becomes garbage, and looking for it takes half of the time
    try:
        _add_conferences(account, account.store(Meetings), account.options.meetings)
        _add_conferences(account, account.store(Webinars), account.options.webinars)
    finally:
        if collects:
            gc.enable()


def _add_conferences(account: Account, store: ConferenceStore, count: int) -> None:
    if not count:
        return
    kind, ids = store.kind, account.ids
    hosts = account.store(Users).list_users("active", "")
    # One mapping for all: settings are replaced and never changed in place.
    settings, created_at = dict(read_seed(kind.settings_seed)), format_time(account.started_at)
    for index in range(count):
        host = hosts[index % len(hosts)]
        store.save(
            Conference(
                kind=kind,
                number=store.next_number(),
                id=store.free_id(),
                uuid=ids.next_uuid(),
                host_id=host.id,
                topic=f"{kind.name} {index + 1:06d}",
                type=kind.default_type,
                start=account.started_at + _HOUR * (1 + index // len(hosts)),
                duration=60,
                timezone=host.timezone,
                created_at=created_at,
                password="",
                settings=settings,
            )
        )
