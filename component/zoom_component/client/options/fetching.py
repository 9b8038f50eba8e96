"""Fetch options: run the action of a data source over a session, and request only the pages that are needed."""

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
    """Return the options of a data source, or of an input as ACTION.INPUT.

    At most `limit` options that match `search` are returned; `resume` is the `next` of an earlier answer. Raises
    InputError before anything is sent, else the errors of `errors`, which carry the options so far.
    """
    query = build_query(session.actions, name, inputs, search=search, limit=limit, resume=resume)
    return query if isinstance(query, OptionPage) else run_query(session, query)


async def afetch_options(
    session: AsyncSession, name: str, inputs: Mapping[str, Any] | None = None, *,
    search: str = "", limit: int = DEFAULT_LIMIT, resume: str = "",
) -> OptionPage:  # fmt: skip
    """Return options as `fetch_options` does, for asyncio."""
    query = build_query(session.actions, name, inputs, search=search, limit=limit, resume=resume)
    return query if isinstance(query, OptionPage) else await arun_query(session, query)


def run_query(session: Session, query: OptionsQuery) -> OptionPage:
    """Run a checked query."""
    collector, warnings = query.collector, query.warnings
    try:
        for page in session.pages(query.call):
            warnings += page.warnings
            if collector.add_page(page, single_answer=query.single_answer):
                break
    except ComponentError as error:
        raise _add_options(error, query) from None
    return collector.build_page(warnings)


async def arun_query(session: AsyncSession, query: OptionsQuery) -> OptionPage:
    """Run a checked query, for asyncio."""
    collector, warnings = query.collector, query.warnings
    try:
        async with aclosing(session.pages(query.call)) as pages:
            async for page in pages:
                warnings += page.warnings
                if collector.add_page(page, single_answer=query.single_answer):
                    break
    except ComponentError as error:
        raise _add_options(error, query) from None
    return collector.build_page(warnings)


def _add_options(error: ComponentError, query: OptionsQuery) -> ComponentError:
    """Return the error with the options so far, and the token to resume at."""
    collector = query.collector
    if error.resume:
        error.resume = f"{collector.skip}.{collector.token}"
    error.partial = collector.build_page().as_json() if collector.options else None
    return error
