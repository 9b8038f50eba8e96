"""Run no-op jobs with plain Procrastinate.

`procrastinate_jobs.py DSN drain COUNT` defers COUNT jobs, runs a worker, and prints the jobs per second.
`procrastinate_jobs.py DSN work COUNT` runs a worker for COUNT jobs, and prints the seconds from receipt to job of each.
`procrastinate_jobs.py DSN defer COUNT RATE` defers COUNT jobs at a rate.
"""

import asyncio
import json
import os
import sys
import time

from procrastinate import App, PsycopgConnector

dsn, mode, count, *rate = sys.argv[1:]
app = App(connector=PsycopgConnector(conninfo=dsn))
moments: list[float] = []
delays: list[float] = []
CONCURRENCY = 4


@app.task(queue="bench")
async def count_job(sent_at: float) -> None:
    """Note the moment, and end the process with the last job."""
    moments.append(time.perf_counter())
    delays.append(time.time() - sent_at)
    if len(moments) == int(count):
        first = len(moments) // 10
        rate_of_jobs = (len(moments) - 1 - first) / (moments[-1] - moments[first])
        print(json.dumps(rate_of_jobs if mode == "drain" else delays), flush=True)
        os._exit(0)


async def run() -> None:
    """Defer the jobs, run the worker, or both."""
    async with app.open_async():
        if mode == "drain":
            if not await app.check_connection_async():
                await app.schema_manager.apply_schema_async()
            await count_job.batch_defer_async(*({"sent_at": 0.0} for _ in range(int(count))))
        if mode == "defer":
            start = time.perf_counter()
            for number in range(int(count)):
                await asyncio.sleep(max(start + number / float(rate[0]) - time.perf_counter(), 0))
                await count_job.defer_async(sent_at=time.time())
            return
        print("ready", file=sys.stderr, flush=True)
        await app.run_worker_async(queues=["bench"], concurrency=CONCURRENCY, install_signal_handlers=False)


asyncio.run(run())
