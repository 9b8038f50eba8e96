"""Compare `run` with a bare httpx call of the same request on the same server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from common import Sides, measure_alternately, median, print_result, run_sandbox

from zoom_component import AsyncSession, Component

ROUNDS, CALLS, CONCURRENT_CALLS, CONCURRENCY = 5, 400, 2000, 20


def main() -> None:
    """Print the ratios."""
    component = Component.load()
    with run_sandbox() as (base, token):
        _compare_sync(component, base, token)
        _compare_sequential(component, base, token)
        _compare_concurrent(component, base, token)


def _compare_sync(component: Component, base: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(headers=headers) as bare, component.connect(token=token, base_url=base) as session:

        def call_httpx() -> None:
            for _ in range(CALLS):
                answer = bare.get(
                    f"{base}/users/me", params={"encrypted_email": "false", "search_by_unique_id": "false"}
                )
                answer.raise_for_status().json()

        def call_session() -> None:
            for _ in range(CALLS):
                session.run("getUser", {"userId": "me"})

        _report("sync, one after another", (call_httpx, call_session), ROUNDS, CALLS, "1.15 or less")


def _compare_sequential(component: Component, base: str, token: str) -> None:
    sides = _build_async_sides(component, base, token, CALLS, 1)
    _report("async, one after another", sides, ROUNDS, CALLS, "1.15 or less")


def _compare_concurrent(component: Component, base: str, token: str) -> None:
    sides = _build_async_sides(component, base, token, CONCURRENT_CALLS, CONCURRENCY)
    _report(f"async, {CONCURRENT_CALLS:,} calls at {CONCURRENCY} at once", sides, 3, CONCURRENT_CALLS, "0.70 or less")


def _build_async_sides(component: Component, base: str, token: str, calls: int, concurrency: int) -> Sides:
    async def call_httpx() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers) as bare:

            async def call_once() -> None:
                answer = await bare.get(
                    f"{base}/users/me", params={"encrypted_email": "false", "search_by_unique_id": "false"}
                )
                answer.raise_for_status().json()

            await _run_concurrently(call_once, calls, concurrency)

    async def call_session() -> None:
        session: AsyncSession
        async with component.aconnect(token=token, base_url=base) as session:

            async def call_once() -> None:
                await session.run("getUser", {"userId": "me"})

            await _run_concurrently(call_once, calls, concurrency)

    return lambda: asyncio.run(call_httpx()), lambda: asyncio.run(call_session())


async def _run_concurrently(call_once: Callable[[], Awaitable[None]], calls: int, concurrency: int) -> None:
    async def worker(share: int) -> None:
        for _ in range(share):
            await call_once()

    await asyncio.gather(*(worker(calls // concurrency) for _ in range(concurrency)))


def _report(label: str, sides: Sides, rounds: int, calls: int, target: str) -> None:
    rows = measure_alternately(sides, rounds, calls)
    note = f"{median([r[0] for r in rows]) * 1e6:,.0f} us bare, {median([r[2] for r in rows]) * 1e6:,.0f} us ours"
    print_result(f"{label}: CPU", median([r[2] / r[0] for r in rows]), target, note)
    print_result(f"{label}: wall", median([r[3] / r[1] for r in rows]), target)


if __name__ == "__main__":
    main()
