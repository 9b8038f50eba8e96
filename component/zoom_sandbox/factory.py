"""Opening an account with everything that a caller may choose: files for data, faults and state among it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.clock import Clock
from zoom_sandbox.documents import SandboxInputError, describe_unknown_name, read_document
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import EventPublisher, WebhookDelivery
from zoom_sandbox.fault_parsing import parse_faults
from zoom_sandbox.persistence import StateFile

SCALABLE = ("users", "meetings", "webinars")
MAX_SCALE = 5_000_000
Document = str | Path | Mapping[str, Any]


def create_engine(
    options: SandboxOptions,
    clock: Clock = time.time,
    random_seed: int = 0,
    *,
    data: Document | None = None,
    faults: str | Path | list[Any] | None = None,
    db: str | Path | None = None,
    on_attempt: Callable[[WebhookDelivery], None] | None = None,
) -> tuple[SandboxEngine, StateFile | None]:
    """An account, and what keeps it in a file, if anything does.

    `data` and `faults` are documents or files of them; `db` is the file that keeps the state; `tried` is called after
    each try to deliver an event. Data is for an account that begins: what `db` holds already stays as it is. Raises
    Mistake with what is wrong, file by file.
    """
    zoom = _named(data, lambda document: SandboxEngine(options, clock, random_seed, document))
    for fault in _named(faults, lambda document: [] if document is None else parse_faults(document)):
        zoom.spoil(fault)
    if on_attempt is not None:
        zoom.world.part(EventPublisher).watch(on_attempt)
    keeper = None if db is None else StateFile(zoom, db)
    if keeper is not None:
        keeper.open()
    return zoom, keeper


def apply_scale(options: SandboxOptions, scale: Mapping[str, int]) -> SandboxOptions:
    """The setup with so many numbered users, meetings, webinars. Raises Mistake for anything else."""
    wrong = [describe_unknown_name(name, SCALABLE, "scale") for name in scale if name not in SCALABLE]
    wrong += [
        f"scale.{name} is {count!r}; a whole number up to {MAX_SCALE:,} is expected"
        for name, count in scale.items()
        if not isinstance(count, int) or not 0 <= count <= MAX_SCALE
    ]
    if wrong:
        raise SandboxInputError(wrong)
    numbers: dict[str, Any] = dict(scale)
    return replace(options, **numbers)


def parse_scale(text: str) -> dict[str, int]:
    """`users=30000,meetings=200000` as numbers. Raises Mistake for anything else."""
    found = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if not number.isascii() or not number.isdigit():
            raise SandboxInputError(
                [f"{part.strip()!r} is not understood; expected is such as users=30000,meetings=200000"]
            )
        found[name] = int(number)
    apply_scale(SandboxOptions(), found)
    return found


def _named(source: Any, use: Callable[[Any], Any]) -> Any:
    """Use a document, or the one in a file; what is wrong in a file is told with its name."""
    if not isinstance(source, str | Path):
        return use(source)
    document = read_document(source)
    try:
        return use(document)
    except SandboxInputError as mistake:
        raise SandboxInputError(f"{source}: {sentence}" for sentence in mistake.messages) from mistake
