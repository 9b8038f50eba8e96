"""What the embedded Zoom plays, a folder a resource. A new one is found by lying here; nothing lists it.

All are split alike: `routes` has the functions that play operations or hand out files, `state` the parts of the world
that the resource keeps, and `faults` makes every refusal, with Zoom's statuses and codes, which the others only raise.
What would grow long is a folder of that name, and what a resource does not have is left out: `gatherings`, which
meetings and webinars share, has no routes. Other ideas lie beside them in files of their own, such as `shown` (how
answers look), `announced` (events) and `edit` (what a body changes).

A resource keeps its own part of the world and may use another's part by its class, never its routes. It sees calls that
passed their operation's checks, and requests for files of those who may have them; bearer tokens and doors it knows
nothing of.
"""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module


@lru_cache(maxsize=1)
def load_operations() -> None:
    """Import all of every resource, so that what each plays and keeps is known."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
