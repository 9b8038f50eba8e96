"""What the embedded Zoom plays, a file or a folder a resource. A new one is found by lying here; nothing lists it.

A resource keeps its own part of the world and may use another's part by its class. It sees calls that passed their
operation's checks, and knows nothing of HTTP, tokens or doors.
"""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module


@lru_cache(maxsize=1)
def load() -> None:
    """Import every resource, so that what each plays is known."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
