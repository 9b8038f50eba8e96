"""Define the interface between the worker of an engine and the pools of listeners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from zoom_component.events.inbox.protocols import Job, Subscription

__all__ = ["AttemptResult", "CreatePools", "JobPool", "Worker"]


class AttemptResult(NamedTuple):
    """Represent the outcome of one attempt.

    `state` is `done`, `retry`, `dead`, `filtered` (the listener's filter excludes the event), `released` (the handler
    could not begin, so the attempt does not count) or `unrecorded` (the inbox was unreachable, so the event will be
    delivered again). `retry_at` is in epoch seconds.
    """

    event_id: int
    event_name: str
    listener: str
    attempt: int
    state: str
    seconds: float
    error: str = ""
    retry_at: float | None = None


class JobPool(Protocol):
    """Run the jobs of one listener in threads."""

    @property
    def subscription(self) -> Subscription:
        """Return the listener's subscription."""

    @property
    def concurrency(self) -> int:
        """Return the maximum number of jobs at the same time."""

    @property
    def lease_seconds(self) -> float:
        """Return how long a job has to be leased for one attempt."""

    @property
    def capacity(self) -> int:
        """Return how many jobs could start now."""

    @property
    def stuck_threads(self) -> int:
        """Return how many threads are blocked by an attempt past its timeout."""

    @property
    def next_deadline(self) -> float | None:
        """Return when the next attempt times out, in seconds of the monotonic clock."""

    def start_jobs(self, jobs: list[Job]) -> None:
        """Start jobs; at most as many as the capacity."""

    def fail_overdue(self) -> None:
        """Record a failure for each attempt past its timeout."""

    def withdraw_jobs(self) -> list[Job]:
        """Return the jobs that still run. Their outcomes are not recorded any more."""

    def close(self, timeout: float) -> None:
        """End the threads, waiting at most `timeout` seconds."""


# Create the pools with a clock (epoch seconds) and a function that is called after each attempt, from its thread.
CreatePools: TypeAlias = Callable[[Callable[[], float], Callable[[AttemptResult], None]], Sequence[JobPool]]


class Worker(Protocol):
    """Run jobs until stopped. `last_error` explains why nothing runs at present, "" if all is well."""

    last_error: str

    @property
    def stuck_threads(self) -> Mapping[str, int]:
        """Return the number of threads that are blocked past their timeout, by listener."""

    def run(self, shutdown_timeout: float = 10.0) -> None:
        """Work until stopped or interrupted. Jobs that still run after `shutdown_timeout` seconds are released."""

    def stop(self) -> None:
        """Start no more jobs."""
