"""Run no-op jobs with pgqueuer: `pgqueuer_jobs.py DSN drain COUNT` prints the jobs per second of one worker."""

import asyncio
import json
import os
import sys
import time

import asyncpg
from pgqueuer import AsyncpgDriver, PgQueuer, Queries
from pgqueuer.models import Job

dsn, _mode, count = sys.argv[1:]
moments: list[float] = []


async def run() -> None:
    """Enqueue the jobs, and run a worker with its defaults until the last one."""
    connection = await asyncpg.connect(dsn)
    driver = AsyncpgDriver(connection)
    queries = Queries(driver)
    if not await connection.fetchval("select to_regclass('pgqueuer') is not null"):
        await queries.install()
    for first in range(0, int(count), 500):
        amount = min(500, int(count) - first)
        await queries.enqueue(["bench"] * amount, [b""] * amount, [0] * amount)
    worker = PgQueuer(driver)

    @worker.entrypoint("bench")
    async def count_job(_job: Job) -> None:
        moments.append(time.perf_counter())
        if len(moments) == int(count):
            first = len(moments) // 10
            print(json.dumps((len(moments) - 1 - first) / (moments[-1] - moments[first])), flush=True)
            os._exit(0)

    await worker.run()


asyncio.run(run())
