"""Decide what happens with one line of a batch: the same steps for calls one by one and for several at a time.

The steps are a generator without I/O of its own, apart from what it appends to the journal: it yields a call to run, or
SYNC to wait until the journal is on the disk.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, TypeAlias

from zoom_component.cli.batch_format import BatchCall, InvalidLine, ResultWriter, parse_line
from zoom_component.cli.batch_journal import BEGUN, DONE, FAILED, UNKNOWN, Journal, JournalEntry, compute_digest
from zoom_component.cli.console import Console
from zoom_component.cli.signals import StopSignals
from zoom_component.errors import ComponentError, InputError, SpecError, TimedOut

if TYPE_CHECKING:
    from zoom_component.client.calls import Call, Result, SessionOptions
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.session import AsyncSession, Session
    from zoom_component.component import Component

__all__ = ["SYNC", "BatchRun", "LineOutcome", "LineProcessor", "LineSteps", "RunStep", "identify_line"]

SYNC: Final = "sync"
_CUT_OFF = (
    "line {number} was begun by a run that was cut off, so that its outcome is not known. Check in Zoom whether the "
    "change was made; if it was not, repeat it with --repeat-unknown"
)


class BatchRun(NamedTuple):
    """Hold what a run of a batch needs."""

    component: Component
    connection: Connection
    options: SessionOptions
    concurrency: int
    file: BinaryIO
    console: Console
    journal: Journal | None
    repeat_unknown: bool
    stop: StopSignals

    def create_processor(self, session: Session | AsyncSession) -> LineProcessor:
        """Return what processes the lines over an open session."""
        writer = ResultWriter(self.console, status=None, code=None)
        return LineProcessor(session, writer, self.journal, self.repeat_unknown)


class RunStep(NamedTuple):
    """Run a call: the key of an action with its inputs, or a checked call."""

    call: Call | str
    inputs: Mapping[str, Any] | None = None


class LineOutcome(NamedTuple):
    """Hold the line to print. `failure` is why the batch cannot go on: the journal cannot be written."""

    text: str
    failure: OSError | None = None


LineSteps: TypeAlias = Generator[Any, Any, LineOutcome]


class LineProcessor:
    """Process the lines of a batch, with or without a journal."""

    def __init__(
        self, session: Session | AsyncSession, writer: ResultWriter, journal: Journal | None, repeat_unknown: bool
    ) -> None:
        self._session = session
        self._writer = writer
        self._journal = journal
        self._repeat_unknown = repeat_unknown

    def process(self, number: int, line: bytes) -> LineSteps:
        """Yield the steps of a line, and return its outcome.

        Raise InputError if the journal belongs to another batch, and OSError if it cannot be written before the call:
        then nothing was sent.
        """
        call, journal = parse_line(line), self._journal
        entry = journal.check_line(number, *identify_line(call, line)) if journal is not None else None
        if isinstance(call, InvalidLine):
            return LineOutcome(self._writer.format_error(call.id, call.error))
        if journal is None or entry is None:
            return (yield from self._run_read(call, RunStep(call.action, call.inputs)))
        if entry.state == DONE:
            fields = journal.read_result(entry) or {"data": None}
            return LineOutcome(self._writer.format_fields(call.id, {**fields, "already_done": True}))
        if entry.state in (BEGUN, UNKNOWN) and not self._repeat_unknown:
            return self._report_unknown(number, call, entry, journal)
        try:
            checked = self._session.prepare(call.action, call.inputs)
            has_effect = self._has_effect(checked)
        except Exception as error:
            return LineOutcome(self._format(call, self._writer.build_failure(call, error)))
        if not has_effect:
            return (yield from self._run_read(call, RunStep(checked)))
        return (yield from self._run_change(number, call, checked, journal))

    def _run_read(self, call: BatchCall, step: RunStep) -> LineSteps:
        try:
            result: Result = yield step
        except Exception as error:
            return LineOutcome(self._format(call, self._writer.build_failure(call, error)))
        return LineOutcome(self._format(call, self._writer.build_success(call, result)))

    def _run_change(self, number: int, call: BatchCall, checked: Call, journal: Journal) -> LineSteps:
        """Run a call between two records of the journal, each of which is on the disk before the next step."""
        journal.begin(number)
        yield SYNC
        try:
            result: Result = yield RunStep(checked)
        except Exception as error:
            outcome = UNKNOWN if _is_uncertain(error) else FAILED
            fields = self._writer.build_failure(call, error)
            if outcome == UNKNOWN:
                fields["outcome"] = UNKNOWN
        else:
            outcome, fields = DONE, self._writer.build_success(call, result)
        try:
            journal.end(number, outcome, fields)
            yield SYNC
        except OSError as error:
            return LineOutcome(self._format(call, fields), error)
        return LineOutcome(self._format(call, fields))

    def _report_unknown(self, number: int, call: BatchCall, entry: JournalEntry, journal: Journal) -> LineOutcome:
        journal.unknown_lines.append(number)
        fields = journal.read_result(entry) if entry.state == UNKNOWN else None
        if fields is None:
            fields = self._writer.build_failure(call, TimedOut(_CUT_OFF.format(number=number)))
        return LineOutcome(self._format(call, {**fields, "outcome": UNKNOWN}))

    def _has_effect(self, call: Call) -> bool:
        """Return whether a call may change something. The request decides where the action allows any."""
        if call.action.effect == "any":
            return self._session.actions.plan(call).request.effect != "read"
        return call.action.effect != "read"

    def _format(self, call: BatchCall, fields: Mapping[str, Any]) -> str:
        return self._writer.format_fields(call.id, fields)


def identify_line(call: BatchCall | InvalidLine, line: bytes) -> tuple[str, str]:
    """Return the action and the digest of a line, for the journal. Its id may change."""
    if isinstance(call, InvalidLine):
        return "", compute_digest(line.strip())
    return call.action, compute_digest([call.action, call.inputs])


def _is_uncertain(error: Exception) -> bool:
    """Return whether a call that failed may have changed something."""
    if isinstance(error, InputError | SpecError):
        return False
    return error.may_be_done if isinstance(error, ComponentError) else True
