"""Define the Procrastinate task, its retries, and the recovery after dead workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from procrastinate import App, BaseRetryStrategy, RetryDecision, exceptions
from procrastinate.jobs import Job

from zoom_component.events.inbox.postgres.schema import TASK

__all__ = ["TaskDelayed", "register_task", "retry_stalled_tasks"]

RunTask = Callable[[int, str, str | None], Awaitable[None]]


class TaskDelayed(Exception):
    """Ask for another run of the task after a number of seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"run again in {seconds:.1f} seconds")
        self.seconds = seconds


class _RetryUntilDone(BaseRetryStrategy):
    """Retry a task until nothing is left to do for it, after any exception."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, TaskDelayed):
            seconds = exception.seconds
        else:
            # The task of a worker that shuts down (not an Exception) is free for other workers at once.
            seconds = 1.0 if isinstance(exception, Exception) else 0.0
        return RetryDecision(retry_at=datetime.fromtimestamp(self._clock() + seconds, UTC))


def register_task(app: App, run_task: RunTask, clock: Callable[[], float]) -> None:
    """Register the inbox's task with an application.

    `clock` returns the server's time in epoch seconds.
    """

    async def dispatch(event: int, listener: str, chain: str | None = None) -> None:
        await run_task(event, listener, chain)

    app.task(name=TASK, retry=_RetryUntilDone(clock))(dispatch)


async def retry_stalled_tasks(app: App, heartbeat_timeout: float, now: float) -> int:
    """Free the tasks of workers without a heartbeat for so many seconds, and return how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(task_name=TASK, seconds_since_heartbeat=heartbeat_timeout))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job, retry_at=datetime.fromtimestamp(now, UTC))
        except exceptions.ConnectorException:
            # Its worker was alive and has ended the task meanwhile. A lost server shows at the next statement.
            continue
    return len(stalled)
