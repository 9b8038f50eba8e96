"""What travels between a handler and the wire: a bound request out, a reply back, a page on to the caller.

Plain data, known to every room, knowing none. A handler yields `BoundRequest` and is sent `Reply`; it yields `Page` to
hand items on and is sent None.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

__all__ = ["BoundRequest", "Effect", "FilePart", "Handler", "Page", "Reply", "RetryOverride"]

Effect = Literal["read", "create", "update", "delete", "any"]


class FilePart(NamedTuple):
    """One file of a multipart body."""

    field: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"


class RetryOverride(NamedTuple):
    """A caller's own retry wishes (rawRequest has inputs for them); None in a request means: by effect."""

    max_retries: int = 0
    delay: float = 0.0
    exponential: bool = False
    all_errors: bool = False


class BoundRequest(NamedTuple):
    """One request below a connection's base URL: `path` is escaped and begins with "/".

    `body` is a JSON value (None: no body); `content` are bytes sent as they are; `form` and `files` make a multipart
    body. At most one of the three kinds is set. `timeout` is in seconds.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = {}
    body: Any = None
    content: bytes | None = None
    form: Sequence[tuple[str, str]] = ()
    files: Sequence[FilePart] = ()
    effect: Effect = "read"
    timeout: float | None = None
    debug: bool = False
    retry: RetryOverride | None = None


class Reply(NamedTuple):
    """An answer: `headers` have lower-case names; `body` is what came, decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Page(NamedTuple):
    """Items of one page, and the token of the next ("" on the last)."""

    items: list[Any]
    next_token: str


Handler: TypeAlias = Generator[BoundRequest | Page, Reply | None, Any]
