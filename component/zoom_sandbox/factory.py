"""Create an account from the options, files and documents that a caller gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from zoom_sandbox.account import SandboxOptions
from zoom_sandbox.clock import Clock
from zoom_sandbox.documents import SandboxInputError, describe_unknown_field, format_value, read_document
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import EventPublisher, WebhookDelivery
from zoom_sandbox.fault_parsing import parse_faults
from zoom_sandbox.persistence import StateFile

SCALABLE = ("users", "meetings", "webinars")
MAX_SCALE = 5_000_000
Document = str | Path | Mapping[str, Any]
_Result = TypeVar("_Result")


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
    """Return an engine, and the open file that keeps its state, if there is one.

    `data` and `faults` are documents or files of documents. `db` is the file that keeps the state; when it exists,
    its state is restored and `data` is ignored. `on_attempt` is called after each attempt to deliver an event.
    Raises SandboxInputError with every problem of a file.
    """
    engine = _with_document(data, lambda document: SandboxEngine(options, clock, random_seed, document))
    for fault in _with_document(faults, lambda document: [] if document is None else parse_faults(document)):
        engine.add_fault(fault)
    engine.faults.mark_start()
    if on_attempt is not None:
        engine.account.store(EventPublisher).add_attempt_callback(on_attempt)
    state_file = None if db is None else StateFile(engine, db)
    if state_file is not None:
        state_file.open()
    return engine, state_file


def apply_scale(options: SandboxOptions, scale: Mapping[str, int]) -> SandboxOptions:
    """Return the options with numbered users, meetings, webinars added. Raises SandboxInputError for other names."""
    problems = [describe_unknown_field(name, SCALABLE, "scale.") for name in scale if name not in SCALABLE]
    problems += [
        f"scale.{name}: expected an integer from 0 to {MAX_SCALE}, got {format_value(count)}"
        for name, count in scale.items()
        if name in SCALABLE and (not isinstance(count, int) or not 0 <= count <= MAX_SCALE)
    ]
    if problems:
        raise SandboxInputError(problems)
    counts: dict[str, Any] = dict(scale)
    return replace(options, **counts)


def parse_scale(text: str) -> dict[str, int]:
    """Return the counts of a text such as `users=30000,meetings=200000`. Raises SandboxInputError for other texts."""
    scale = {}
    for part in text.split(","):
        name, _, count = (piece.strip() for piece in part.partition("="))
        if not count.isascii() or not count.isdigit():
            example = "users=30000,meetings=200000"
            raise SandboxInputError([f"scale: expected counts such as {example}, got {format_value(part.strip())}"])
        scale[name] = int(count)
    apply_scale(SandboxOptions(), scale)
    return scale


def _with_document(source: Any, use: Callable[[Any], _Result]) -> _Result:
    """Return what `use` makes of a document, or of the one in a file; problems in a file name the file."""
    if not isinstance(source, str | Path):
        return use(source)
    document = read_document(source)
    try:
        return use(document)
    except SandboxInputError as error:
        raise SandboxInputError(f"{source}: {message}" for message in error.messages) from error
