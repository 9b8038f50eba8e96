"""A pick at work: the action's pages over a session, no more of them than it takes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from zoom_component.client.options.collector import OptionPage
from zoom_component.client.options.queries import DEFAULT_LIMIT, OptionsQuery, build_query
from zoom_component.client.session import AsyncSession, Session
from zoom_component.errors import ComponentError

__all__ = ["afetch_options", "arun_query", "fetch_options", "run_query"]


def fetch_options(
    session: Session, name: str, inputs: Mapping[str, Any] | None = None, *,
    search: str = "", limit: int = DEFAULT_LIMIT, resume: str = "",
) -> OptionPage:  # fmt: skip
    """The choices of a source, or of an input as ACTION.INPUT, up to `most` that match; `resume` goes on.

    Raises InputError before anything is sent, else what `errors` draws; an error carries what was found before it.
    """
    asking = build_query(session.actions, name, inputs, search=search, limit=limit, resume=resume)
    return asking if isinstance(asking, OptionPage) else run_query(session, asking)


async def afetch_options(
    session: AsyncSession, name: str, inputs: Mapping[str, Any] | None = None, *,
    search: str = "", limit: int = DEFAULT_LIMIT, resume: str = "",
) -> OptionPage:  # fmt: skip
    """The same for asyncio."""
    asking = build_query(session.actions, name, inputs, search=search, limit=limit, resume=resume)
    return asking if isinstance(asking, OptionPage) else await arun_query(session, asking)


def run_query(session: Session, query: OptionsQuery) -> OptionPage:
    """Runs a checked pick."""
    gathering = query.collector
    try:
        for page in session.pages(query.action, query.inputs, resume=gathering.token):
            if gathering.add_page(page, single_answer=query.single_answer):
                break
    except ComponentError as error:
        raise _marked(error, query) from None
    return gathering.build_page(query.warnings)


async def arun_query(session: AsyncSession, query: OptionsQuery) -> OptionPage:
    """The same for asyncio."""
    gathering = query.collector
    try:
        async with aclosing(session.pages(query.action, query.inputs, resume=gathering.token)) as pages:
            async for page in pages:
                if gathering.add_page(page, single_answer=query.single_answer):
                    break
    except ComponentError as error:
        raise _marked(error, query) from None
    return gathering.build_page(query.warnings)


def _marked(error: ComponentError, asking: OptionsQuery) -> ComponentError:
    """The error with the choices that were found, and with a place that a pick can go on from."""
    gathering = asking.collector
    if error.resume:
        error.resume = f"{gathering.skip}.{gathering.token}"
    error.partial = gathering.build_page().as_json() if gathering.options else None
    return error
