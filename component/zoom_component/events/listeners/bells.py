"""Procrastinate's side of the matter: the one task that jobs have, when a job rings again, and jobs of the dead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from procrastinate import App, BaseRetryStrategy, RetryDecision, exceptions
from procrastinate.jobs import Job

from zoom_component.events.inbox.postgres_schema import TASK

__all__ = ["TaskDelayed", "register_task", "retry_stalled_tasks"]

RunTask = Callable[[int, str, str | None], Awaitable[None]]


class TaskDelayed(Exception):
    """The job is to ring again in so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:.1f} seconds")
        self.seconds = seconds


class _RetryUntilDone(BaseRetryStrategy):
    """A job rings until nothing is left to do for it, whatever went wrong."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, TaskDelayed):
            seconds = exception.seconds
        else:
            # A worker that ends (0) leaves the job to the others; of anything else nobody knows how long it lasts.
            seconds = 1.0 if isinstance(exception, Exception) else 0.0
        return RetryDecision(retry_at=datetime.fromtimestamp(self._clock() + seconds, UTC))


def register_task(app: App, run_task: RunTask, clock: Callable[[], float]) -> None:
    """Give an application the task that the inbox's jobs name; `clock` is the server's."""

    async def dispatch(event: int, listener: str, chain: str | None = None) -> None:
        await run_task(event, listener, chain)

    app.task(name=TASK, retry=_RetryUntilDone(clock))(dispatch)


async def retry_stalled_tasks(app: App, heartbeat_timeout: float, now: float) -> int:
    """Have the jobs of workers that have been silent for so many seconds done by others; how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(task_name=TASK, seconds_since_heartbeat=heartbeat_timeout))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job, retry_at=datetime.fromtimestamp(now, UTC))
        except exceptions.ConnectorException:
            # It was not dead, and has ended in between; a server that is away is met again at the next step.
            continue
    return len(stalled)
