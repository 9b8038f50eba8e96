"""Opening an account with everything that a caller may choose: files for data, faults and state among it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoom_sandbox.announce import Announcer, Delivery
from zoom_sandbox.clock import Clock
from zoom_sandbox.documents import Mistake, read_document, unknown
from zoom_sandbox.fault_words import read_faults
from zoom_sandbox.keeping import Keeper
from zoom_sandbox.world import Setup
from zoom_sandbox.zoom import Zoom

SCALED = ("users", "meetings", "webinars")
MOST = 5_000_000
Document = str | Path | Mapping[str, Any]


def opened(
    setup: Setup,
    clock: Clock = time.time,
    seed: int = 0,
    *,
    data: Document | None = None,
    faults: str | Path | list[Any] | None = None,
    db: str | Path | None = None,
    tried: Callable[[Delivery], None] | None = None,
) -> tuple[Zoom, Keeper | None]:
    """An account, and what keeps it in a file, if anything does.

    `data` and `faults` are documents or files of them; `db` is the file that keeps the state; `tried` is called after
    each try to deliver an event. Data is for an account that begins: what `db` holds already stays as it is. Raises
    Mistake with what is wrong, file by file.
    """
    zoom = _named(data, lambda document: Zoom(setup, clock, seed, document))
    for fault in _named(faults, lambda document: [] if document is None else read_faults(document)):
        zoom.spoil(fault)
    if tried is not None:
        zoom.world.part(Announcer).watch(tried)
    keeper = None if db is None else Keeper(zoom, db)
    if keeper is not None:
        keeper.open()
    return zoom, keeper


def scaled(setup: Setup, scale: Mapping[str, int]) -> Setup:
    """The setup with so many numbered users, meetings, webinars. Raises Mistake for anything else."""
    wrong = [unknown(name, SCALED, "scale") for name in scale if name not in SCALED]
    wrong += [
        f"scale.{name} is {count!r}; a whole number up to {MOST:,} is expected"
        for name, count in scale.items()
        if not isinstance(count, int) or not 0 <= count <= MOST
    ]
    if wrong:
        raise Mistake(wrong)
    numbers: dict[str, Any] = dict(scale)
    return replace(setup, **numbers)


def read_scale(text: str) -> dict[str, int]:
    """`users=30000,meetings=200000` as numbers. Raises Mistake for anything else."""
    found = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if not number.isascii() or not number.isdigit():
            raise Mistake([f"{part.strip()!r} is not understood; expected is such as users=30000,meetings=200000"])
        found[name] = int(number)
    scaled(Setup(), found)
    return found


def _named(source: Any, use: Callable[[Any], Any]) -> Any:
    """Use a document, or the one in a file; what is wrong in a file is told with its name."""
    if not isinstance(source, str | Path):
        return use(source)
    document = read_document(source)
    try:
        return use(document)
    except Mistake as mistake:
        raise Mistake(f"{source}: {sentence}" for sentence in mistake.sentences) from mistake
