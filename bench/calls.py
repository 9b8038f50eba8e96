"""Compare `run` with a bare httpx call of the same request on the same server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from common import Sides, embedded_zoom, line, middle, turns

from zoom_component import AsyncSession, Component

ROUNDS, CALLS, MANY, AT_ONCE = 5, 400, 2000, 20


def main() -> None:
    """Print the ratios."""
    component = Component.load()
    with embedded_zoom() as (base, token):
        _sync(component, base, token)
        _one_after_another(component, base, token)
        _at_once(component, base, token)


def _sync(component: Component, base: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(headers=headers) as bare, component.connect(token=token, base_url=base) as session:

        def plain() -> None:
            for _ in range(CALLS):
                answer = bare.get(
                    f"{base}/users/me", params={"encrypted_email": "false", "search_by_unique_id": "false"}
                )
                answer.raise_for_status().json()

        def ours() -> None:
            for _ in range(CALLS):
                session.run("getUser", {"userId": "me"})

        _report("sync, one after another", (plain, ours), ROUNDS, CALLS, "1.15 or less")


def _one_after_another(component: Component, base: str, token: str) -> None:
    sides = _async_sides(component, base, token, CALLS, 1)
    _report("async, one after another", sides, ROUNDS, CALLS, "1.15 or less")


def _at_once(component: Component, base: str, token: str) -> None:
    sides = _async_sides(component, base, token, MANY, AT_ONCE)
    _report(f"async, {MANY:,} calls at {AT_ONCE} at once", sides, 3, MANY, "0.70 or less")


def _async_sides(component: Component, base: str, token: str, calls: int, at_once: int) -> Sides:
    async def plain() -> None:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers) as bare:

            async def one() -> None:
                answer = await bare.get(
                    f"{base}/users/me", params={"encrypted_email": "false", "search_by_unique_id": "false"}
                )
                answer.raise_for_status().json()

            await _spread(one, calls, at_once)

    async def ours() -> None:
        session: AsyncSession
        async with component.aconnect(token=token, base_url=base) as session:

            async def one() -> None:
                await session.run("getUser", {"userId": "me"})

            await _spread(one, calls, at_once)

    return lambda: asyncio.run(plain()), lambda: asyncio.run(ours())


async def _spread(one: Callable[[], Awaitable[None]], calls: int, at_once: int) -> None:
    async def worker(share: int) -> None:
        for _ in range(share):
            await one()

    await asyncio.gather(*(worker(calls // at_once) for _ in range(at_once)))


def _report(what: str, sides: Sides, rounds: int, calls: int, aim: str) -> None:
    rows = turns(sides, rounds, calls)
    note = f"{middle([r[0] for r in rows]) * 1e6:,.0f} us bare, {middle([r[2] for r in rows]) * 1e6:,.0f} us ours"
    line(f"{what}: CPU", middle([r[2] / r[0] for r in rows]), aim, note)
    line(f"{what}: wall", middle([r[3] / r[1] for r in rows]), aim)


if __name__ == "__main__":
    main()
