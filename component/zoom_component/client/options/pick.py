"""A pick at work: the action's pages over a session, no more of them than it takes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from zoom_component.client.options.asking import USUAL, Asking, ask
from zoom_component.client.options.gathering import Picked
from zoom_component.client.session import AsyncSession, Session
from zoom_component.errors import ComponentError

__all__ = ["afetch", "apick", "fetch", "pick"]


def pick(
    session: Session, name: str, inputs: Mapping[str, Any] | None = None, *,
    search: str = "", most: int = USUAL, resume: str = "",
) -> Picked:  # fmt: skip
    """The choices of a source, or of an input as ACTION.INPUT, up to `most` that match; `resume` goes on.

    Raises InputError before anything is sent, else what `errors` draws; an error carries what was found before it.
    """
    asking = ask(session.actions, name, inputs, search=search, most=most, resume=resume)
    return asking if isinstance(asking, Picked) else fetch(session, asking)


async def apick(
    session: AsyncSession, name: str, inputs: Mapping[str, Any] | None = None, *,
    search: str = "", most: int = USUAL, resume: str = "",
) -> Picked:  # fmt: skip
    """The same for asyncio."""
    asking = ask(session.actions, name, inputs, search=search, most=most, resume=resume)
    return asking if isinstance(asking, Picked) else await afetch(session, asking)


def fetch(session: Session, asking: Asking) -> Picked:
    """Runs a checked pick."""
    gathering = asking.gathering
    try:
        for page in session.pages(asking.action, asking.inputs, resume=gathering.token):
            if gathering.take(page, whole=asking.whole):
                break
    except ComponentError as error:
        raise _marked(error, asking) from None
    return gathering.picked(asking.cautions)


async def afetch(session: AsyncSession, asking: Asking) -> Picked:
    """The same for asyncio."""
    gathering = asking.gathering
    try:
        async with aclosing(session.pages(asking.action, asking.inputs, resume=gathering.token)) as pages:
            async for page in pages:
                if gathering.take(page, whole=asking.whole):
                    break
    except ComponentError as error:
        raise _marked(error, asking) from None
    return gathering.picked(asking.cautions)


def _marked(error: ComponentError, asking: Asking) -> ComponentError:
    """The error with the choices that were found, and with a place that a pick can go on from."""
    gathering = asking.gathering
    if error.resume:
        error.resume = f"{gathering.skip}.{gathering.token}"
    error.partial = gathering.picked().as_json() if gathering.choices else None
    return error
