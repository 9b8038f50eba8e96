"""Define what travels between a handler and a driver: a bound request out, a reply back, a page on to the caller.

Plain data that every package may use. A handler yields `BoundRequest` and receives `Reply`; it yields `Page` to pass
items on, or `CallWarning`, and receives None.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

__all__ = ["BoundRequest", "CallWarning", "Effect", "FilePart", "Handler", "Page", "Reply", "RetryOverride"]

Effect = Literal["read", "create", "update", "delete", "any"]


class FilePart(NamedTuple):
    """Hold one file of a multipart body."""

    field: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"


class RetryOverride(NamedTuple):
    """Hold a caller's own retry settings, for which rawRequest has inputs. `delay` is in seconds."""

    max_retries: int = 0
    delay: float = 0.0
    exponential: bool = False
    all_errors: bool = False


class BoundRequest(NamedTuple):
    """Hold one request below the base URL of a connection. `path` is escaped and begins with "/".

    `body` is a JSON value (None for no body), `content` are bytes sent as they are, `form` and `files` make a multipart
    body. At most one of the three kinds is set. `timeout` is in seconds. Without `retry`, the effect decides whether
    the request is sent again.
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
    """Hold an answer. `headers` have lower-case names; `body` is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Page(NamedTuple):
    """Hold the items of one page, and the token of the next page, "" on the last.

    `warnings` are sentences about the list as far as it is read, such as a last page that ends it too early.
    """

    items: list[Any]
    next_token: str
    warnings: tuple[str, ...] = ()


class CallWarning(NamedTuple):
    """Hold a sentence for the caller of an action that is not streamed, about an answer."""

    text: str


Handler: TypeAlias = Generator[BoundRequest | Page | CallWarning, Reply | None, Any]
